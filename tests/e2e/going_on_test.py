"""An experiment that has ended goes on: what is left of it, what failed, further samples; all that is done is kept."""

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

FRAGILE = """name: fragile
model: {experiments}/models/logistic.yaml
scenarios: [{{name: Baseline}}]
parameters: {{growth_rate: {{uniform: [0.01, 0.05]}}}}
design: {{samples: 30}}
time: {{stop: 400, step: {step}, save_every: 10}}
outputs: {{outcomes: {{final: last(Population)}}}}
workers: {{count: 1, batch: 1}}
retry: {{attempts: 1}}
failures: {{max: 100%}}
"""

TWO_BY_TWO = """name: two-by-two
model: {experiments}/models/logistic.yaml
parameters: {{growth_rate: {{uniform: [0.01, 0.05]}}}}
scenarios: [{{name: A}}, {{name: B, parameters: {{carrying_capacity: 5000}}}}]
regions: {{north: {{initial_population: 50}}, south: {{}}}}
design: {{samples: {samples}}}
outputs: {{series: [Population], outcomes: {{final: last(Population)}}}}
"""


class GoingOn(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    def by_draw(self, which):
        """The outcome of each scenario, by what it is and not by its number; and the numbers."""
        rows = self.outcomes(which)
        key = ("named_scenario", "region", "point", "sample", "replication", "growth_rate")
        return {tuple(row[k] for k in key): row["final"] for row in rows}, [int(row["scenario"]) for row in rows]

    def test_more_samples_are_those_of_the_larger_one(self):
        text = TWO_BY_TWO.format(experiments=yard.EXPERIMENTS, samples=30)
        self.flowyard("-q", "run", self.write("small.yaml", text))
        before, _ = self.by_draw("two-by-two")
        self.flowyard("extend", "two-by-two", "--samples", "50")
        view = self.show("two-by-two")
        self.assertEqual((view["state"], view["done"], view["round"]), ("succeeded", 200, 1))
        after, numbers = self.by_draw("two-by-two")
        self.assertEqual(numbers, list(range(200)))
        self.assertEqual({key: after[key] for key in before}, before)
        # Its checkout is numbered alike.
        folder = self.checkout("two-by-two")
        self.flowyard("-q", "run", os.path.join(folder, "experiment.yaml"), "--name", "again")
        self.assertEqual(self.by_draw("again"), (after, numbers))
        fresh = self.write("large.yaml", TWO_BY_TWO.format(experiments=yard.EXPERIMENTS, samples=50))
        self.flowyard("-q", "run", fresh, "--name", "fresh")
        self.assertEqual(self.by_draw("fresh")[0], after)

    def crash_the_workers(self):
        """As a fault of the worker's own would end it."""
        for one in self.workers_there():
            try:
                os.kill(self.worker_in(one) if yard.FLEET == "docker" else one, signal.SIGSEGV)
            except (OSError, ValueError, IndexError):
                pass  # it has just gone

    @staticmethod
    def worker_in(container):
        """The init process of a container hands on no signal of this kind: its child is meant."""
        init = yard.docker("inspect", "--format", "{{.State.Pid}}", container).stdout.strip()
        with open(f"/proc/{init}/task/{init}/children") as children:
            return int(children.read().split()[0])

    def test_what_failed_is_done_when_it_is_tried_again(self):
        # Longer than it takes to find a container and have it killed.
        text = FRAGILE.format(experiments=yard.EXPERIMENTS, step=0.0003 if yard.FLEET == "docker" else 0.001)
        which = self.submit(self.write("fragile.yaml", text))

        def has_failures():
            view = self.show(which)
            self.assertEqual(view["state"], "running", "too quick for this test")
            if view["failed"] < 2:
                self.crash_the_workers()
            return view["failed"] >= 2

        self.eventually(has_failures, "scenarios fail")
        before = self.wait_for_end(which)
        self.assertEqual(before["done"] + before["failed"], 30)
        kept, _ = self.by_draw(which)
        self.assertEqual(len(kept), before["done"])
        # Nothing happens unless it is said what shall be tried again.
        self.assertIn("--failed", self.flowyard("retry", which, expect=2).stderr)
        self.flowyard("resume", which, expect=4)
        self.assertEqual(self.show(which)["failed"], before["failed"])
        self.flowyard("retry", which, "--failed")
        view = self.show(which)
        self.assertEqual((view["state"], view["done"], view["failed"], view["round"]), ("succeeded", 30, 0, 1))
        after, numbers = self.by_draw(which)
        self.assertEqual(numbers, list(range(30)))
        self.assertEqual({key: after[key] for key in kept}, kept)
        self.flowyard("-q", "run", self.write("fragile.yaml", text), "--name", "sound")
        self.assertEqual(self.by_draw("sound")[0], after)
        self.flowyard("retry", which, "--failed", expect=4)

    def test_a_hypercube_says_why_it_cannot(self):
        text = TWO_BY_TWO.format(experiments=yard.EXPERIMENTS, samples="5, method: lhs")
        self.flowyard("-q", "run", self.write("lhs.yaml", text))
        self.assertIn("lhs", self.flowyard("extend", "@latest", "--samples", "9", expect=2).stderr)

    def test_what_was_paused_goes_on_after_another_controller_came(self):
        which = self.submit(self.write_long_experiment(samples=1000))
        self.wait_until_under_way(which)
        self.flowyard("pause", which)
        view = self.show(which)
        self.assertEqual(view["state"], "paused")
        self.assertEqual(self.workers_there(), [])
        self.assertGreater(view["done"], 0)
        self.kill_controller()
        self.start_controller()
        self.flowyard("resume", which, "--no-wait")
        self.flowyard("cancel", which)
        self.flowyard("resume", which, "--no-wait")
        self.eventually(lambda: self.show(which)["done"] > view["done"], "it goes on")
        self.assertEqual(self.show(which)["round"], 2)


if __name__ == "__main__":
    yard.main()
