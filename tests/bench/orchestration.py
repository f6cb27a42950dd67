#!/usr/bin/env python3
"""Measures what Flowyard adds to the bare Docker Engine, side by side in one run.

  tests/bench/orchestration.py [--programs build/release/bin] [--containers 60] [--scenarios 1000000]

Needs a Docker Engine and programs built by `cmake --build --preset release`. Prints ratios; nothing fails on a
slow machine.
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import tempfile
import time

ENGINE = "/var/run/docker.sock"
MODEL = """
model:
  name: logistic
  time: {start: 0, stop: 100, step: 1, save_every: 100, method: euler}
  stocks: {Population: {initial: 100, inflows: [growth]}}
  flows: {growth: Population * rate * (1 - Population / 10000)}
  constants: {rate: 0.03}
outputs: {outcomes: {final: last(Population)}, series: []}
"""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class EngineConnection(UnixConnection):
    """HTTP over the Engine's unix socket."""

    def __init__(self):
        super().__init__(ENGINE)

    def call(self, method, path, body=None):
        text = json.dumps(body) if body is not None else ""
        self.request(method, "/v1.41" + path, text, {"Content-Type": "application/json"})
        answer = self.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]}")
        return json.loads(content) if content else None


def bare_life(image):
    """Create, start, wait for and remove one container with the settings of a worker."""
    engine = EngineConnection()
    spec = {
        "Image": image,
        "Cmd": ["--version"],
        "User": "65534:65534",
        "HostConfig": {
            "NetworkMode": "none", "ReadonlyRootfs": True, "CapDrop": ["ALL"], "Init": True, "PidsLimit": 64,
            "SecurityOpt": ["no-new-privileges:true"], "Memory": 64 << 20, "MemorySwap": 64 << 20,
            "NanoCpus": 10**9, "Tmpfs": {"/tmp": "size=16m,noexec,nosuid,nodev"},
            "LogConfig": {"Type": "json-file", "Config": {"max-size": "2m", "max-file": "2"}},
        },
    }
    container = engine.call("POST", "/containers/create", spec)["Id"]
    engine.call("POST", f"/containers/{container}/start")
    engine.call("POST", f"/containers/{container}/wait")
    engine.call("DELETE", f"/containers/{container}")


class Yard:
    """A controller of the measurement's own."""

    def __init__(self, programs):
        self.folder = tempfile.mkdtemp(prefix="fyb-", dir="/tmp")
        self.program = os.path.join(programs, "flowyard")
        self.environment = dict(os.environ, FLOWYARD_DATA=self.folder + "/d", FLOWYARD_RUN_DIR=self.folder + "/r",
                                FLOWYARD_MAX_WORKERS="8")

    def command(self, *words):
        done = subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr + done.stdout)
        return done.stdout

    def run(self, text):
        path = self.folder + "/experiment.yaml"
        with open(path, "w") as file:
            file.write(text)
        begin = time.monotonic()
        self.command("run", path, "-q")
        return time.monotonic() - begin

    def requests_per_second(self, fresh, count=2000):
        """GET /healthz from four threads, each on one connection or on a new one for each request."""
        def ask(requests):
            connection = UnixConnection(self.folder + "/r/controller.sock")
            for _ in range(requests):
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                if fresh:
                    connection.close()
            connection.close()

        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, [count // 4] * 4))
        return count / (time.monotonic() - begin)

    def memory(self):
        pid = json.loads(self.command("controller", "status", "-o", "json"))["pid"]
        with open(f"/proc/{pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024


def compare_containers(yard, image, at_once, options):
    """The time of so many containers' lives, alternating: bare, with Flowyard, bare, ..."""
    experiment = (f"name: fresh\nreplications: {options.containers}\nworkers: {{isolation: fresh, batch: 1, "
                  f"count: {at_once}, memory: 64MiB}}\n" + MODEL)
    bare, ours = [], []
    for _ in range(options.pairs):
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            list(pool.map(bare_life, [image] * options.containers))
        bare.append(time.monotonic() - begin)
        ours.append(yard.run(experiment))
    ratios = sorted(ours / bare for ours, bare in zip(ours, bare))
    print(f"containers, {at_once} at once, {options.pairs} pairs: bare Engine "
          f"{options.containers / statistics.median(bare):.2f}/s, Flowyard "
          f"{options.containers / statistics.median(ours):.2f}/s: {statistics.median(ratios):.2f} x the time "
          f"({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default="build/release/bin")
    parser.add_argument("--containers", type=int, default=60)
    parser.add_argument("--at-once", type=int, nargs="+", default=[2, 4, 8])
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--scenarios", type=int, default=1_000_000)
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    yard = Yard(options.programs)
    try:
        yard.run("name: warm-up\nreplications: 1\n" + MODEL)
        images = EngineConnection().call("GET", "/images/json?filters=" + '{"label":["flowyard.image=worker"]}')
        image = max(images, key=lambda one: one["Created"])["RepoTags"][0]

        for at_once in options.at_once:
            compare_containers(yard, image, at_once, options)

        print(f"requests on kept connections {yard.requests_per_second(False):,.0f}/s, each on a new one "
              f"{yard.requests_per_second(True):,.0f}/s (one thread of Python asks)")

        small = yard.run(f"name: small\nreplications: 1000\nworkers: {{count: {cores}}}\n" + MODEL)
        many = yard.run(f"name: many\nreplications: {options.scenarios}\nworkers: {{count: {cores}}}\n" + MODEL)
        each = (many - small) / (options.scenarios - 1000)
        print(f"warm pool of {cores}: {1 / each:,.0f} scenarios/s, {each * 1e6:.2f} us each, computing included; "
              f"controller at most {yard.memory():.0f} MiB")
    finally:
        yard.command("controller", "stop")


if __name__ == "__main__":
    main()
