"""What a user meets: wrong files, Ctrl-C, and workers that are gone."""

import json
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

THREE = os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml")


class Commands(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    def test_all_mistakes_of_a_file_are_told_with_their_places_and_nothing_starts(self):
        bad = self.write("bad.yaml", f"""name: bad
model: {yard.EXPERIMENTS}/models/logistic.yaml
parameters:
  grwth_rate: 0.03
workers: {{memory: much, cpus: 1}}
replicatoins: 20
""")
        done = self.flowyard("run", bad, expect=2)
        for part in ("bad.yaml:4:", "bad.yaml:5:", "bad.yaml:6:", "growth_rate", "replications"):
            self.assertIn(part, done.stderr)
        self.assertEqual(self.experiments(), [])
        self.assertEqual(self.workers_there(), [])

    def test_a_missing_model_is_told(self):
        bad = self.write("bad.yaml", "name: bad\nmodel: nowhere.mdl\n")
        self.assertIn("nowhere.mdl", self.flowyard("run", bad, expect=2).stderr)

    def test_a_file_that_is_not_there_is_told(self):
        self.assertIn("not-there.yaml", self.flowyard("run", "not-there.yaml", expect=2).stderr)

    def test_nothing_answers_where_no_controller_is(self):
        elsewhere = os.path.join(self.folder, "elsewhere.sock")
        self.assertIn(elsewhere, self.flowyard("--controller", "unix://" + elsewhere, "list", expect=5).stderr)

    def test_ctrl_c_ends_the_experiment_and_keeps_what_was_done(self):
        process = self.begin("run", self.write_long_experiment(samples=1000))
        self.eventually(lambda: self.experiments() != [], "it is submitted")
        self.wait_until_under_way("@latest")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=yard.PATIENCE)
        self.assertEqual(process.returncode, 130, output)
        self.assertEqual(self.workers_there(), [])
        view = self.show()
        self.assertEqual(view["state"], "cancelled")
        self.assertGreater(view["done"], 0)
        self.assertEqual(len(self.outcomes(str(view["id"]))), view["done"])

    def test_a_worker_that_is_gone_can_be_listed_read_brought_home_and_deleted(self):
        self.flowyard("-q", "run", THREE)
        self.assertEqual(self.workers_there(), [])
        workers = self.workers("three-scenarios")
        self.assertEqual({one["scenario"] for one in workers}, {"Baseline", "High Growth", "Low Capacity"})
        (baseline,) = [one["name"] for one in workers if one["scenario"] == "Baseline"]
        self.assertIn("Baseline", self.flowyard("log", baseline).stdout)
        self.assertIn(baseline, self.flowyard("show", baseline).stdout)
        folder = self.checkout(baseline)
        self.assertTrue(any(baseline in name for _, _, files in os.walk(folder) for name in files), os.listdir(folder))
        self.flowyard("delete", baseline)
        self.assertNotIn(baseline, self.flowyard("list", "--all", "-q").stdout.split())
        self.flowyard("log", baseline, expect=3)
        # The results are the experiment's and stay.
        self.assertEqual(len(self.outcomes("three-scenarios")), 60)

    def test_checkout_says_by_whom_and_with_which_hash(self):
        self.flowyard("-q", "run", THREE)
        folder = self.checkout("three-scenarios")
        with open(os.path.join(folder, "manifest.json")) as file:
            listed = json.dumps(json.load(file))
        for name in ("outcomes.csv", "scenarios.csv"):
            self.assertIn(name, os.listdir(folder))
            self.assertIn(name, listed)
        self.assertEqual(len(os.listdir(os.path.join(folder, "logs"))), 3)

    def test_what_an_installation_left_behind_is_removed_when_its_controller_starts_again(self):
        which = self.submit(self.write_long_experiment(samples=1000))
        self.wait_until_under_way(which)
        self.kill_controller()
        self.assertTrue(self.workers_there())
        # The store is lost: nobody knows these workers any more, except by their label and folder.
        self.forget_experiments()
        self.start_controller()
        self.eventually(lambda: not self.workers_there(), "workers that nobody owns go")

    def forget_experiments(self):
        import sqlite3

        store = sqlite3.connect(os.path.join(self.data, "flowyard.db"))
        for table in ("experiments", "workers", "leases"):
            store.execute(f"DELETE FROM {table}")
        store.commit()
        store.close()

    def test_two_controllers_do_not_share_a_data_folder(self):
        other = dict(self.environment, FLOWYARD_RUN_DIR=os.path.join(self.folder, "other"))
        self.environment, ours = other, self.environment
        try:
            done = self.flowyard("controller", "run", "--fleet", yard.FLEET, expect=1)
        finally:
            self.environment = ours
        self.assertIn(self.data, done.stderr)

    def test_results_that_are_not_finite_are_told_with_what_went_wrong_first(self):
        text = """name: odd
model:
  time: {start: 0, stop: 10, step: 0.5}
  constants: {area: 4, shrink: 1}
  stocks: {land: {initial: area, net: -shrink}}
  auxiliaries: {density: 10 / land}
parameters: {shrink: [0, 0.1, 1]}
outputs: {outcomes: {final: last(density), crowded: max(density), never: first_time(density < 0.0001)}}
"""
        done = self.flowyard("run", self.write("odd.yaml", text))
        self.assertIn("3 of 3 done, 1 not finite", done.stdout)
        self.assertEqual(self.show("odd")["not_finite"], 1)
        why = self.flowyard("why", "odd").stdout
        self.assertIn("the first is 2: 'density' is infinite at time 4; its inputs then: land = 0", why)
        self.assertIn("--only 2", why)
        strict = self.write("strict.yaml", text.replace("name: odd", "name: strict\nnot_finite: fail"))
        self.flowyard("run", strict, expect=1)
        view = self.show("strict")
        self.assertEqual((view["state"], view["done"], view["failed"]), ("incomplete", 2, 1))

    def test_one_scenario_runs_alone_with_the_draws_it_had_among_all(self):
        file = self.write("draws.yaml", f"""name: draws
model: {yard.EXPERIMENTS}/models/logistic.yaml
parameters: {{initial_population: {{uniform: [50, 150]}}}}
design: {{method: random, samples: 20}}
outputs: {{outcomes: {{final: last(Population), mean: mean(Population)}}}}
workers: {{count: 2, batch: 10}}
""")
        self.flowyard("-q", "run", file)
        whole = self.outcomes("draws")
        worker = next(one["name"] for one in self.workers("draws") if one["runs"] > 0)
        self.assertRegex(self.flowyard("why", worker).stdout, r"flowyard run \S*draws.yaml --only \d+-\d+\n")
        self.flowyard("-q", "run", file, "--name", "alone", "--only", "7")
        # Without `scenarios:` there is one, named as the experiment.
        self.assertEqual(self.outcomes("alone"), [{**whole[7], "named_scenario": "alone"}])
        self.assertIn("0 to 19", self.flowyard("run", file, "--only", "20", expect=2).stderr)


class FirstCommands(yard.Yard):
    def test_commands_given_at_once_find_one_controller(self):
        self.addCleanup(lambda: self.flowyard("controller", "stop", expect=None))
        words = [os.path.join(yard.PROGRAMS, "flowyard"), "list"]
        clients = [subprocess.Popen(words, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True) for _ in range(6)]
        for client in clients:
            output, _ = client.communicate(timeout=yard.PATIENCE)
            self.assertEqual(client.returncode, 0, output)
        self.assertEqual(self.flowyard("controller", "status").returncode, 0)


if __name__ == "__main__":
    yard.main()
