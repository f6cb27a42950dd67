#!/usr/bin/env python3
"""Measures the engine against scalar C, C vectorised by hand and PySD, side by side in one run on one core.

  tests/bench/engine.py [--programs build/release/bin] [--cc cc] [--no-pysd]

Needs a C compiler and `cmake --build --preset release --target engine_bench`. PySD is installed into a temporary
folder where that is possible. Prints ratios; nothing fails on a slow machine.
"""
import argparse
import os
import subprocess
import sys
import tempfile

# Runs in PySD's own interpreter. A tab-separated line for each model comes in, "NAME NS" goes out.
TIME_PYSD = r"""
import logging, os, sys, time, warnings
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import pysd
folder = sys.argv[1]
for line in sys.stdin:
    name, watched, steps = line.rstrip("\n").split("\t")
    try:
        model = pysd.read_xmile(os.path.join(folder, name + ".xmile"))
        stop = model.time.final_time() if hasattr(model.time, "final_time") else None
        best = float("inf")
        for _ in range(3):
            begin = time.perf_counter()
            model.run(return_columns=[watched], return_timestamps=stop)
            best = min(best, time.perf_counter() - begin)
        print(name, best * 1e9 / int(steps), flush=True)
    except Exception as error:
        print(f"PySD on {name}: {error!r}", file=sys.stderr)
"""


def installed_pysd(folder):
    """The interpreter of a new environment with PySD, or None and why not."""
    python = os.path.join(folder, "venv", "bin", "python")
    for command in ([sys.executable, "-m", "venv", os.path.join(folder, "venv")],
                    [python, "-m", "pip", "install", "-q", "pysd"]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return None, (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return python, None


def pysd_times(folder, listing, python):
    if python is None:
        python, reason = installed_pysd(folder)
        if python is None:
            print(f"PySD was skipped, it could not be installed: {reason}\n")
            return []
    done = subprocess.run([python, "-c", TIME_PYSD, folder], input=listing, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default="build/release/bin")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--no-pysd", action="store_true")
    parser.add_argument("--python", help="an interpreter that has PySD already")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="fyb-") as folder:
        bench = [os.path.join(options.programs, "engine_bench"), options.cc, folder]
        listing = subprocess.run(bench + ["xmile"], check=True, stdout=subprocess.PIPE, text=True).stdout
        if options.no_pysd:
            print("PySD was skipped, as told\n")
        times = [] if options.no_pysd else pysd_times(folder, listing, options.python)
        sys.stdout.flush()
        subprocess.run(bench + ["run"] + times, check=True)


if __name__ == "__main__":
    main()
