#!/usr/bin/env python3
"""Measures what Flowyard adds to programs: to a process for each scenario, to a stream, and to PySD.

  tests/bench/programs.py [--programs build/release/bin] [--pairs 5] [--without-pysd]

Each is set against the same program without Flowyard, in alternating pairs on the same machine; medians are told. PySD
runs in containers of flowyard-pysd:3.14.3 (docker/images/pysd/build), against a pool of two processes in one container.
Needs programs built by `cmake --build --preset release`. Prints numbers; nothing fails on a slow machine.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

from results import Controller

PYSD_IMAGE = "flowyard-pysd:3.14.3"
SIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../experiments/programs/sir.mdl")

ONCE = """
name: once
runner: {command: [sh, -c, 'echo "{\\"x\\": 1}"'], inputs: {rate: 0}}
parameters: {rate: {linspace: [1, 2, %d]}}
outputs: {outcomes: {x: x}}
workers: {count: 1}
"""
STREAM = """
name: stream
runner: {command: [python3, stream.py], mode: stream, files: [stream.py], inputs: {rate: 0}}
parameters: {rate: {linspace: [1, 2, %d]}}
outputs: {outcomes: {x: x}}
workers: {count: 1}
"""
STREAM_PROGRAM = """import json, sys
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"], "x": 1.5}), flush=True)
"""
PYSD = """
name: pysd
model: sir.mdl
runner: pysd
time: {step: %s, save_every: 1}
parameters: {contact rate: {linspace: [2, 12, %d]}}
outputs: {series: [], outcomes: {peak: max(Infected)}}
workers: {count: 2}
"""
POOL = """import multiprocessing, shutil, time
import pysd
model = None
def begin():
    global model
    model = pysd.load("/work/sir.py")
def run(rate):
    return model.run(params={"contact rate": rate}, time_step=%s, saveper=1, return_columns=["Infected"],
                     reload=True)["Infected"].max()
if __name__ == "__main__":
    shutil.copy("/in/sir.mdl", "/work/sir.mdl")
    pysd.read_vensim("/work/sir.mdl")
    n = %d
    rates = [2 + 10 * i / (n - 1) for i in range(n)]
    with multiprocessing.Pool(2, begin) as pool:
        pool.map(run, rates[:2], 1)
        begun = time.monotonic()
        pool.map(run, rates)
        print(time.monotonic() - begun)
"""


class Bench:
    def __init__(self, folder, programs):
        self.folder = folder
        self.process = Controller(programs, os.path.join(folder, "process"))
        self.programs = programs

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)
        return os.path.join(self.folder, name)

    def seconds(self, controller, text, many):
        """From the first results to the last, by the clock of the controller: starts are told apart."""
        path = self.write("bench.yaml", text)
        controller.call("-q", "run", path)
        view = json.loads(controller.call("show", "-o", "json").stdout)
        assert view["done"] == many, view
        return view["wall_seconds"], view

    def per_scenario(self, controller, text, few, many):
        """What one more scenario takes: start and end of an experiment fall out."""
        short, _ = self.seconds(controller, text % few, few)
        long, _ = self.seconds(controller, text % many, many)
        return (long - short) / (many - few)


def direct_once(many):
    """As quickly as a process can be started and waited for."""
    nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begun = time.monotonic()
    for _ in range(many):
        os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", 'echo "{\\"x\\": 1}"'], os.environ, file_actions=nowhere), 0)
    return (time.monotonic() - begun) / many


def direct_stream(path, many):
    """The program alone, a line to it and a line back."""
    line = json.dumps({"id": 1, "index": 1, "parameters": {"rate": 1.5}, "time": {"saved": [0.0]}}) + "\n"
    with subprocess.Popen(["python3", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        def ask():
            program.stdin.write(line)
            program.stdin.flush()
            program.stdout.readline()
        ask()
        begun = time.monotonic()
        for _ in range(many):
            ask()
        took = time.monotonic() - begun
        program.stdin.close()
    return took / many


def told(what, ours, theirs, unit=1e3):
    added = statistics.median(a - b for a, b in zip(ours, theirs))
    print(f"{what}: {statistics.median(ours) * unit:.3f} ms a scenario, alone {statistics.median(theirs) * unit:.3f} ms: "
          f"{added * unit:.3f} ms more", flush=True)


def pysd_pairs(bench, pairs, step, many, what):
    controller = Controller(bench.programs, os.path.join(bench.folder, "docker" + step), fleet="docker")
    with open(SIR) as file:
        bench.write("sir.mdl", file.read())
    bench.write("pool.py", POOL % (step, many))
    begins, longs, pools = [], [], []
    for _ in range(pairs):
        begins.append(bench.seconds(controller, PYSD % (step, 20), 20)[0])
        longs.append(bench.seconds(controller, PYSD % (step, many + 20), many + 20)[0])
        mounts = [f"--mount=type=bind,source={bench.folder}/{name},target=/in/{name},readonly"
                  for name in ("sir.mdl", "pool.py")]
        pool = subprocess.run(
            ["docker", "run", "--rm", "--network=none", "--tmpfs=/work:exec,mode=1777", "--env=OPENBLAS_NUM_THREADS=1", *mounts,
             "--entrypoint=python3", PYSD_IMAGE, "/in/pool.py"],
            stdout=subprocess.PIPE, text=True, check=True)
        pools.append(float(pool.stdout.split()[-1]))
    # What import and translation take is no part of a run; it varies more than the rest does.
    begin = statistics.median(begins)
    ratios = [(long - begin) / pool for long, pool in zip(longs, pools)]
    print(f"{what}: {statistics.median(ratios):.2f} x the time of a pool of two "
          f"({', '.join(f'{ratio:.2f}' for ratio in ratios)})", flush=True)
    controller.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", default="build/release/bin")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--without-pysd", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flowyard-bench-") as folder:
        bench = Bench(folder, os.path.abspath(options.programs))
        path = bench.write("stream.py", STREAM_PROGRAM)
        pairs = [(bench.per_scenario(bench.process, ONCE, 100, 1100), direct_once(1000)) for _ in range(options.pairs)]
        told("once", *zip(*pairs))
        pairs = [(bench.per_scenario(bench.process, STREAM, 1000, 21000), direct_stream(path, 20000))
                 for _ in range(options.pairs)]
        told("stream", *zip(*pairs))
        bench.process.end()
        if not options.without_pysd:
            pysd_pairs(bench, options.pairs, "0.25", 1000, "PySD, a short model")
            pysd_pairs(bench, options.pairs, "0.03125", 200, "PySD, a longer one")


if __name__ == "__main__":
    main()
