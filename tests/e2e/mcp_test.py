"""An agent's work, by the Model Context Protocol: scenarios started together, followed, looked into, compared, deleted.
Once by lines on standard input and output, once over HTTP; and by the protocol's own Python client where it can be had."""

import base64
import http.client
import json
import os
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
EXPERIMENT = """
name: growth
model:
  name: growth
  time: {start: 0, stop: 10, step: 1}
  stocks: {P: {initial: 100, inflows: [births]}}
  flows: {births: P * rate}
  constants: {rate: 0.1}
scenarios:
  - {name: slow, parameters: {rate: 0.01}}
  - {name: as it is}
  - {name: fast, parameters: {rate: 0.2}}
outputs: {series: [P], outcomes: {final: last(P)}}
"""


class Client:
    """Speaks one revision by lines with `flowyard mcp`."""

    def __init__(self, test, modern, *flags):
        self.test, self.modern, self.last, self.told, self.content = test, modern, 0, [], []
        self.process = subprocess.Popen([os.path.join(yard.PROGRAMS, "flowyard"), "mcp", *flags], env=test.environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if not modern:
            self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                    "clientInfo": {"name": "test", "version": "1"}})
            self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        test.addCleanup(self.close)
        self.tools = {one["name"]: one for one in self.ask("tools/list", {})["tools"]}

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, method, params):
        self.last += 1
        if self.modern:
            params = {**params, "_meta": {**params.get("_meta", {}), **META}}
        self.send({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        while True:
            message = json.loads(self.process.stdout.readline())
            if message.get("id") == self.last:
                self.test.assertNotIn("error", message, message)
                return message["result"]
            self.told.append(message)

    def call(self, name, is_error=False, progress=None, **arguments):
        params = {"name": name, "arguments": arguments}
        if progress:
            params["_meta"] = {"progressToken": progress}
        result = self.ask("tools/call", params)
        self.test.assertEqual(result.get("isError", False), is_error, result)
        self.content = result["content"]
        text = self.content[0]["text"]
        self.test.assertLessEqual(len(text), 25_000)
        if is_error:
            return text
        if jsonschema:
            jsonschema.validate(result["structuredContent"], self.tools[name]["outputSchema"])
        return result["structuredContent"]

    def close(self):
        """At the end of its input it answers what was asked and goes."""
        self.process.stdin.close()
        self.process.stdout.read()
        self.test.assertEqual(self.process.wait(yard.PATIENCE), 0)
        self.process.stdout.close()


class Mcp(yard.Yard):
    def setUp(self):
        super().setUp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start_controller("--fleet", yard.FLEET, "--listen", f"127.0.0.1:{self.port}")

    def test_the_work_of_an_agent_by_lines(self):
        for modern in (False, True):
            with self.subTest(modern=modern):
                self.work_of_an_agent(Client(self, modern))

    def work_of_an_agent(self, agent):
        self.assertLessEqual(len(agent.tools), 20)
        text = agent.call("experiment_plan", is_error=True, experiment=EXPERIMENT.replace("rate: 0.01", "raet: 0.01"))
        self.assertIn("did you mean 'rate'", text)
        self.assertEqual(agent.call("experiment_plan", experiment=EXPERIMENT)["scenarios"], 3)
        key = f"key-{agent.modern}"
        made = agent.call("experiment_submit", experiment=EXPERIMENT, key=key)
        self.assertEqual(agent.call("experiment_submit", experiment=EXPERIMENT, key=key)["id"], made["id"])
        self.assertIn("which is another", agent.call("experiment_submit", is_error=True, key=key,
                                                     experiment=EXPERIMENT.replace("growth", "other")))
        which = str(made["id"])
        end = agent.call("experiment_wait", experiment=which, timeout_s=50, progress="p")
        self.assertEqual((end["state"], end["done"]), ("succeeded", 3))
        notices = [one["params"] for one in agent.told if one.get("method") == "notifications/progress"]
        done = [one["progress"] for one in notices]
        self.assertEqual(done, sorted(set(done)), "progress only increases")
        rows = agent.call("results_query", experiment=which, columns="scenario,final", sort="-final")["rows"]
        self.assertEqual([row["scenario"] for row in rows], ["fast", "as it is", "slow"])
        self.assertAlmostEqual(rows[0]["final"], 100 * 1.2**10, 3)
        agent.call("results_query", is_error=True, experiment=which, where="nonsense > 1")
        summary = agent.call("results_summary", experiment=which)
        self.assertEqual(summary["outcomes"][0]["column"], "final")
        workers = agent.call("worker_list", experiment=which, all=True)["workers"]
        self.assertEqual(sum(one["runs"] for one in workers), 3)
        log = agent.call("worker_log", worker=workers[0]["name"], grep="at your service")
        self.assertEqual(log["matching"], 1)
        self.assertEqual(agent.call("explain", of=which)["cause"], "ok")
        other = agent.call("experiment_submit", experiment=EXPERIMENT, key=key + "-again")
        agent.call("experiment_wait", experiment=str(other["id"]))
        compared = agent.call("results_compare", **{"experiment": which, "with": str(other["id"])})
        self.assertEqual(compared["compared"], 3)
        self.assertTrue(all(one["absolute"] == 0 for one in compared["differences"]))
        chart = agent.call("results_chart", experiment=which, of="final")
        self.assertEqual((chart["kind"], chart["runs"], chart["is_sampled"]), ("histogram", 3, False))
        picture = next(one for one in agent.content if one["type"] == "image")
        self.assertEqual(picture["mimeType"], "image/png")
        png = base64.b64decode(picture["data"])
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", png[16:24]), (720, 440))
        self.assertLess(len(png), 100_000)
        self.assertIn("did you mean 'final'", agent.call("results_chart", is_error=True, experiment=which, of="finl"))
        links = agent.call("results_export", experiment=which)["resources"]
        table = agent.ask("resources/read", {"uri": links[0]["uri"]})["contents"][0]["text"]
        self.assertEqual(len(table.splitlines()), 4)
        self.assertIn("parameters", agent.ask("resources/read", {"uri": "flowyard://docs/experiments"})["contents"][0]["text"])
        agent.call("system_status")
        self.assertIn("confirm", agent.call("experiment_delete", is_error=True, experiment=which, confirm="yes"))
        for one in (which, str(other["id"])):
            agent.call("experiment_delete", experiment=one, confirm="growth")
        self.assertEqual(agent.call("experiment_list")["items"], [])

    def test_one_worker_is_restarted_while_others_go_on(self):
        agent = Client(self, True)
        made = agent.call("experiment_submit", path=self.write_long_experiment(step=0.0005), key="long")
        which = str(made["id"])
        self.wait_until_under_way(which)
        running = agent.call("worker_list", experiment=which)["workers"]
        agent.call("worker_control", worker=running[0]["name"], action="restart")
        agent.call("experiment_control", experiment=which, action="pause")
        agent.call("experiment_control", experiment=which, action="resume")
        end = {"state": "running"}
        while end["state"] == "running":
            end = agent.call("experiment_wait", experiment=which, timeout_s=50)
        self.assertEqual((end["state"], end["failed"]), ("succeeded", 0))

    def test_a_client_that_is_read_only_changes_nothing(self):
        agent = Client(self, True, "--read-only")
        self.assertIn("read-only", agent.call("experiment_submit", is_error=True, experiment=EXPERIMENT, key="k"))
        self.assertEqual(agent.call("experiment_list")["items"], [])

    def ask_by_http(self, token, name, **arguments):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=yard.PATIENCE)
        body = {"jsonrpc": "2.0", "id": 0, "method": "tools/call",
                "params": {"name": name, "arguments": arguments, "_meta": META}}
        headers = {"Content-Type": "application/json", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call",
                   "Mcp-Name": name, **({"Authorization": f"Bearer {token}"} if token else {})}
        connection.request("POST", "/mcp", json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text)

    def test_over_http_a_token_may_do_what_it_may_do_by_rest(self):
        with open(os.path.join(self.data, "token")) as file:
            full = file.read().strip()
        looking = self.flowyard("token", "create", "looking", "--read-only").stdout.strip()
        self.assertEqual(self.ask_by_http(None, "system_status")[0], 401)
        for token in (full, looking):
            status, answer = self.ask_by_http(token, "system_status")
            self.assertEqual(status, 200)
            self.assertEqual(answer["result"]["structuredContent"]["fleet"], yard.FLEET)
        _, refused = self.ask_by_http(looking, "experiment_submit", experiment=EXPERIMENT, key="k")
        self.assertTrue(refused["result"]["isError"])
        self.assertIn("change nothing", refused["result"]["content"][0]["text"])
        _, made = self.ask_by_http(full, "experiment_submit", experiment=EXPERIMENT, key="k")
        self.assertEqual(made["result"]["structuredContent"]["scenarios"], 3)
        self.wait_for_end(str(made["result"]["structuredContent"]["id"]))

    def test_clients_that_do_not_read_disturb_nobody(self):
        with open(os.path.join(self.data, "token")) as file:
            token = file.read().strip()
        made = self.ask_by_http(token, "experiment_submit", experiment=EXPERIMENT, key="watched")[1]["result"]
        which = made["structuredContent"]["id"]
        wanted = {"resourcesListChanged": True, "resourceSubscriptions": [f"flowyard://experiments/{which}/status.json"]}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen",
                           "params": {"notifications": wanted, "_meta": META}})
        deaf = []
        for _ in range(20):
            peer = socket.create_connection(("127.0.0.1", self.port), timeout=yard.PATIENCE)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            peer.sendall((f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {token}\r\n"
                          "Content-Type: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\n"
                          f"Mcp-Method: subscriptions/listen\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
            deaf.append(peer)
        agent = Client(self, True)
        for number in range(10):
            one = agent.call("experiment_submit", experiment=EXPERIMENT, key=f"news-{number}")
            self.assertEqual(agent.call("experiment_wait", experiment=str(one["id"]))["state"], "succeeded")
        for peer in deaf:
            self.assertIn(b"acknowledged", peer.recv(4096))
            peer.close()
        self.assertEqual(agent.call("system_status")["fleet"], yard.FLEET)

    def test_garbage_is_answered_and_what_comes_after_it_too(self):
        lines = ["garbage", "[1]", '{"jsonrpc": "2.0", "id": 5, "method": "nonsense"}',
                 '{"jsonrpc": "2.0", "id": 6, "method": "ping"}']
        done = subprocess.run([os.path.join(yard.PROGRAMS, "flowyard"), "mcp"], env=self.environment,
                              input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=yard.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), 4, done.stdout)
        by_id = {one.get("id"): one for one in answers}
        self.assertEqual(by_id[5]["error"]["code"], -32601)
        self.assertEqual(by_id[6]["result"], {})


if __name__ == "__main__":
    yard.main()
