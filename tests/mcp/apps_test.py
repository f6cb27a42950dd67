"""The pages of MCP Apps in a real browser: within a host that speaks the protocol of the frame, before a controller that
runs a real experiment. With FLOWYARD_SCREENSHOTS=FOLDER it leaves pictures there."""

import http.client
import json
import os
import socket
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]
import browser  # noqa: E402
import yard  # noqa: E402

UI = "io.modelcontextprotocol/ui"
MIME = "text/html;profile=mcp-app"
# Runs where it gets in as HTML: the host lets scripts in the page run, as it must.
HARM = "<img src=x onerror='window.harmed = true'>"
EXPERIMENT = """
name: fan
model: logistic.yaml
scenarios:
  - {{name: "{harm}"}}
  - {{name: Low capacity, parameters: {{carrying_capacity: 4000}}}}
parameters:
  growth_rate: {{linspace: [0.01, 0.05, 8]}}
  initial_population: {{uniform: [50, 150]}}
design: {{method: random, samples: 20}}
time: {{stop: 100, step: {step}, save_every: 10}}
outputs:
  series: [Population]
  outcomes: {{final: last(Population), start: first_time(Population > 1000)}}
workers: {{count: 3, batch: 5}}
"""
# What a host shows a page in: no network, scripts and styles of the page itself only. The frame inherits it.
HOST = """<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<style>body { margin: 0; } iframe { border: 0; width: 100%; height: 100vh; display: block; }</style>
<script>
  let frame;
  function show(html) {
    frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.srcdoc = html;
    document.body.append(frame);
  }
  const pass = (message) => frame.contentWindow.postMessage(message, "*");
  addEventListener("message", (event) => { if (event.source === frame?.contentWindow) tell(JSON.stringify(event.data)); });
</script>"""


class Host:
    """Speaks with the page by the frame's protocol, and passes its calls of tools on."""

    def __init__(self, test, context, able=None):
        self.test, self.context = test, context
        self.able = {"serverTools": {}, "openLinks": {}} if able is None else able
        self.said, self.calls, self.is_open = [], [], False
        self.browser = browser.Browser(HOST)
        test.addCleanup(self.browser.close)

    def show(self, uri, width):
        content = self.test.ask("resources/read", uri=uri)["contents"][0]
        self.test.assertEqual(content["mimeType"], MIME)
        self.test.assertLess(len(content["text"].encode()), 40_000)
        self.test.assertNotRegex(content["text"].lower(), r"innerhtml|<link|src=|@import|url\(|eval\(|document\.write")
        self.resize(width)
        self.eventually(lambda: self.browser.evaluate("typeof show", in_frame=False) == "function", "the host is there")
        self.browser.evaluate(f"show({json.dumps(content['text'])})", in_frame=False)
        self.eventually(lambda: self.is_open, "the page says that it is initialized")

    def take(self, text):
        message = json.loads(text)
        self.said.append(message)
        self.test.assertEqual(message["jsonrpc"], "2.0")
        method = message.get("method")
        if method == "ui/initialize":
            self.test.assertEqual(message["params"]["protocolVersion"], "2026-01-26")
            self.reply(message, {"protocolVersion": "2026-01-26", "hostInfo": {"name": "test", "version": "1"},
                                 "hostCapabilities": self.able, "hostContext": self.context})
        elif method == "ui/notifications/initialized":
            self.is_open = True
        elif method == "tools/call":
            self.calls.append(message["params"])
            self.reply(message, self.test.ask("tools/call", **message["params"]))

    def reply(self, message, result):
        self.pass_on({"id": message["id"], "result": result})

    def pass_on(self, message):
        self.browser.evaluate(f"pass({json.dumps({'jsonrpc': '2.0', **message})})", in_frame=False)

    def tell(self, name, params):
        self.pass_on({"method": f"ui/notifications/{name}", "params": params})

    def open_with(self, tool, **arguments):
        """As a host does after a call of a tool."""
        result = self.test.ask("tools/call", name=tool, arguments=arguments)
        self.tell("tool-input", {"arguments": arguments})
        self.tell("tool-result", result)
        return result

    def resize(self, width, height=1100):
        self.browser.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                             mobile=False)

    def eventually(self, condition, what):
        deadline = time.monotonic() + browser.PATIENCE
        while not (value := condition()):
            if time.monotonic() > deadline:
                self.test.fail(f"not within {browser.PATIENCE} s: {what}\n{self.browser.faults}\n"
                               f"{self.browser.evaluate('document.body.innerText')}")
            self.browser.read(0.05)
            while self.browser.told:
                self.take(self.browser.told.pop(0))
        return value

    def sees(self, script, what):
        return self.eventually(lambda: self.browser.evaluate(script), what)

    def picture(self, name):
        if folder := os.environ.get("FLOWYARD_SCREENSHOTS"):
            self.browser.screenshot(os.path.join(folder, name + ".png"))


