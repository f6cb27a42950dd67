"""Every experiment that is shipped runs to its end, and the main one agrees with the solution on paper."""

import math
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

EXACT_AT = 1000


def closed_form(capacity, rate, initial, time):
    return capacity / (1 + (capacity / initial - 1) * math.exp(-rate * time))


class Experiments(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    def run_shipped(self, name, *options):
        self.flowyard("-q", "run", os.path.join(yard.EXPERIMENTS, name + ".yaml"), *options)
        view = self.show(name)
        self.assertEqual((view["state"], view["done"], view["failed"]), ("succeeded", view["scenarios"], 0))
        self.assertEqual(self.workers_there(), [])
        return view

    def test_three_scenarios_agree_with_the_closed_form(self):
        view = self.run_shipped("three-scenarios")
        self.assertEqual(view["workers_in_all"], 3)
        self.assertEqual({one["scenario"] for one in view["containers"]}, {"Baseline", "High Growth", "Low Capacity"})
        for one in view["containers"]:
            self.assertEqual(one["iterations"], 20)
            self.assertRegex(one["worker"], r"^[a-z]+-[a-z]+$")
        for p in self.table("three-scenarios", "--columns",
                            "carrying_capacity,growth_rate,initial_population,final,runs"):
            p = {name: float(value) for name, value in p.items()}
            exact = closed_form(p["carrying_capacity"], p["growth_rate"], p["initial_population"], EXACT_AT)
            self.assertAlmostEqual(p["final.mean"] / exact, 1, delta=1e-9)
            self.assertEqual((p["runs"], p["final.sd"]), (20, 0))
        finals = {row["scenario"]: round(row["final.mean"]) for row in view["rows"]}
        self.assertEqual(finals, {"Baseline": 10000, "High Growth": 10000, "Low Capacity": 5000})
        to_99 = {row["scenario"]: row["time_to_99.mean"] for row in view["rows"]}
        # ln(99 (K / P0 - 1)) / r, seen at the next saved point of time
        self.assertEqual(to_99, {"Baseline": 307, "High Growth": 184, "Low Capacity": 283})

    def test_each_point_of_the_sweep_has_a_worker_of_its_own(self):
        view = self.run_shipped("growth-sweep")
        self.assertEqual((view["scenarios"], view["workers_in_all"]), (100, 100))
        rows = self.outcomes("growth-sweep")
        rates = [float(row["growth_rate"]) for row in rows]
        self.assertEqual(len(rows), 100)
        self.assertAlmostEqual(rates[0], 0.01)
        self.assertAlmostEqual(rates[-1], 0.1)
        for row in rows:
            exact = closed_form(10000, float(row["growth_rate"]), 100, EXACT_AT)
            self.assertAlmostEqual(float(row["final"]) / exact, 1, delta=1e-6)

    def test_monte_carlo_has_fifty_workers_with_twenty_runs_each(self):
        view = self.run_shipped("monte-carlo")
        self.assertEqual((view["scenarios"], view["workers_in_all"]), (1000, 50))
        self.assertEqual([worker["runs"] for worker in self.workers("monte-carlo")], [20] * 50)
        rows = self.outcomes("monte-carlo")
        self.assertEqual(len(rows), 1000)
        self.assertEqual(len({row["growth_rate"] for row in rows}), 1000)
        for row in rows:
            drawn = (float(row[name]) for name in ("carrying_capacity", "growth_rate", "initial_population"))
            self.assertAlmostEqual(float(row["final"]) / closed_form(*drawn, 300), 1, delta=1e-6)

    def test_the_grid_is_every_rate_with_every_capacity(self):
        self.assertEqual(self.run_shipped("grid")["scenarios"], 96)
        points = {(row["growth_rate"], row["carrying_capacity"]) for row in self.outcomes("grid")}
        self.assertEqual(len(points), 96)

    def test_regions_are_summed_to_a_world(self):
        self.run_shipped("regions")
        names = [name for _, _, files in os.walk(self.checkout("regions")) for name in files]
        self.assertIn("across_regions.csv", names)


if __name__ == "__main__":
    yard.main()
