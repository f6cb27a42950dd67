"""Yard: a controller with folders of its own for one test, and everything that a user would do with it.

The programs are those that the tests were built with (FLOWYARD_PROGRAMS); FLOWYARD_FLEET says where workers
live. What a test leaves is taken down at its end, pass or fail. Standard library only.
"""

import csv
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.environ.get("FLOWYARD_PROGRAMS", os.path.join(SOURCE, "build/dev/bin"))
FLEET = os.environ.get("FLOWYARD_FLEET", "process")
EXPERIMENTS = os.path.join(SOURCE, "experiments")
PATIENCE = 120  # seconds: for what takes one or two on an idle machine

LONG_EXPERIMENT = """
name: long
model: {experiments}/models/logistic.yaml
scenarios:
  - {{name: Slow, parameters: {{growth_rate: 0.02}}}}
  - {{name: Baseline}}
  - {{name: Fast, parameters: {{growth_rate: 0.05}}}}
parameters:
  initial_population: {{uniform: [50, 150]}}
design: {{method: random, samples: {samples}}}
time: {{stop: 400, step: {step}, save_every: 10}}
outputs:
  series: [Population]
  outcomes: {{final: last(Population), start: first_time(Population > 1000)}}
workers: {{count: 3, batch: 10, isolation: scenario}}
retry: {{attempts: 3, backoff: {{initial: 100ms, max: 1s}}}}
"""


def docker(*arguments):
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=PATIENCE)


def why_no_engine():
    """None where a Docker Engine answers."""
    if not shutil.which("docker"):
        return "there is no docker program"
    answer = docker("version")
    return None if answer.returncode == 0 else answer.stderr.strip() or "no Docker Engine answers"