class Apps(yard.Yard):
    def setUp(self):
        if why := browser.why_no_browser():
            self.skipTest(why)
        super().setUp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start_controller("--fleet", yard.FLEET, "--listen", f"127.0.0.1:{self.port}")
        with open(os.path.join(self.data, "token")) as file:
            self.token = file.read().strip()

    def ask(self, method, declared=True, **params):
        """A request of the host to the controller."""
        capabilities = {"extensions": {UI: {"mimeTypes": [MIME]}}} if declared else {}
        params["_meta"] = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
                           "io.modelcontextprotocol/clientCapabilities": capabilities}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}",
                   "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method}
        if subject := params.get("name") or params.get("uri"):
            headers["Mcp-Name"] = subject
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=yard.PATIENCE)
        connection.request("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
                           headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        self.assertNotIn("error", answer)
        return answer["result"]

    def submit_fan(self, step):
        with open(os.path.join(yard.EXPERIMENTS, "models/logistic.yaml")) as file:
            model = file.read()
        made = self.ask("tools/call", name="experiment_submit", arguments={
            "key": "fan", "experiment": EXPERIMENT.format(harm=HARM, step=step), "files": {"logistic.yaml": model}})
        self.assertFalse(made.get("isError"), made["content"])
        return str(made["structuredContent"]["id"])

    def check_peace(self, host):
        """Nothing came from elsewhere, nothing went wrong, nobody was harmed."""
        self.assertEqual([one for one in host.browser.requests if not one.startswith(("data:", "about:"))], [])
        self.assertEqual(host.browser.faults, [])
        self.assertIsNone(host.browser.evaluate("window.harmed ?? null"))
        self.assertEqual(host.browser.evaluate("document.querySelectorAll('img').length"), 0)
        self.assertIn(HARM, host.browser.evaluate("document.body.textContent"), "it is shown as it is written")
        reached = host.browser.evaluate(f"fetch('http://127.0.0.1:{self.port}/healthz').then(() => 'yes', () => 'no')")
        self.assertEqual(reached, "no", "the host lets it reach nothing, so that all of the above was without")

    def check_looks(self, host, name):
        """Both themes and both widths; nothing is wider than the frame."""
        grounds = []
        for theme in ("light", "dark"):
            host.tell("host-context-changed", {"theme": theme})
            grounds.append(host.sees(f"document.documentElement.style.colorScheme === '{theme}' && "
                                     "getComputedStyle(document.documentElement).backgroundColor", "the theme is taken"))
            for width in (320, 900):
                host.resize(width)
                host.sees(f"innerWidth === {width} && document.getElementById('chart').clientWidth < {width} && "
                          f"document.getElementById('chart').viewBox.baseVal.width === Math.max(260, "
                          f"document.getElementById('chart').clientWidth)", "the chart is as wide as it may be")
                self.assertLessEqual(host.browser.evaluate("document.documentElement.scrollWidth"), width)
                height = host.browser.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
                host.resize(width, height)
                host.picture(f"{name}-{theme}-{width}")
        self.assertEqual(len(set(grounds)), 2, grounds)
        host.tell("host-context-changed", {"styles": {"variables": {"--color-background-primary": "rgb(1, 2, 3)"}}})
        host.sees("getComputedStyle(document.documentElement).backgroundColor === 'rgb(1, 2, 3)'",
                  "colours of the host are taken")

    def test_an_experiment_is_watched_to_its_end(self):
        host = Host(self, {"theme": "light", "locale": "en-GB"})
        host.show("ui://flowyard/experiment", 900)
        which = self.submit_fan(step=0.0005)
        host.open_with("experiment_status", experiment=which)
        done = "document.querySelectorAll('#cells i.done').length"
        first = host.sees(done, "the first cells fill")
        host.sees("document.querySelectorAll('#workers tbody tr').length >= 1", "the table of workers")
        host.picture("experiment-under-way")
        host.sees("document.getElementById('state').textContent === 'succeeded'", "the end is seen")
        self.assertEqual(host.browser.evaluate(done), 320)
        self.assertLess(first, 320, "it was seen to fill")
        self.assertEqual(host.browser.evaluate("document.getElementById('facts').textContent").split(" ·")[0],
                         "320 of 320 runs done")
        shapes = "document.querySelectorAll('#chart %s').length"
        self.assertEqual(host.browser.evaluate(shapes % "polygon.band"), 2, "a band for each scenario")
        self.assertEqual(host.browser.evaluate(shapes % "polyline.line"), 2)
        choose = "(() => {{ const list = document.getElementById('{}'); list.value = '{}'; list.onchange(); }})()"
        host.browser.evaluate(choose.format("kind", "histogram"))
        self.assertGreater(host.browser.evaluate(shapes % "rect.bin"), 3)
        host.browser.evaluate(choose.format("kind", "over growth_rate"))
        host.browser.evaluate(choose.format("outcome", "start"))
        host.sees("[...document.querySelectorAll('#chart .label')].some((one) => one.textContent.startsWith('start'))",
                  "the other outcome is drawn")
        host.browser.evaluate("document.querySelector('#workers button').click()")
        host.sees("document.getElementById('log').textContent.includes('iterations')", "a log is shown")
        names = {call["name"] for call in host.calls}
        self.assertEqual(names, {"experiment_status", "results_query", "worker_list", "worker_log"})
        self.assertTrue([one for one in host.said if one.get("method") == "ui/notifications/size-changed"])
        host.browser.evaluate(choose.format("outcome", "final"))
        host.sees("document.querySelector('#chart .label').textContent.startsWith('final') || "
                  "[...document.querySelectorAll('#chart .label')].some((one) => one.textContent.startsWith('final'))",
                  "the first outcome again")
        self.check_looks(host, "experiment")
        self.check_peace(host)
        host.pass_on({"id": "bye", "method": "ui/resource-teardown", "params": {}})
        host.eventually(lambda: {"jsonrpc": "2.0", "id": "bye", "result": {}} in host.said, "it takes its leave")

    def test_results_are_sorted_and_paged(self):
        which = self.submit_fan(step=0.5)
        self.wait_for_end(which)
        host = Host(self, {"theme": "dark"})
        host.show("ui://flowyard/results", 900)
        host.open_with("results_query", experiment=which, columns="scenario,growth_rate,final.mean")
        rows = "[...document.querySelectorAll('#rows tbody tr')].map((row) => row.cells[2].textContent)"
        self.assertEqual(len(host.sees(f"(({rows}).length && {rows})", "the rows")), 16)
        host.sees("document.querySelectorAll('#summary tbody tr').length === 10", "the summary")
        host.sees("document.querySelectorAll('#chart polygon.band').length === 2", "the chart")
        before = host.browser.evaluate(rows)
        host.browser.evaluate("document.querySelectorAll('#rows th button')[2].click()")
        host.sees("document.querySelectorAll('#rows th')[2].ariaSort === 'descending'", "it is sorted")
        values = [float(one.replace(",", "")) for one in host.browser.evaluate(rows)]
        self.assertEqual(values, sorted(values, reverse=True))
        self.assertNotEqual(before, host.browser.evaluate(rows))
        self.check_looks(host, "results")
        self.check_peace(host)

    def test_long_tables_are_turned_page_by_page(self):
        text = ("name: long\nmodel:\n  name: m\n  time: {start: 0, stop: 2, step: 1}\n  stocks: {P: {initial: 1, inflows: "
                "[births]}}\n  flows: {births: P * rate}\n  constants: {rate: 0.1}\nparameters: {rate: {linspace: "
                "[0.01, 0.5, 50]}}\noutputs: {series: [P], outcomes: {final: last(P)}}\n")
        made = self.ask("tools/call", name="experiment_submit", arguments={"key": "long", "experiment": text})
        which = str(made["structuredContent"]["id"])
        self.wait_for_end(which)
        host = Host(self, {})
        host.show("ui://flowyard/results", 600)
        host.open_with("results_summary", experiment=which)
        where = "document.getElementById('where').textContent"
        host.sees(f"{where} === '1 to 20 of 50'", "the first page")
        for shown in ("21 to 40 of 50", "41 to 50 of 50"):
            host.browser.evaluate("document.getElementById('on').click()")
            host.sees(f"{where} === '{shown}'", shown)
        self.assertTrue(host.browser.evaluate("document.getElementById('on').disabled"))
        host.browser.evaluate("document.getElementById('back').click()")
        host.sees(f"{where} === '21 to 40 of 50'", "back")
        host.picture("results-long")

    def test_a_host_that_passes_no_calls_on_still_shows_the_answer(self):
        which = self.submit_fan(step=0.5)
        self.wait_for_end(which)
        host = Host(self, {}, able={})
        host.show("ui://flowyard/experiment", 600)
        host.open_with("experiment_status", experiment=which)
        host.sees("document.getElementById('name').textContent === 'fan'", "the name")
        host.sees("document.getElementById('states').textContent === '320 done'", "the progress")
        self.assertEqual(host.calls, [])

    def test_only_clients_that_can_show_pages_hear_of_them(self):
        for declared in (False, True):
            tools = {one["name"]: one for one in self.ask("tools/list", declared)["tools"]}
            shown = {name: one["_meta"]["ui"]["resourceUri"] for name, one in tools.items() if "_meta" in one}
            uris = [one["uri"] for one in self.ask("resources/list", declared)["resources"]]
            self.assertEqual("ui://flowyard/results" in uris, declared)
            self.assertEqual(shown.get("experiment_submit"), "ui://flowyard/experiment" if declared else None)
            self.assertEqual(shown.get("results_query"), "ui://flowyard/results" if declared else None)


if __name__ == "__main__":
    yard.main()
