#!/usr/bin/env python3
"""Measures how long the table of results of a large experiment takes, and what the controller needs for it.

  tests/bench/results.py [--programs build/release/bin] [--rows 1000000]

Needs programs built by `cmake --build --preset release`; workers are processes. Prints numbers; nothing fails on
a slow machine.
"""
import argparse
import csv
import io
import os
import subprocess
import tempfile
import time

TEXT = """
name: rows
model:
  time: {{start: 0, stop: 10, step: 1, save_every: 10, method: euler}}
  stocks: {{Population: {{initial: 100, inflows: [growth]}}}}
  flows: {{growth: Population * rate * (1 - Population / capacity)}}
  constants: {{rate: 0.03, capacity: 10000}}
parameters:
  rate: {{linspace: [0.01, 0.1, {rates}]}}
  capacity: {{linspace: [1000, 10000, 1000]}}
outputs: {{outcomes: {{final: last(Population)}}, series: []}}
workers: {{count: 2}}
"""


class Controller:
    def __init__(self, programs, folder, fleet="process"):
        self.program = os.path.join(programs, "flowyard")
        self.environment = {**os.environ, "FLOWYARD_DATA": folder + "/data", "FLOWYARD_RUN_DIR": folder + "/run"}
        os.makedirs(folder + "/data")
        self.process = subprocess.Popen([self.program, "controller", "run", "--background", "--fleet", fleet],
                                        env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.call("controller", "status", check=False).returncode:
            time.sleep(0.05)

    def call(self, *words, check=True):
        return subprocess.run([self.program, "--no-start", *words], env=self.environment, check=check,
                              capture_output=True, text=True)

    def end(self):
        self.call("controller", "stop")
        self.process.wait()

    def memory(self, line="VmHWM"):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(row.split()[1]) / 1024 for row in file if row.startswith(line))

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", default="build/release/bin")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flowyard-bench-") as folder:
        controller = Controller(options.programs, folder)
        file = os.path.join(folder, "rows.yaml")
        with open(file, "w") as out:
            out.write(TEXT.format(rates=options.rows // 1000))
        begin = time.monotonic()
        controller.call("-q", "run", file)
        print(f"{options.rows:,} rows, run in {time.monotonic() - begin:.1f} s\n")
        print(f"{'':44}{'time':>9}  {'controller, at most':>20}")
        for label, words in {"the screen: first and last rows": [],
                             "a page of 1,000": ["--limit", "1000"],
                             "the 10 largest of all": ["--sort", "-final", "--limit", "10"],
                             "those of which a formula holds, the first 10":
                                 ["--where", "final > 200 and rate < 0.08", "--limit", "10"],
                             "a formula that holds of none": ["--where", "final < 0"],
                             "all of it as CSV": []}.items():
            controller.forget_peak()
            begin = time.monotonic()
            text = controller.call("show", "rows", "-o", "table" if label.startswith("the screen") else "csv", *words)
            seconds = time.monotonic() - begin
            print(f"{label:44}{seconds:7.2f} s  {controller.memory():16.0f} MiB")
        assert sum(1 for _ in csv.reader(io.StringIO(text.stdout))) == options.rows + 1
        print(f"\nthe controller afterwards: {controller.memory('VmRSS'):.0f} MiB")
        controller.end()


if __name__ == "__main__":
    main()
