"""Several experiments and fewer places than they want: priorities, who waits and why, what does not fit."""

import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402


class Queue(yard.Yard):
    def test_a_high_priority_ends_first_and_no_more_workers_live_than_may(self):
        self.start_controller("--fleet", yard.FLEET, "--max-workers", "2")
        file = self.write_long_experiment(samples=40, step=0.001)
        low, middle, high = (self.submit(file, "--name", name, "--isolation", "pool", "--set", "workers.batch=4",
                                         f"--priority={priority}")
                             for name, priority in (("low", "-5"), ("middle", "0"), ("high", "7")))
        most, reasons, listed = 0, set(), ""
        deadline = time.monotonic() + yard.PATIENCE
        while any(view["state"] == "running" for view in self.experiments()):
            self.assertLess(time.monotonic(), deadline, self.controller_log())
            most = max(most, len(self.workers_there()))
            waiting = {view["name"]: view["reason"] for view in self.experiments() if view["reason"]}
            reasons.update(waiting.items())
            if waiting and not listed:
                listed = self.flowyard("list").stderr
            time.sleep(0.05)
        self.assertEqual(most, 2)
        ends = {view["name"]: view["finished"] for view in self.experiments()}
        self.assertEqual(sorted(ends, key=ends.get), ["high", "middle", "low"])
        self.assertEqual({self.show(which)["state"] for which in (low, middle, high)}, {"succeeded"})
        told = {name for name, reason in reasons if re.match(r"waiting: 2 of 2 workers busy, ", reason)}
        self.assertIn("low", told)
        self.assertIn(": waiting: 2 of 2 workers busy", listed)

    def test_plan_tells_a_count_that_is_more_than_may(self):
        self.start_controller("--fleet", yard.FLEET, "--max-workers", "2")
        file = self.write_long_experiment(samples=8)
        told = self.flowyard("plan", file, "--workers", "50", "--isolation", "pool", "-o", "json")
        self.assertIn("it asks for 50 workers; this controller runs at most 2 at once", told.stderr)
        plan = json.loads(told.stdout)
        self.assertEqual(plan["workers_at_once"], 2)
        self.assertGreater(plan["seconds"], 0)
        self.assertGreater(plan["free_bytes"], plan["output_bytes"])
        self.assertRegex(self.flowyard("plan", file).stdout, r"Time +about \d+ \w+ on \d workers?")

    def test_what_cannot_fit_on_the_disk_is_refused_and_may_be_forced(self):
        self.start_controller()
        huge = self.write("huge.yaml", yard.LONG_EXPERIMENT.format(
            experiments=yard.EXPERIMENTS, samples=900_000_000, step=0.01).replace("save_every: 10", "save_every: 0.01"))
        refused = self.flowyard("submit", huge, expect=2)
        for word in ("will not fit", "free", "outputs.times", "flowyard prune", "--force"):
            self.assertIn(word, refused.stderr)
        self.assertIn("it will not fit", self.flowyard("plan", huge).stdout)
        self.assertEqual(self.experiments(), [])
        which = self.submit(huge, "--force")
        self.flowyard("cancel", which)


if __name__ == "__main__":
    yard.main()
