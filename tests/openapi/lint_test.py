"""docs/openapi.yaml as the linters see it: no error, and no warning that openapi/*.yaml do not explain."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import tools  # noqa: E402
import yard  # noqa: E402


class Linters(unittest.TestCase):
    def run_tool(self, name, *arguments):
        done = subprocess.run([tools.tool(self, name), *arguments], capture_output=True, text=True,
                              env={**os.environ, "REDOCLY_TELEMETRY": "off"})
        return done.returncode, done.stdout + done.stderr

    def assert_passes(self, name, *arguments):
        code, said = self.run_tool(name, *arguments)
        self.assertEqual(code, 0, said)

    def redocly(self, document):
        return ("lint", "--config", os.path.join(tools.HERE, "redocly.yaml"), document)

    def spectral(self, document):
        return ("lint", "--fail-severity", "error", "--ruleset", os.path.join(tools.HERE, "spectral.yaml"), document)

    def test_redocly(self):
        self.assert_passes("redocly", *self.redocly(tools.DOCUMENT))

    def test_spectral(self):
        self.assert_passes("spectral", *self.spectral(tools.DOCUMENT))

    def test_openapi_spec_validator(self):
        self.assert_passes("openapi-spec-validator", tools.DOCUMENT)

    def test_a_mistake_would_be_found(self):
        with open(tools.DOCUMENT) as file:
            broken = file.read().replace("in: path", "in: pth", 1)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(broken)
            file.flush()
            for name, arguments in (("redocly", self.redocly(file.name)), ("spectral", self.spectral(file.name)),
                                    ("openapi-spec-validator", (file.name,))):
                with self.subTest(name):
                    self.assertNotEqual(self.run_tool(name, *arguments)[0], 0)


if __name__ == "__main__":
    yard.main()
