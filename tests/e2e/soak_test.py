"""Soak: a steady mixed load from eight clients, under which neither descriptors nor memory of the controller may grow.

FLOWYARD_SOAK says for how many seconds (1200). The last quarter is held against the second: the first fills caches.
"""

import os
import random
import re
import shutil
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mixture  # noqa: E402
import yard  # noqa: E402

SECONDS = int(os.environ.get("FLOWYARD_SOAK", "1200"))
CLIENTS = 8
EVERY = 10  # seconds between two measurements
DESCRIPTORS_MORE = 5
MEMORY_MORE = 0.10
PAUSE = 0.5  # seconds that a client waits between two commands, so that the load is steady and not the machine's best


class Soak(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()
        self.files = mixture.write(self)
        self.stop = threading.Event()
        self.commands = {}
        self.faults = []
        self.lock = threading.Lock()

    # ---- the load

    def ask(self, *arguments, allowed=(0,)):
        done = self.flowyard(*arguments, expect=None)
        with self.lock:
            word = next(word for word in arguments if word != "-q")
            self.commands[word] = self.commands.get(word, 0) + 1
            if done.returncode not in allowed:
                self.faults.append(f"{' '.join(arguments)}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def client(self, number):
        chance = random.Random(number)
        kinds = sorted(self.files)
        turn = number
        try:
            while not self.stop.wait(PAUSE):
                file = self.files[kinds[turn % len(kinds)]]
                turn += 1
                # 1: a scenario failed, as some are meant to; 3: another client deleted or pruned it meanwhile.
                which = self.ask("-q", "submit", file).strip()
                self.ask("-q", "list", "--all", "--experiment", which, allowed=(0, 3))
                self.ask("watch", which, allowed=(0, 1, 3))
                self.ask("list", "experiments")
                folder = os.path.join(self.folder, f"client-{number}")
                self.ask("-q", "checkout", which, "-o", folder, allowed=(0, 3))
                shutil.rmtree(folder, ignore_errors=True)
                if chance.random() < 0.5:
                    self.ask("delete", which, allowed=(0, 3))
                elif chance.random() < 0.3:
                    self.ask("prune", "--older-than", "5s")
        except Exception as error:  # a thread has nobody else to tell
            self.faults.append(repr(error))

    # ---- what is measured

    def measure(self):
        """Descriptors, resident memory in KiB, and bytes and entries in the run folder."""
        with open(f"/proc/{self.controller.pid}/status") as status:
            memory = int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])
        size = entries = 0
        for folder, folders, files in os.walk(self.run_dir):
            entries += len(folders) + len(files)
            for name in files:
                try:
                    size += os.lstat(os.path.join(folder, name)).st_size
                except FileNotFoundError:
                    pass  # workers come and go
        return {"descriptors": self.descriptors_open(), "memory": memory, "bytes": size, "entries": entries}

    def test_descriptors_and_memory_stay_flat(self):
        clients = [threading.Thread(target=self.client, args=(number,)) for number in range(CLIENTS)]
        begin = time.monotonic()
        for client in clients:
            client.start()
        measured = []
        try:
            while (at := time.monotonic() - begin) < SECONDS and not self.faults:
                self.stop.wait(EVERY)
                self.assertIsNone(self.controller.poll(), self.controller_log()[-4000:])
                measured.append(self.measure())
                print(f"{at + EVERY:6.0f} s", *(f"{key} {value}" for key, value in measured[-1].items()), flush=True)
        finally:
            self.stop.set()
            for client in clients:
                client.join(yard.PATIENCE)
        print("commands:", *(f"{word} {count}" for word, count in sorted(self.commands.items())))
        self.assertEqual(self.faults, [])

        quarter = len(measured) // 4
        second, last = measured[quarter:2 * quarter], measured[-quarter:]
        before, after = ({key: statistics.median(one[key] for one in part) for key in part[0]}
                         for part in (second, last))
        print("second quarter, medians:", before)
        print("last quarter, medians:  ", after)
        self.assertLessEqual(after["descriptors"], before["descriptors"] + DESCRIPTORS_MORE)
        self.assertLessEqual(after["memory"], before["memory"] * (1 + MEMORY_MORE))
        self.eventually(lambda: not self.workers_there() and not self.folders_of_workers(),
                        "workers go, and their folders with them")


if __name__ == "__main__":
    yard.main()