class Yard(unittest.TestCase):
    descriptors = None  # the limits, soft and hard, that the controller starts with; None: our own

    def setUp(self):
        if FLEET == "docker" and (why := why_no_engine()):
            self.skipTest(why)
        self.folder = tempfile.mkdtemp(prefix="flowyard-e2e-")
        self.data, self.run_dir = os.path.join(self.folder, "data"), os.path.join(self.folder, "run")
        os.makedirs(self.data)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("FLOWYARD_")}
        self.environment.update(FLOWYARD_DATA=self.data, FLOWYARD_RUN_DIR=self.run_dir, NO_COLOR="1")
        self.controller = None
        self.addCleanup(self.take_down)

    def take_down(self):
        if self.controller and self.controller.poll() is None:
            for experiment in self.experiments():
                if experiment["state"] == "running":
                    self.flowyard("cancel", str(experiment["id"]), expect=None)
            self.eventually(lambda: not self.workers_there(), "workers go with their experiment")
            self.controller.terminate()
            self.controller.wait(PATIENCE)
            if FLEET == "docker":
                self.assertEqual(self.holders(), [], "the controller takes the networks along that nobody needs")
        if FLEET == "docker" and (left := self.containers()):
            docker("rm", "--force", *left)
        if left := self.holders():
            docker("rm", "--force", *left)
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the controller

    def start_controller(self, *where):
        """`where` says where workers live; as FLOWYARD_FLEET does, if not given."""
        self.launch_controller(*where)
        self.eventually(self.answers, "the controller answers")

    def launch_controller(self, *where):
        """Does not wait until it answers."""
        log = open(os.path.join(self.data, "controller.log"), "ab")
        self.controller = subprocess.Popen(
            [os.path.join(PROGRAMS, "flowyard"), "controller", "run", "--background",
             *(where or ("--fleet", FLEET))],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=self.descriptors and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, self.descriptors)))
        log.close()

    def answers(self):
        self.assertIsNone(self.controller.poll(), "the controller ended:\n" + self.controller_log())
        return self.flowyard("controller", "status", expect=None).returncode == 0

    def kill_controller(self):
        self.controller.kill()
        self.controller.wait(PATIENCE)

    def descriptors_open(self):
        return len(os.listdir(f"/proc/{self.controller.pid}/fd"))

    def controller_log(self):
        with open(os.path.join(self.data, "controller.log"), errors="replace") as log:
            return log.read()

    # ---- commands

    def command(self, *arguments):
        return [os.path.join(PROGRAMS, "flowyard"), "--no-start", *arguments]

    def flowyard(self, *arguments, expect=0, **options):
        """Runs a command to its end; fails unless it ends with the exit code `expect` (None: any)."""
        done = subprocess.run(self.command(*arguments), env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=3 * PATIENCE, **options)
        if expect is not None:
            self.assertEqual(done.returncode, expect, f"flowyard {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done

    def begin(self, *arguments, stdin=subprocess.DEVNULL, **options):
        """Starts a command and leaves it running."""
        process = subprocess.Popen(self.command(*arguments), env=self.environment, stdin=stdin,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
        self.addCleanup(process.stdout.close)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def write_long_experiment(self, samples=100, step=0.002):
        return self.write("long.yaml", LONG_EXPERIMENT.format(experiments=EXPERIMENTS, samples=samples, step=step))

    def submit(self, *arguments):
        return self.flowyard("-q", "submit", *arguments).stdout.strip()

    def experiments(self):
        return json.loads(self.flowyard("list", "experiments", "-o", "json").stdout)["items"]

    def show(self, which="@latest"):
        return json.loads(self.flowyard("show", which, "-o", "json").stdout)

    def table(self, which, *options):
        """The rows of its table of results, as `show -o csv` prints them."""
        text = self.flowyard("show", which, "-o", "csv", *options).stdout
        return list(csv.DictReader(text.splitlines()))

    def workers(self, which):
        return json.loads(self.flowyard("list", "--all", "--experiment", which, "-o", "json").stdout)["items"]

    def checkout(self, which):
        folder = os.path.join(self.folder, f"checkout-{which}-{time.monotonic_ns()}")
        self.flowyard("-q", "checkout", which, "-o", folder)
        return folder

    def rows(self, path, without=None):
        """The rows of a table, without the column of that name."""
        with open(path, newline="") as file:
            return [{k: v for k, v in row.items() if k != without} for row in csv.DictReader(file)]

    def outcomes(self, which):
        """A row for each scenario that is done: its number, parameters and outcomes, but not who computed them."""
        folder = self.checkout(which)
        scenarios = self.rows(os.path.join(folder, "scenarios.csv"), without="worker")
        outcomes = self.rows(os.path.join(folder, "outcomes.csv"))
        scenarios = [row for row in scenarios if row.pop("status") == "done"]
        self.assertEqual([row["scenario"] for row in scenarios], [row["scenario"] for row in outcomes])
        return [{**s, **o} for s, o in zip(scenarios, outcomes)]

    # ---- workers, as the machine sees them

    def containers(self):
        """Those that mount a folder of our run folder: other installations may be at work on this machine."""
        there = docker("ps", "--all", "--quiet", "--filter", "label=flowyard.installation").stdout.split()
        if not there:
            return []
        mounts = docker("inspect", "--format", "{{.Id}} {{range .Mounts}}{{.Source}} {{end}}", *there).stdout
        return [line.split()[0] for line in mounts.splitlines() if self.run_dir + "/" in line]

    def holders(self):
        """Names of the containers that hold networks for workers to join."""
        file = os.path.join(self.data, "installation")
        if not shutil.which("docker") or not os.path.exists(file):
            return []
        with open(file) as text:
            ours = "label=flowyard.installation=" + text.read().strip()
        return docker("ps", "--all", "--filter", ours, "--filter", "label=flowyard.system", "--format",
                      "{{.Names}}").stdout.split()

    def processes(self):
        """Process ids of flowyard-worker with a run folder of ours."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline") as file:
                    words = file.read().split("\0")
            except OSError:
                continue
            if words[0].endswith("flowyard-worker") and any(self.run_dir in word for word in words):
                found.append(int(pid))
        return found

    def workers_there(self):
        return self.containers() if FLEET == "docker" else self.processes()

    def folders_of_workers(self):
        folder = os.path.join(self.run_dir, "w")
        return os.listdir(folder) if os.path.isdir(folder) else []

    def kill_a_worker(self):
        """Kills one that runs, the way nobody asked for."""
        def killed():
            if FLEET == "docker":
                return any(docker("kill", one).returncode == 0 for one in self.containers()[:1])
            for pid in self.processes()[:1]:
                os.kill(pid, signal.SIGKILL)
                return True
            return False

        self.eventually(killed, "a worker can be killed")

    # ---- waiting

    def eventually(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"not within {PATIENCE} s: {what}\n{self.controller_log()[-4000:]}")
            time.sleep(0.02)

    def wait_until_under_way(self, which):
        """Some of it is done and most is not."""
        def under_way():
            view = self.show(which)
            self.assertEqual(view["state"], "running", "too quick for this test")
            return 0 < view["done"] < view["scenarios"] / 2

        self.eventually(under_way, "results begin to come in")

    def wait_for_end(self, which):
        self.flowyard("-q", "watch", which, expect=None)
        return self.show(which)


def main():
    result = unittest.main(exit=False, verbosity=2).result
    for test, reason in result.skipped:
        print(f"skipped: {re.sub(' .*', '', str(test))}: {reason}")
    everything_skipped = result.testsRun > 0 and len(result.skipped) == result.testsRun
    sys.exit(77 if everything_skipped and not result.failures else not result.wasSuccessful())
