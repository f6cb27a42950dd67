"""What came of an experiment, as a modeller sees it: a row for each scenario, region and point of the axes."""

import csv
import os
import pty
import statistics
import struct
import subprocess
import sys

import fcntl
import termios

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

SWEEP = """
name: sweep
model: {experiments}/models/logistic.yaml
parameters:
  growth_rate: {{linspace: [0.01, 0.1, 400]}}
outputs: {{series: [], outcomes: {{final: last(Population), time_to_99: first_time(fullness >= 0.99)}}}}
workers: {{count: 2, batch: 7}}
"""

DRAWS = """
name: draws
model: {experiments}/models/logistic.yaml
parameters:
  growth_rate: [0.01, 0.02]
  initial_population: {{normal: [100, 10], min: 50}}
scenarios:
  - {{name: Roomy}}
  - {{name: Crowded, parameters: {{carrying_capacity: 5000}}}}
regions: {{north: {{}}, south: {{initial_population: 200}}}}
design: {{method: random, samples: 40}}
time: {{stop: 100}}
outputs: {{series: [], outcomes: {{final: last(Population)}}}}
workers: {{count: 2, batch: 9}}
"""

FRAGILE = """
name: fragile
model:
  time: {start: 0, stop: 5, step: 1}
  constants: {rate: 1}
  stocks: {Level: {initial: 1, net: 1 / rate}}
parameters: {rate: [1, 0, 2]}
outputs: {outcomes: {final: last(Level)}}
"""

HUNGRY = """
name: hungry
model: {experiments}/models/logistic.yaml
parameters: {{growth_rate: [0.01, 0.02]}}
scenarios:
  - {{name: Quick}}
  - {{name: Endless, time: {{stop: 900000, step: 0.001, save_every: 900000}}}}
outputs: {{series: [], outcomes: {{final: last(Population)}}}}
timeout: {{scenario: 1s}}
retry: {{attempts: 1}}
workers: {{count: 2, batch: 1}}
"""


