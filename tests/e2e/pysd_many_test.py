"""A thousand Monte Carlo runs by PySD, over 50 containers of 20, held against the engine."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pysd_test  # noqa: E402
import yard  # noqa: E402

MINUTES = 30  # for what takes three on an idle machine with two cores


class ManyByPysd(yard.Yard):
    def setUp(self):
        super().setUp()
        if yard.docker("image", "inspect", pysd_test.IMAGE).returncode != 0:
            self.skipTest("there is no image of PySD: docker/images/pysd/build")
        self.start_controller()

    def test_monte_carlo_over_50_containers(self):
        study = os.path.join(yard.EXPERIMENTS, "monte-carlo.yaml")
        # PySD has Euler only.
        self.flowyard("-q", "submit", study, "--set", "time.method=euler")
        by_engine = self.wait_for_end("monte-carlo")
        which = self.submit(study, "--name", "by-pysd", "--set", "runner=pysd", "--set", "workers.memory=512MiB")
        self.begin("-q", "watch", which).wait(MINUTES * 60)
        by_pysd = self.show(which)
        for view in (by_engine, by_pysd):
            self.assertEqual((view["state"], view["done"], view["failed"]), ("succeeded", 1000, 0))
        self.assertEqual(by_pysd["workers_in_all"], 50)
        self.assertEqual({worker["cause"] for worker in self.workers("by-pysd")}, {"none"})
        said = self.flowyard("compare", "monte-carlo", "by-pysd", "--within", "1e-9", "-o", "json").stdout
        self.assertEqual(json.loads(said)["compared"], 1000)


if __name__ == "__main__":
    yard.main()
