#!/usr/bin/env python3
"""What a checkout of many scenarios takes: seconds, and the most memory that controller and client hold meanwhile.

    checkout.py [--scenarios N] [--programs FOLDER]

Prints a line each for the whole experiment and for one worker's part of it. Wants release programs.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPERIMENT = """name: many
model:
  time: {{start: 0, stop: 1, step: 1}}
  constants: {{rate: 3}}
  stocks:
    Level: {{initial: 0, net: rate}}
parameters: {{rate: {{uniform: [0, 1]}}}}
design: {{samples: {samples}}}
outputs: {{outcomes: {{final: last(Level)}}}}
workers: {{count: 2}}
"""


def memory_of(pid, what):
    """MiB: VmHWM, the most it held, or VmRSS, what it holds now."""
    with open(f"/proc/{pid}/status") as status:
        (line,) = [line for line in status if line.startswith(what + ":")]
    return int(line.split()[1]) / 1024


class Yard:
    def __init__(self, programs, folder):
        self.program = str(programs / "flowyard")
        self.environment = {**os.environ, "FLOWYARD_DATA": folder + "/data", "FLOWYARD_RUN_DIR": folder + "/run"}
        self.controller = subprocess.Popen([self.program, "controller", "--fleet", "process", "--log-level", "error"],
                                           env=self.environment)
        while self.run("controller", "status", check=False).returncode != 0:
            time.sleep(0.05)

    def run(self, *arguments, check=True):
        return subprocess.run([self.program, "--no-start", "-q", *arguments], env=self.environment, check=check,
                              capture_output=True, text=True)

    def checkout(self, which, folder):
        """Seconds, and the peaks of controller and client."""
        with open(f"/proc/{self.controller.pid}/clear_refs", "w") as peak:
            peak.write("5")
        begun = time.monotonic()
        client = subprocess.Popen([self.program, "--no-start", "-q", "checkout", which, "-o", folder],
                                  env=self.environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(client.pid, 0)
        assert status == 0, f"the checkout of {which} failed"
        taken = time.monotonic() - begun
        return taken, memory_of(self.controller.pid, "VmHWM"), usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=int, default=1_000_000)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/bin")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="fy-")
    yard = Yard(options.programs, folder)
    try:
        file = folder + "/many.yaml"
        pathlib.Path(file).write_text(EXPERIMENT.format(samples=options.scenarios))
        yard.run("run", file)
        listed = yard.run("list", "--all", "-q").stdout.split()
        print(f"{'of':>12} {'seconds':>8} {'controller':>12} {'client':>10} {'afterwards':>12}")
        for what, which in (("everything", "many"), ("one worker", listed[0])):
            taken, controller, client = yard.checkout(which, f"{folder}/{what}")
            if which == "many":
                with open(f"{folder}/{what}/scenarios.csv") as table:
                    assert sum(1 for _ in table) == options.scenarios + 1, "it is not whole"
            after = memory_of(yard.controller.pid, "VmRSS")
            print(f"{what:>12} {taken:8.2f} {controller:8.0f} MiB {client:6.0f} MiB {after:8.0f} MiB")
    finally:
        yard.controller.terminate()
        yard.controller.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
