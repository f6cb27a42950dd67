"""Models run by PySD in real containers, held against the engine. Needs the image that docker/images/pysd/build makes."""

import json
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mcp_test  # noqa: E402
import yard  # noqa: E402

IMAGE = "flowyard-pysd:3.14.3"

MODEL = """{UTF-8}
Population= INTEG (births - deaths, initial population)
~ Person ~|
initial population= 100
~ Person ~|
births= Population * birth rate * (1 - Population / capacity)
~ Person/Year ~|
deaths= Population * death rate
~ Person/Year ~|
birth rate= 0.1
~ 1/Year ~|
death rate= 0.02
~ 1/Year ~|
capacity= 1000
~ Person ~|
region: north, south
~ ~|
share[region]= 0.25, 0.75
~ ~|
People[region]= Population * share[region]
~ Person ~|
INITIAL TIME= 0
~ Year ~|
FINAL TIME= 50
~ Year ~|
TIME STEP= 0.5
~ Year ~|
SAVEPER= 5
~ Year ~|
"""

OUTPUTS = """outputs:
  series: [Population, People, share, death rate, TIME STEP]
  outcomes: {final: last(Population), north: "last(People[north])", peak: max(births)}
"""


class Pysd(yard.Yard):
    def setUp(self):
        super().setUp()
        if yard.docker("image", "inspect", IMAGE).returncode != 0:
            self.skipTest("there is no image of PySD: docker/images/pysd/build")
        self.start_controller()
        self.write("growth.mdl", MODEL)

    def both(self, name, text):
        """The outcomes of an experiment by PySD and by the engine."""
        runs = []
        for runner in ("pysd", "native"):
            path = self.write(f"{name}-{runner}.yaml", f"name: {name}-{runner}\nrunner: {runner}\n{text}")
            self.flowyard("-q", "run", path, "--set", "workers.memory=512MiB")
            runs.append(self.outcomes(f"{name}-{runner}"))
        return runs

    def assert_same(self, by_pysd, by_engine):
        self.assertEqual(len(by_pysd), len(by_engine))
        for one, other in zip(by_pysd, by_engine):
            self.assertEqual(one.keys(), other.keys())
            for key in one:
                try:
                    left, right = float(one[key]), float(other[key])
                except ValueError:
                    self.assertEqual(one[key], other[key])
                else:
                    self.assertAlmostEqual(left, right, delta=1e-9 * max(1, abs(right)), msg=key)

    def test_all_that_an_experiment_sets_reaches_pysd(self):
        self.assert_same(*self.both("all", """model: growth.mdl
parameters: {birth rate: [0.05, 0.1], share: {array: [0.4, 0.6]}}
scenarios:
  - {name: Base}
  - {name: Started later, time: {start: 10}, initial: {Population: 300}}
  - {name: One element, parameters: {"share[south]": 0.5}}
  - {name: Over time, parameters: {death rate: {series: {0: 0.02, 50: 0.2}}}}
regions: {small: {capacity: 500}, large: {}}
time: {step: 0.25, save_every: 2.5}
""" + OUTPUTS))

    def test_the_demonstration_comes_to_the_same(self):
        shutil.copytree(os.path.join(yard.EXPERIMENTS, "models"), os.path.join(self.folder, "models"))
        with open(os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml")) as file:
            text = "".join(line for line in file if not line.startswith("name:"))
        self.assert_same(*self.both("three", text.replace("replications: 20", "replications: 2")))

    def test_compare_says_how_far_both_are_apart(self):
        path = self.write("growth.yaml", f"name: growth\nmodel: {self.folder}/growth.mdl\n"
                          "parameters: {birth rate: [0.05, 0.1]}\n" + OUTPUTS)
        said = self.flowyard("-q", "compare", "--engines", "native,pysd", "--within", "1e-9", path).stdout
        self.assertIn("2 scenarios of growth-native and growth-pysd compared", said)
        for name in ("final", "north", "peak", "Population", "People", "share", "death rate", "TIME STEP"):
            self.assertIn(name, said)
        # Other results are told apart, with the place.
        other = self.write("other.yaml", "name: other\nmodel: growth.mdl\n"
                           "parameters: {birth rate: [0.05, 0.11]}\n" + OUTPUTS)
        self.flowyard("-q", "run", other)
        rows = json.loads(self.flowyard("compare", "growth-native", "other", "-o", "json").stdout)["differences"]
        final = next(row for row in rows if row["name"] == "final")
        self.assertEqual(final["scenario"], 1)
        self.assertGreater(final["relative"], 0.001)
        self.flowyard("compare", "growth-native", "other", "--within", "1e-9", expect=1)

    def test_a_sweep_of_100_over_4_containers_loses_nothing_when_one_is_killed(self):
        path = self.write("sweep.yaml", """name: sweep
runner: pysd
model: growth.mdl
parameters: {birth rate: {linspace: [0.03, 0.13, 100]}}
workers: {count: 4}
""" + OUTPUTS)
        which = self.submit(path)
        self.wait_until_under_way(which)
        self.kill_a_worker()
        view = self.wait_for_end(which)
        self.assertEqual((view["state"], view["done"]), ("succeeded", 100))
        self.assertGreaterEqual(view["workers_in_all"], 4)
        finals = [float(row["final"]) for row in self.outcomes(which)]
        self.assertEqual(finals, sorted(finals))

    def test_a_run_that_pysd_refuses_fails_by_itself(self):
        # Whatever comes of a division by nought, the others are done.
        self.write("broken.mdl", MODEL.replace("Population * death rate", "Population * death rate / (capacity - 500)"))
        path = self.write("broken.yaml", """name: broken
runner: pysd
model: broken.mdl
parameters: {capacity: [400, 500, 1000]}
retry: {attempts: 1}
""" + OUTPUTS)
        self.flowyard("run", path, expect=None)
        view = self.show("broken")
        self.assertGreaterEqual(view["done"], 2)
        self.assertEqual(view["failed"] + view["not_finite"], 1)

    def test_a_script_that_uses_pysd_itself_as_the_page_shows_it(self):
        shutil.copy(os.path.join(yard.EXPERIMENTS, "programs/sir.mdl"), self.folder)
        with open(os.path.join(yard.SOURCE, "docs/runners.md")) as page:
            for name, text in re.findall(r"<!-- file: (own\.py|study\.yaml) -->\n```\w+\n(.*?)```", page.read(), re.DOTALL):
                self.write(name, text)
        self.flowyard("-q", "run", os.path.join(self.folder, "study.yaml"))
        rows = self.outcomes("study")
        self.assertEqual(len(rows), 20)
        native = self.write("native.yaml", "name: native\nmodel: sir.mdl\nparameters: {contact rate: {uniform: [2, 12]}}\n"
                            "design: {samples: 20}\n"
                            "outputs: {series: [], outcomes: {peak: max(Infected), left: last(Infected)}}\n")
        self.flowyard("-q", "run", native)
        for ours, engine in zip(rows, self.outcomes("native")):
            for name in ("peak", "left"):
                self.assertAlmostEqual(float(ours[name]) / float(engine[name]), 1, delta=1e-9)

    def test_another_method_than_eulers_is_refused_before_anything_starts(self):
        path = self.write("rk4.yaml", "name: rk4\nrunner: pysd\nmodel: growth.mdl\ntime: {method: rk4}\n" + OUTPUTS)
        self.assertIn("Euler", self.flowyard("validate", path, expect=2).stderr)

    def test_the_demonstration_over_mcp(self):
        """Three environments for three scenarios, PySD in each: started together, looked into, compared, deleted."""
        agent = mcp_test.Client(self, True)
        with open(os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml")) as file:
            text = file.read().replace("replications: 20", "replications: 2").replace("64MiB", "512MiB")
        with open(os.path.join(yard.EXPERIMENTS, "models/logistic.yaml")) as file:
            files = {"models/logistic.yaml": file.read()}
        made = {}
        for runner in ("pysd", "native"):
            # The model says RK4, and PySD has Euler's method alone.
            experiment = f"runner: {runner}\ntime: {{method: euler}}\n{text}"
            made[runner] = str(agent.call("experiment_submit", experiment=experiment, files=files, key=runner)["id"])
        for which in made.values():
            end = {"state": "running"}
            while end["state"] == "running":
                end = agent.call("experiment_wait", experiment=which, timeout_s=50)
            self.assertEqual((end["state"], end["failed"]), ("succeeded", 0))
        workers = agent.call("worker_list", experiment=made["pysd"], all=True)["workers"]
        self.assertEqual(len(workers), 3, "an environment for each scenario")
        self.assertTrue(agent.call("worker_log", worker=workers[0]["name"])["lines"])
        compared = agent.call("results_compare", **{"experiment": made["pysd"], "with": made["native"]})
        self.assertEqual(compared["compared"], end["scenarios"])
        self.assertTrue(all(one["relative"] < 1e-9 for one in compared["differences"]), compared)
        for which in made.values():
            name = agent.call("experiment_status", experiment=which)["name"]
            agent.call("experiment_delete", experiment=which, confirm=name)
        self.assertEqual(agent.call("experiment_list")["items"], [])


if __name__ == "__main__":
    yard.main()
