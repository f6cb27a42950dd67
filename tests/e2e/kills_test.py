"""Kills without end: a controller that never lives long, workers that die in between, and still every scenario is
done once or failed with its cause, with the numbers of a run that nobody disturbed.

FLOWYARD_KILLS says how many times the controller is killed (30), FLOWYARD_SEED repeats the moments of a run as far as
the machine does, and FLOWYARD_OWN_ENGINE=1 gives the docker fleet an Engine of its own, which is killed, too.
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mixture  # noqa: E402
import yard  # noqa: E402

KILLS = int(os.environ.get("FLOWYARD_KILLS", "30"))
SEED = int(os.environ.get("FLOWYARD_SEED") or random.SystemRandom().randrange(1 << 32))
OWN_ENGINE = os.environ.get("FLOWYARD_OWN_ENGINE") == "1"
LONGEST_LIFE = 0.8  # seconds from the start of a controller
MOST_AT_WORK = 3  # experiments
KILLS_PER_ENGINE = 25
KEPT_TO_THE_ENGINE = 16  # idle connections that the client keeps for its next calls, at most


class Engine:
    """A dockerd that disturbs nobody else's: all that it writes lies in a folder of its own, and it has no bridge."""

    def __init__(self, folder):
        self.folder = folder
        self.host = f"unix://{folder}/docker.sock"
        self.process = None

    def start(self):
        """None once it answers, or why it cannot run."""
        # A killed dockerd takes its containerd with it, whose number it would take for alive while no init reaps it.
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(self.folder, "exec/containerd/containerd.pid"))
        log = os.path.join(self.folder, "dockerd.log")
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                ["dockerd", "--data-root", self.folder + "/data", "--exec-root", self.folder + "/exec",
                 "--pidfile", self.folder + "/docker.pid", "--host", self.host, "--bridge", "none",
                 "--iptables=false", "--ip6tables=false"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        deadline = time.monotonic() + yard.PATIENCE
        while subprocess.run(["docker", "--host", self.host, "version"], capture_output=True).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(log, errors="replace") as file:
                    return "a second dockerd does not come up: " + (file.read().splitlines() or ["no word"])[-1]
            time.sleep(0.1)
        return None

    def end(self, with_signal):
        self.process.send_signal(with_signal)
        self.process.wait(yard.PATIENCE)

    def take_down(self):
        if self.process and self.process.poll() is None:
            self.end(signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)


class Kills(yard.Yard):
    def setUp(self):
        self.engine = None
        if OWN_ENGINE:
            self.start_own_engine()
        super().setUp()
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        self.random = random.Random(SEED)
        self.files = mixture.write(self)
        self.acknowledged = set()
        self.slowest_start = 0.0

    def start_own_engine(self):
        if os.geteuid() != 0 or not shutil.which("dockerd"):
            self.skipTest("a second dockerd needs root and the program dockerd")
        folder = f"/tmp/flowyard-engine-{os.getpid()}"  # short, for the sockets in it
        os.mkdir(folder, 0o700)
        self.engine = Engine(folder)
        self.addCleanup(self.engine.take_down)
        if why := self.engine.start():
            self.skipTest(why)
        before = os.environ.get("DOCKER_HOST")
        os.environ["DOCKER_HOST"] = self.engine.host
        self.addCleanup(lambda: os.environ.pop("DOCKER_HOST") if before is None
                        else os.environ.__setitem__("DOCKER_HOST", before))

    # ---- what is done to it

    def submit_some(self):
        """Keeps it busy; sometimes nobody waits for the answer, and whether it was taken is then seen afterwards."""
        at_work = sum(one["state"] == "running" for one in self.experiments())
        for _ in range(MOST_AT_WORK - at_work):
            file = self.files[self.random.choice(sorted(self.files))]
            if self.random.random() < 0.3:
                self.begin("-q", "submit", file)
            else:
                self.acknowledged.add(int(self.show(self.submit(file))["id"]))

    def kill_some_worker(self):
        there = sorted(self.workers_there())
        if not there:
            return 0
        victim = self.random.choice(there)
        if yard.FLEET == "docker":
            return int(yard.docker("kill", victim).returncode == 0)
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        return 1

    def restart_the_engine(self):
        self.engine.end(self.random.choice([signal.SIGKILL, signal.SIGTERM]))
        time.sleep(self.random.uniform(0, 2))  # the controller is to see it missing, or not
        self.assertIsNone(self.engine.start())

    def disturb(self):
        """One life of a controller."""
        self.launch_controller()
        if self.random.random() < 0.8:
            began = time.monotonic()
            self.eventually(self.answers, "the controller answers")
            self.slowest_start = max(self.slowest_start, time.monotonic() - began)
            self.submit_some()
        time.sleep(self.random.uniform(0, LONGEST_LIFE))  # the moment of death is the subject
        deaths = self.kill_some_worker() if self.random.random() < 0.4 else 0
        self.kill_controller()
        if self.random.random() < 0.2:
            deaths += self.kill_some_worker()
        return deaths

    # ---- what is seen afterwards

    def assert_whole(self, which, kind):
        view = self.show(str(which))
        expected_failures = {5: "app_exit", 8: "app_exit", 11: "app_exit", 14: "app_exit"} if kind == "fragile" else {}
        state = "incomplete" if expected_failures else "succeeded"
        context = f"seed {SEED}: {kind} {which}: {view['reason']}"
        self.assertEqual(view["state"], state, context)
        self.assertEqual(view["done"] + view["failed"], view["scenarios"], context)
        done, failed = self.stored(which)
        self.assertEqual(sorted([*done, *failed]), list(range(view["scenarios"])), context)
        self.assertEqual((len(done), len(failed)), (view["done"], view["failed"]), context)
        self.assertEqual({number: cause for number, (cause, _) in failed.items()}, expected_failures, context)
        self.assertTrue(all(reason for _, reason in failed.values()), context)
        self.assertEqual(self.tables(which), self.undisturbed[kind], context)

    def stored(self, which):
        """Numbers of scenarios with a result, one for each result, and those that failed with cause and reason."""
        store = sqlite3.connect(f"file:{self.data}/flowyard.db?mode=ro", uri=True)
        try:
            chunks = store.execute("SELECT first, count FROM chunks WHERE experiment = ?", (which,)).fetchall()
            failures = store.execute("SELECT scenario, cause, reason FROM failures WHERE experiment = ?", (which,))
            return ([number for first, count in chunks for number in range(first, first + count)],
                    {number: (cause, reason) for number, cause, reason in failures})
        finally:
            store.close()

    def tables(self, which):
        """Outcomes, and series where there are any, but not who computed them."""
        folder = self.checkout(str(which))
        rows = {}
        for name in sorted(name for name in os.listdir(folder) if name.endswith(".csv")):
            rows[name] = self.rows(os.path.join(folder, name), without="worker")
        shutil.rmtree(folder)
        return rows

    def at_rest(self):
        return (self.workers_there(), self.folders_of_workers()) == ([], [])

    def open_files(self):
        """What the controller has open."""
        folder = f"/proc/{self.controller.pid}/fd"
        targets = []
        for name in os.listdir(folder):
            try:
                targets.append(os.readlink(os.path.join(folder, name)))
            except FileNotFoundError:
                pass  # closed meanwhile
        return sorted(targets)

    # ---- the test

    def test_all_is_done_once_whoever_is_killed(self):
        self.start_controller()
        self.undisturbed = {}
        for kind, file in self.files.items():
            which = self.submit(file)
            self.wait_for_end(which)
            self.undisturbed[kind] = self.tables(which)
        self.kill_controller()
        self.start_controller()
        self.eventually(self.at_rest, "nothing is left before")
        descriptors = self.open_files()
        self.kill_controller()

        deaths = engines = 0
        for number in range(1, KILLS + 1):
            deaths += self.disturb()
            if self.engine and number % KILLS_PER_ENGINE == 0:
                self.restart_the_engine()
                engines += 1

        self.start_controller()
        experiments = self.experiments_in_store()
        for which in experiments:
            self.wait_for_end(str(which))
        print(f"{KILLS} kills of the controller, {deaths} of workers, {engines} of the Engine; "
              f"{len(experiments)} experiments; the slowest start took {self.slowest_start:.2f} s", flush=True)
        self.assertLessEqual(self.acknowledged, set(experiments), "an experiment that was taken is lost")
        for which, kind in experiments.items():
            self.assert_whole(which, kind)
        self.eventually(self.at_rest, "neither workers nor their folders stay")
        try:
            most = len(descriptors) + (KEPT_TO_THE_ENGINE if yard.FLEET == "docker" else 0)
            self.eventually(lambda: len(self.open_files()) <= most, "as many descriptors as at the start")
        finally:
            print("descriptors before:", *descriptors)
            print("descriptors after: ", *self.open_files(), flush=True)

    def experiments_in_store(self):
        """Names by id; the list of the command line has a limit."""
        store = sqlite3.connect(f"file:{self.data}/flowyard.db?mode=ro", uri=True)
        try:
            return dict(store.execute("SELECT id, name FROM experiments"))
        finally:
            store.close()


if __name__ == "__main__":
    yard.main()
