"""Browser: Chromium without a window, driven by its DevTools protocol over a pipe. Standard library only."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 90  # seconds: for what takes one or two on an idle machine


def why_no_browser():
    return None if shutil.which("chromium") else "there is no chromium"


class Browser:
    """One page, which is shown at once. `told`: what the page passed to window.tell(), each a text."""

    def __init__(self, html):
        self.last, self.answers, self.left = 0, {}, b""
        self.told, self.frames, self.requests, self.faults = [], {}, [], []
        self.profile = tempfile.mkdtemp(prefix="flowyard-chromium-")
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # As the protocol wants it: commands come in at descriptor 3, answers go out at 4.
        words = ["sh", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "sh", "chromium", "--headless=new", "--no-sandbox",
                 "--disable-gpu", "--disable-dev-shm-usage", "--disable-features=IsolateSandboxedIframes", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
                 f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(words, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(theirs_in)
        os.close(theirs_out)
        self.out, self.into = ours_out, ours_in
        target = next(one for one in self.command("Target.getTargets", of_page=False)["targetInfos"] if one["type"] == "page")
        self.session = self.command("Target.attachToTarget", of_page=False, targetId=target["targetId"],
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.command(f"{domain}.enable")
        self.command("Runtime.addBinding", name="tell")
        page = "data:text/html;charset=utf-8;base64," + base64.b64encode(html.encode()).decode()
        self.main = self.command("Page.navigate", url=page)["frameId"]

    def close(self):
        try:
            self.command("Browser.close", of_page=False)
        except OSError:
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.profile, ignore_errors=True)

    def command(self, method, of_page=True, **params):
        self.last += 1
        mine = self.last
        message = {"id": mine, "method": method, "params": params, **({"sessionId": self.session} if of_page else {})}
        os.write(self.out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while mine not in self.answers:
            self.read(deadline - time.monotonic())
        answer = self.answers.pop(mine)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def read(self, seconds):
        """Takes in what the browser says within that time, if anything."""
        ready, _, _ = select.select([self.into], [], [], max(0, seconds))
        if not ready:
            if seconds > 10:
                raise TimeoutError("the browser says nothing")
            return
        piece = os.read(self.into, 1 << 20)
        if not piece:
            raise OSError("the browser is gone")
        *messages, self.left = (self.left + piece).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.take(message["method"], message["params"])

    def take(self, event, params):
        if event == "Runtime.executionContextCreated":
            context = params["context"]
            if context["auxData"].get("isDefault"):
                self.frames[context["auxData"]["frameId"]] = context["id"]
        elif event == "Runtime.executionContextsCleared":
            self.frames.clear()
        elif event == "Runtime.executionContextDestroyed":
            self.frames = {name: one for name, one in self.frames.items() if one != params["executionContextId"]}
        elif event == "Runtime.bindingCalled":
            self.told.append(params["payload"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.faults.append(params["exceptionDetails"].get("exception", {}).get("description", str(params)))
        elif event == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.faults.append(params["entry"]["text"])

    def evaluate(self, script, in_frame=True):
        """What a script gives, in the frame within the page or in the page itself."""
        frame = [context for name, context in self.frames.items() if (name != self.main) == in_frame]
        if not frame:
            return None
        answer = self.command("Runtime.evaluate", expression=script, contextId=frame[-1], awaitPromise=True,
                              returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"]))
