"""A running controller against its own specification: schemathesis asks what the document allows, and what it does not,
in sequences of requests that use what earlier ones answered. FLOWYARD_FUZZ_SECONDS: for how long."""

import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import tools  # noqa: E402
import yard  # noqa: E402

SECONDS = int(os.environ.get("FLOWYARD_FUZZ_SECONDS", "60"))
# A test that everybody waits for finds the same thing each time; the long one goes looking.
GENERATION = ["--generation-deterministic"] if SECONDS <= 60 else ["--generation-database", ":memory:"]


class Fuzz(yard.Yard):
    def test_answers_as_the_document_says(self):
        program = tools.tool(self, "schemathesis")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.start_controller("--fleet", "process", "--listen", f"127.0.0.1:{port}")
        # Something to look at.
        self.flowyard("-q", "run", os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml"))
        with open(os.path.join(self.data, "token")) as token:
            header = "Authorization: Bearer " + token.read().strip()
        done = subprocess.run(
            [program, "--config-file", os.path.join(tools.HERE, "schemathesis.toml"), "run", tools.DOCUMENT,
             "--url", f"http://127.0.0.1:{port}", "--header", header, "--max-time", str(SECONDS), "--no-color",
             "--request-timeout", "30", "--continue-on-failure", *GENERATION],
            cwd=self.folder, capture_output=True, text=True, timeout=SECONDS + 4 * yard.PATIENCE)
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said[-20000:])
        self.assertIn("Stateful", said)
        self.assertIsNone(self.controller.poll(), self.controller_log()[-4000:])


if __name__ == "__main__":
    yard.main()
