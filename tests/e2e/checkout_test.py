"""A checkout runs as it stands, wherever it was taken from, and gives the same bits."""

import json
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

SHIPPED = sorted(name[:-5] for name in os.listdir(yard.EXPERIMENTS) if name.endswith(".yaml"))


def tables(folder):
    return sorted(name for name in os.listdir(folder) if name.startswith(("outcomes", "series", "across_regions")))


class Checkouts(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    def assert_same_bits(self, first, again):
        self.assertEqual(tables(first), tables(again))
        self.assertIn("outcomes.csv", tables(first))
        for name in tables(first):
            with open(os.path.join(first, name), "rb") as one, open(os.path.join(again, name), "rb") as other:
                self.assertTrue(one.read() == other.read(), f"{name} differs")

    def assert_manifest_as_described(self, manifest):
        with open(os.path.join(yard.SOURCE, "docs/manifest.schema.json")) as file:
            schema = json.load(file)
        self.assertEqual(set(schema["required"]) - set(manifest), set())
        self.assertEqual(set(manifest) - set(schema["properties"]), set())
        try:
            import jsonschema
        except ImportError:
            return
        jsonschema.validate(manifest, schema)

    def run_again(self, folder):
        """Runs what was checked out, where nothing else is."""
        elsewhere = os.path.join(self.folder, "elsewhere")
        shutil.move(folder, elsewhere)
        self.flowyard("-q", "run", os.path.join(elsewhere, "experiment.yaml"))
        self.assert_same_bits(elsewhere, self.checkout("@latest"))
        shutil.rmtree(elsewhere)

    def test_each_shipped_experiment_gives_the_same_bits_from_its_checkout(self):
        self.assertGreaterEqual(len(SHIPPED), 6)
        for name in SHIPPED:
            with self.subTest(name):
                self.flowyard("-q", "run", os.path.join(yard.EXPERIMENTS, name + ".yaml"))
                self.run_again(self.checkout("@latest"))

    def test_what_was_overridden_and_what_lies_elsewhere_comes_along(self):
        os.makedirs(os.path.join(self.folder, "shared"))
        shutil.copy(os.path.join(yard.EXPERIMENTS, "models/logistic.yaml"), os.path.join(self.folder, "shared"))
        os.makedirs(os.path.join(self.folder, "work"))
        text = """name: "Häfen: 1 & 2"
model: ../shared/logistic.yaml
parameters: {growth_rate: {uniform: [0.01, 0.05]}}
design: {samples: 40}
outputs: {series: [Population], outcomes: {final: last(Population)}}
"""
        file = self.write("work/e.yaml", text)
        self.flowyard("-q", "run", file, "--seed", "9", "--only", "3,7,10-19", "-p", "carrying_capacity=[5000, 9000]",
                      "--set", "design.samples=20", "--set", "time.stop=40")
        view = self.show("@latest")
        self.assertEqual((view["state"], view["done"]), ("succeeded", 12))
        self.assertEqual(view["overrides"]["seed"], "9")
        (listed,) = self.experiments()
        self.assertEqual(listed["overrides"], view["overrides"])
        # Named after the experiment, whatever letters that has.
        self.flowyard("-q", "checkout", cwd=self.folder)
        folder = os.path.join(self.folder, "Häfen: 1 & 2")
        with open(os.path.join(folder, "experiment.yaml")) as kept:
            self.assertTrue(kept.read().startswith(text))
        with open(os.path.join(folder, "manifest.json")) as kept:
            manifest = json.load(kept)
        self.assert_manifest_as_described(manifest)
        self.assertEqual((manifest["seed"], manifest["state"]), (9, "succeeded"))
        self.assertEqual(manifest["scenarios"], {"total": 12, "done": 12, "failed": 0, "not_finite": 0, "pending": 0})
        self.run_again(folder)

    def test_an_experiment_may_come_by_standard_input(self):
        with open(os.path.join(yard.EXPERIMENTS, "regions.yaml")) as file:
            process = self.begin("-q", "run", "-", stdin=file, cwd=yard.EXPERIMENTS)
            output, _ = process.communicate(timeout=yard.PATIENCE)
        self.assertEqual(process.returncode, 0, output)
        self.assertEqual(self.show()["state"], "succeeded")

    def test_netcdf_holds_what_the_tables_hold(self):
        self.flowyard("-q", "run", os.path.join(yard.EXPERIMENTS, "growth-sweep.yaml"))
        tables = self.checkout("@latest")
        folder = os.path.join(self.folder, "netcdf")
        self.flowyard("-q", "checkout", "@latest", "--format", "netcdf", "-o", folder)
        path = os.path.join(folder, "results.nc")
        with open(path, "rb") as file:
            self.assertEqual(file.read(4), b"CDF\x02")
        with open(os.path.join(folder, "manifest.json")) as file:
            self.assert_manifest_as_described(json.load(file))
        try:
            from scipy.io import netcdf_file
        except ImportError:
            return
        outcomes = self.rows(os.path.join(tables, "outcomes.csv"), without="scenario")
        with netcdf_file(path, mmap=False) as file:
            for name in outcomes[0]:
                expected = [float(row[name] or "nan") for row in outcomes]
                found = file.variables[name.replace(" ", "_")].data.ravel().tolist()
                self.assertEqual(str(found), str(expected), name)

    def test_it_holds_what_was_not_done_too(self):
        file = self.write_long_experiment(samples=1000)
        self.flowyard("-q", "submit", file)
        self.wait_until_under_way("@latest")
        self.flowyard("cancel", "@latest")
        view = self.show()
        rows = self.rows(os.path.join(self.checkout("@latest"), "scenarios.csv"))
        self.assertEqual(len(rows), view["scenarios"])
        self.assertEqual(len([row for row in rows if row["status"] == "done"]), view["done"])
        self.assertEqual({row["status"] for row in rows}, {"done", "pending"})

    def test_one_workers_part_has_the_rows_of_that_worker_alone(self):
        self.flowyard("-q", "run", os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml"))
        worker = self.workers("three-scenarios")[0]
        rows = self.rows(os.path.join(self.checkout(worker["name"]), "scenarios.csv"))
        self.assertEqual({(row["worker"], row["named_scenario"]) for row in rows}, {(worker["name"], worker["scenario"])})
        self.assertEqual(len(rows), worker["runs"])


if __name__ == "__main__":
    yard.main()
