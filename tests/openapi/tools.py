"""Where the tools are that look at docs/openapi.yaml; set_up installs them."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
DOCUMENT = os.path.join(SOURCE, "docs/openapi.yaml")


def tool(test, name):
    """The path of a tool; skips the test where it is not: no test waits for the network."""
    folder = subprocess.run([os.path.join(HERE, "set_up"), "--where"], capture_output=True, text=True).stdout.strip()
    for path in (os.path.join(folder, "python/bin", name), os.path.join(folder, "node_modules/.bin", name)):
        if os.access(path, os.X_OK):
            return path
    test.skipTest(f"{name} is not here; tests/openapi/set_up installs it where it can be had")
