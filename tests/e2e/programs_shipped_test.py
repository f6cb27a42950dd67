"""The programs of experiments/programs, each run to its end."""

import math
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

SHIPPED = os.path.join(yard.EXPERIMENTS, "programs")
PYSD_IMAGE = "flowyard-pysd:3.14.3"


class Shipped(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    def run_shipped(self, name, needs, *columns):
        if yard.FLEET == "docker":
            self.skipTest("its image would have to be fetched")
        if not shutil.which(needs):
            self.skipTest(f"there is no {needs}")
        self.flowyard("-q", "run", os.path.join(SHIPPED, name + ".yaml"))
        return [{key: float(value) for key, value in row.items() if key in columns} for row in self.outcomes(name)]

    def test_a_regression_in_r(self):
        rows = self.run_shipped("regression", "Rscript", "noise", "estimate", "r_squared")
        self.assertEqual(len(rows), 12)
        for row in rows:
            # The standard error of the slope is noise / sqrt(sum of squares of 41 times).
            self.assertAlmostEqual(row["estimate"], 0.05, delta=5 * row["noise"] / math.sqrt(5740))
        fits = [row["r_squared"] for row in rows]
        self.assertGreater(min(fits[:4]), max(fits[8:]))

    def test_an_outbreak_in_c(self):
        rows = self.run_shipped("outbreak", "cc", "infectivity", "share_infected")
        self.assertEqual(len(rows), 90)
        infected = [[row["share_infected"] for row in rows if row["infectivity"] == i] for i in (0.1, 0.3, 0.6)]
        means = [sum(some) / len(some) for some in infected]
        self.assertEqual(means, sorted(means))
        self.assertLess(means[0], 0.1)     # half a person is infected by each: it dies out
        self.assertGreater(means[2], 0.7)  # three are: the final size of that is 0.94, if it does not die out
        self.assertGreater(len(set(infected[2])), 15, "each replication has a seed of its own")

    def test_a_line_of_shell(self):
        rows = self.run_shipped("one-liner", "sh", "rate", "savings")
        for row in rows:
            self.assertAlmostEqual(row["savings"], 100 * (1 + row["rate"]) ** 10, delta=1e-9)

    def test_two_stages_with_pysd(self):
        if yard.FLEET != "docker":
            self.skipTest("PySD is in an image")
        if yard.docker("image", "inspect", PYSD_IMAGE).returncode != 0:
            self.skipTest("there is no image of PySD: docker/images/pysd/build")
        self.environment["PATH"] = yard.PROGRAMS + os.pathsep + self.environment["PATH"]
        done = yard.subprocess.run([os.path.join(SHIPPED, "two-stages.sh")], env=self.environment,
                                   capture_output=True, text=True, timeout=4 * yard.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("20 scenarios of sir and sir-by-pysd compared", done.stdout)
        self.assertEqual(self.show("sir")["done"], 10_000)
        by_pysd = self.show("sir-by-pysd")
        self.assertEqual((by_pysd["done"], by_pysd["failed"]), (20, 0))


if __name__ == "__main__":
    yard.main()