class Results(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    def run_text(self, text, expect=0):
        file = self.write("experiment.yaml", text.format(experiments=yard.EXPERIMENTS) if "{experiments}" in text else text)
        return self.flowyard("run", file, expect=expect).stdout

    def on_a_terminal(self, columns, *arguments):
        """What a command prints on a terminal that is so wide."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        process = subprocess.Popen(self.command(*arguments), env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=theirs, stderr=theirs)
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 65536):
                text += piece
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        self.assertEqual(process.wait(yard.PATIENCE), 0)
        return text.decode().replace("\r\n", "\n")

    def test_a_sweep_has_a_row_for_each_point_each_time(self):
        first = self.rows_of(self.run_text(SWEEP))
        self.assertEqual(len(first), 401)
        self.assertEqual(first[0], ["growth_rate", "(1/year)", "final", "(people)", "time_to_99", "(year)"])
        self.assertEqual(self.rows_of(self.run_text(SWEEP)), first)
        rows = self.table("sweep")
        self.assertEqual(len(rows), 400)
        self.assertEqual({row["status"] for row in rows}, {"done"})
        rates = [float(row["growth_rate"]) for row in rows]
        self.assertEqual(rates, sorted(rates))
        by_scenario = {float(row["growth_rate"]): row["final"] for row in self.outcomes("sweep")}
        self.assertEqual({float(row["growth_rate"]): row["final"] for row in rows}, by_scenario)
        view = self.show("sweep")
        self.assertEqual([row["final"] for row in view["rows"]], [float(row["final"]) for row in rows])

    @staticmethod
    def rows_of(text):
        """The table of results of a screen, line by line."""
        lines = [line.split() for line in text.splitlines()]
        begin = next(i for i, line in enumerate(lines) if "growth_rate" in line)
        return lines[begin:lines.index([], begin)]

    def test_rows_are_chosen_sorted_and_limited(self):
        self.run_text(SWEEP)
        rows = self.table("sweep", "--where", "growth_rate > 0.05 and time_to_99 != 100", "--sort", "-growth_rate",
                          "--limit", "3", "--columns", "growth_rate,time_to_99")
        self.assertEqual(list(rows[0]), ["growth_rate", "time_to_99"])
        every = self.table("sweep")
        wanted = [row for row in every if float(row["growth_rate"]) > 0.05 and float(row["time_to_99"]) != 100]
        self.assertEqual([row["growth_rate"] for row in rows], [row["growth_rate"] for row in wanted[:-4:-1]])
        self.assertEqual(self.table("sweep", "--where", "growth_rate > 1"), [])
        wrong = self.flowyard("show", "sweep", "--where", "growth_rat > 0.05", expect=2).stderr
        self.assertIn("where:1:1: there is no column 'growth_rat', did you mean 'growth_rate'?", wrong)

    def test_draws_are_folded_and_scenarios_and_regions_are_not(self):
        self.run_text(DRAWS)
        rows = self.table("draws")
        self.assertEqual([(row["scenario"], row["region"], row["growth_rate"]) for row in rows],
                         [(s, r, g) for s in ("Roomy", "Crowded") for r in ("north", "south") for g in ("0.01", "0.02")])
        runs = [row for row in self.outcomes("draws")
                if (row["named_scenario"], row["region"], row["growth_rate"]) == ("Crowded", "north", "0.02")]
        finals = sorted(float(row["final"]) for row in runs)
        self.assertEqual(len(finals), 40)
        row = rows[5]
        self.assertEqual(row["runs"], "40")
        quantiles = statistics.quantiles(finals, n=20, method="inclusive")
        for name, expected in {"mean": statistics.fmean(finals), "sd": statistics.stdev(finals), "p05": quantiles[0],
                               "median": statistics.median(finals), "p95": quantiles[-1], "left_out": 0}.items():
            self.assertAlmostEqual(float(row["final." + name]), expected, delta=1e-9 * max(1, abs(expected)))

    def test_a_row_says_what_went_wrong(self):
        self.run_text(FRAGILE)
        self.assertEqual([(row["status"], row["final"]) for row in self.table("fragile")],
                         [("done", "6"), ("not_finite", "inf"), ("done", "3.5")])
        shown = self.run_text(HUNGRY, expect=1)
        rows = self.table("hungry")
        self.assertEqual([row["status"] for row in rows], ["done", "done", "failed", "failed"])
        for row in rows[2:]:
            self.assertRegex(row["reason"], "^timeout: .*no progress")
            self.assertEqual(row["final"], "")
        self.assertRegex(shown, r"Endless +0.01 +failed +- +timeout: ")

    def test_a_screen_is_never_too_narrow(self):
        self.run_text(SWEEP)
        wide = self.on_a_terminal(80, "show", "sweep")
        self.assertIn("... 380 more: flowyard show sweep --limit 400 -o csv\n", wide)
        self.assertEqual(len(self.rows_of(wide)), 1 + 15 + 1 + 5 + 1)
        self.run_text(DRAWS)
        for columns in (80, 40):
            for line in self.rows_of(self.on_a_terminal(columns, "show", "draws")):
                if line[0] != "+":
                    self.assertLessEqual(len("  ".join(line)), columns)
        narrow = self.on_a_terminal(40, "show", "draws")
        self.assertRegex(narrow, "\nSCENARIO +REGION +growth_rate +RUNS\n")
        self.assertRegex(narrow, "\n\nSCENARIO +REGION +final.mean +final.sd\n")
        self.assertIn("+ 1 column: flowyard show draws --columns scenario,final\n", narrow)

    def test_programs_are_given_numbers_and_times(self):
        self.run_text(DRAWS)
        for what in (["list", "--all"], ["list", "experiments"], ["show"], ["show", self.workers("draws")[0]["name"]],
                     ["controller", "status"], ["why"]):
            text = self.flowyard(*what, "-o", "csv").stdout
            rows = list(csv.DictReader(text.splitlines()))
            self.assertGreater(len(rows), 0, what)
            for row in rows:
                for name, value in row.items():
                    if name.endswith(("_seconds", "_bytes", "_percent")) or name in ("runs", "pid", "done"):
                        float(value)
                    if name in ("created", "exited", "submitted", "finished", "started"):
                        self.assertRegex(value, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertNotRegex(text, r"\d (ms|us|s|KiB|MiB|B)\b", what)


if __name__ == "__main__":
    yard.main()
