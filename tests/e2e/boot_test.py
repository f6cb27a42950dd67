"""A controller that is there before its Docker Engine is, and one whose Engine leaves."""

import os
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

SHORT = """
name: short
model: {experiments}/models/logistic.yaml
outputs: {{outcomes: {{final: last(Population)}}}}
"""
ENGINE = "/var/run/docker.sock"


class Relay:
    """The Engine's socket under another path, there for as long as this is open."""

    def __init__(self, path):
        self.path, self.connections = path, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                ours = self.listener.accept()[0]
            except OSError:
                return
            theirs = socket.socket(socket.AF_UNIX)
            theirs.connect(ENGINE)
            self.connections += [ours, theirs]
            for source, sink in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        os.remove(self.path)
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended by itself


class Boot(yard.Yard):
    def setUp(self):
        self.relays = []
        super().setUp()
        self.engine = os.path.join(self.folder, "docker.sock")
        self.short = self.write("short.yaml", SHORT.format(experiments=yard.EXPERIMENTS))

    def start(self):
        self.start_controller("--docker-host", f"unix://{self.engine}")

    def assert_says_what_to_do(self, *arguments):
        refusal = self.flowyard(*arguments, expect=5).stderr
        for word in ("Docker Engine", self.engine, "--fleet process"):
            self.assertIn(word, refusal)

    def test_without_an_engine_nothing_runs_in_silence(self):
        self.start()
        self.assert_says_what_to_do("run", self.short)
        self.assert_says_what_to_do("submit", self.short)
        self.assertEqual(self.experiments(), [])
        self.assertIn(self.engine, self.flowyard("controller", "status").stdout)
        self.flowyard("-q", "run", self.short, "--fleet", "process")
        self.assertEqual((self.show()["state"], self.show()["fleet"]), ("succeeded", "process"))

    def relay(self):
        if why := yard.why_no_engine():
            self.skipTest(why)
        self.relays.append(Relay(self.engine))
        return self.relays[-1]

    def take_down(self):
        # The controller reaches the Engine to its end: it takes its spare along.
        super().take_down()
        if self.relays and os.path.exists(self.engine):
            self.relays[-1].close()

    def takes_submissions(self):
        return self.flowyard("plan", self.short, expect=None).returncode == 0

    def test_an_engine_that_comes_later_is_taken_up_with_what_waited_for_it(self):
        relay = self.relay()
        self.start()
        which = self.submit(self.write_long_experiment(samples=40, step=0.0005))
        self.wait_until_under_way(which)
        self.kill_controller()
        relay.close()
        self.start()
        self.assertIn("waits", self.show(which)["reason"])
        before = self.controller.pid
        relay = self.relay()
        view = self.wait_for_end(which)
        self.assertEqual((view["state"], view["done"], view["fleet"], view["reason"]), ("succeeded", 120, "docker", ""))
        self.assertEqual(self.controller.pid, before)
        self.flowyard("-q", "run", self.short)
        self.assertEqual(self.show()["fleet"], "docker")
        # One that leaves again.
        relay.close()
        self.assert_says_what_to_do("submit", self.short)
        self.relay()
        self.eventually(self.takes_submissions, "the Engine is back")
        self.flowyard("-q", "run", self.short)


if __name__ == "__main__":
    yard.main()
