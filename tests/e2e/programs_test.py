"""From nothing to a program's results: `init`, `try`, and the files that programs write."""

import hashlib
import json
import os
import shutil
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

INTERPRETERS = {"native": None, "python": "python3", "r": "Rscript", "julia": "julia", "shell": "sh", "c": "cc"}

# Writes a picture for each scenario, and whatever else the test asks it for.
PLOTTER = """import json, os, sys
{stream}
    scenario = json.loads(line)
    rate = scenario["parameters"]["rate"]
    os.makedirs("plots", exist_ok=True)
    if rate != 2:
        open("plots/rate.png", "wb").write(b"\\x89PNG" + str(rate).encode())
    open("same.bin", "wb").write(b"the same in each")
    open("unasked.txt", "w").write("nobody asked")
    print(json.dumps({{"id": scenario["id"], "twice": 2 * rate}}), flush=True)
"""

PLOTS = """name: plots
runner: {{command: [python3, plot.py], mode: {mode}, files: [plot.py], inputs: {{rate: 0}}}}
parameters: {{rate: [1, 2, 3]}}
outputs: {{outcomes: {{twice: twice}}, files: ["plots/*.png", same.bin]}}
workers: {{count: 1}}
"""


# Answers by subscript, as JSON or as NetCDF (CDF-1, by hand).
SUBSCRIPTS = """import json, os, struct, sys
rate = json.load(sys.stdin)["parameters"]["rate"]
people = [[[rate * (100 * r + 10 * a + t) for t in range(3)] for a in range(2)] for r in range(2)]
if rate == 1:
    named = {r: dict(zip(("young", "old"), people[i])) for i, r in enumerate(("north", "south"))}
    print(json.dumps({"People": named}))
    sys.exit()
word = lambda *n: struct.pack(f">{len(n)}i", *n)
name = lambda s: word(len(s)) + s.encode() + bytes(-len(s) % 4)
dimensions = [("region", 2), ("age", 2), ("time", 3), ("letters", 5)]
numbers = struct.pack(">12d", *(t for r in people for a in r for t in a))
variables = [("region", [0, 3], 2, b"northsouth"), ("age", [1, 3], 2, b"youngold  "),
             ("time", [2], 6, struct.pack(">3d", 0, 1, 2)), ("People", [0, 1, 2], 6, numbers)]
def header(begin):
    text = b"CDF\\1" + word(0, 10, len(dimensions)) + b"".join(name(n) + word(s) for n, s in dimensions)
    text += word(0, 0, 11, len(variables))
    for n, over, kind, data in variables:
        text += name(n) + word(len(over), *over, 0, 0, kind, len(data) + -len(data) % 4, begin)
        begin += len(data) + -len(data) % 4
    return text
with open(os.environ["FLOWYARD_RESULT"], "wb") as file:
    file.write(header(len(header(0))) + b"".join(data + bytes(-len(data) % 4) for *_, data in variables))
"""


class Programs(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()

    # ---- init

    def init(self, runner):
        if (needs := INTERPRETERS[runner]) and not shutil.which(needs):
            self.skipTest(f"there is no {needs}")
        folder = os.path.join(self.folder, runner)
        self.flowyard("init", folder, "--runner", runner)
        return folder

    def assert_grows(self, runner):
        folder = self.init(runner)
        experiment = os.path.join(folder, "experiment.yaml")
        self.assertIn("ok, 5 scenarios", self.flowyard("validate", experiment).stdout)
        self.flowyard("-q", "run", experiment)
        rows = self.outcomes("growth")
        self.assertEqual(len(rows), 5)
        for row in rows:
            # Euler's method with a step of 1, as all of them have it.
            population, half = 100.0, None
            for time in range(401):
                if half is None and time % 20 == 0 and population >= 5000:
                    half = time
                last = population
                population += float(row["growth_rate"]) * population * (1 - population / 10000)
            self.assertAlmostEqual(float(row["final"]) / last, 1, delta=1e-9)
            self.assertEqual(float(row["half_full"]) if row["half_full"] else None, half)
        self.assertTrue(os.path.exists(os.path.join(folder, "README.md")))

    def test_init_native(self):
        self.assert_grows("native")

    def test_init_python(self):
        self.assert_grows("python")

    def test_init_r(self):
        self.assert_grows("r")

    def test_init_julia(self):
        self.assert_grows("julia")

    def test_init_shell(self):
        self.assert_grows("shell")

    def test_init_c(self):
        self.assert_grows("c")

    def test_init_never_overwrites(self):
        folder = self.init("python")
        mine = os.path.join(folder, "simulate.py")
        with open(mine, "w") as file:
            file.write("mine")
        os.unlink(os.path.join(folder, "README.md"))
        answer = self.flowyard("init", folder, "--runner", "python", expect=4)
        self.assertIn("is there already", answer.stderr)
        self.assertFalse(os.path.exists(os.path.join(folder, "README.md")), "nothing is written")
        with open(mine) as file:
            self.assertEqual(file.read(), "mine")

    # ---- try

    def test_try_shows_what_went_in_and_came_out(self):
        experiment = os.path.join(self.init("python"), "experiment.yaml")
        tried = json.loads(self.flowyard("try", experiment, "--only", "2", "-o", "json").stdout)
        self.assertEqual(tried["scenario"], "growth #2")
        self.assertEqual(tried["given"]["parameters"], {"growth_rate": 0.03, "capacity": 10000.0})
        self.assertEqual(len(tried["given"]["time"]["saved"]), 21)
        self.assertEqual(len(tried["answered"]["Population"]), 21)
        self.assertEqual(tried["log"], ["growth rate 0.03: 9994 in the end"])
        self.assertEqual(tried["understood"]["series"], {"Population": {"times": 21, "elements": []}})
        self.assertAlmostEqual(tried["understood"]["outcomes"]["final"], tried["answered"]["Population"][-1])
        self.assertIsNone(tried["failure"])
        text = self.flowyard("try", experiment).stdout
        for words in ("WENT IN", '"growth_rate":0.01', "ITS LOG", "CAME OUT", "UNDERSTOOD", "outcome final = ",
                      "series Population: 21 values"):
            self.assertIn(words, text)
        self.assertEqual(self.experiments(), [], "nothing of it is kept")

    def test_try_shows_a_long_scenario_whole(self):
        experiment = os.path.join(self.init("python"), "experiment.yaml")
        tried = json.loads(self.flowyard("try", experiment, "--set", "time.save_every=0.1",
                                         "--set", "time.step=0.1", "-o", "json").stdout)
        self.assertEqual(len(tried["given"]["time"]["saved"]), 4001)
        self.assertEqual(len(tried["answered"]["Population"]), 4001)

    def test_try_tells_a_failure_and_its_cause(self):
        folder = self.init("python")
        with open(os.path.join(folder, "simulate.py"), "a") as file:
            file.write("sys.exit(3)\n")
        experiment = os.path.join(folder, "experiment.yaml")
        tried = json.loads(self.flowyard("try", experiment, "-o", "json", expect=1).stdout)
        self.assertEqual(tried["failure"]["cause"], "app_exit")
        self.assertIn("exit code 3", tried["failure"]["message"])
        self.assertIn("growth_rate", tried["given"]["parameters"])
        answer = self.flowyard("try", experiment, expect=1).stdout
        self.assertIn("FAILED: app_exit", answer)
        self.assertIn("exit code 3", answer)

    def test_try_of_a_model_shows_its_row(self):
        experiment = os.path.join(self.init("native"), "experiment.yaml")
        text = self.flowyard("try", experiment, "--only", "4").stdout
        self.assertIn("0.05", text)
        self.assertEqual(self.experiments(), [])

    # ---- files

    def plots(self, mode):
        stream = "for line in sys.stdin:"
        self.write("plot.py", PLOTTER.format(stream=stream))
        return self.write("plots.yaml", PLOTS.format(mode=mode))

    def files(self, which, query=""):
        return json.loads(self.curl(f"/api/v1/experiments/{which}/files{query}"))

    def curl(self, path, text=True):
        done = yard.subprocess.run(["curl", "-sS", "--fail-with-body", "--unix-socket",
                                    os.path.join(self.run_dir, "controller.sock"), f"http://localhost{path}"],
                                   capture_output=True, timeout=yard.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        return done.stdout.decode() if text else done.stdout

    def assert_files(self, mode):
        self.flowyard("-q", "run", self.plots(mode))
        found = {(one["scenario"], one["name"]): one for one in self.files("plots")["items"]}
        self.assertEqual(sorted(found), [(0, "plots/rate.png"), (0, "same.bin"), (1, "same.bin"),
                                         (2, "plots/rate.png"), (2, "same.bin")])
        picture = b"\x89PNG1.0"
        self.assertEqual(found[0, "plots/rate.png"]["sha256"], hashlib.sha256(picture).hexdigest())
        self.assertEqual(self.curl("/api/v1/experiments/plots/files/0?name=plots/rate.png", text=False), picture)
        folder = self.checkout("plots")
        with open(os.path.join(folder, "files/2/plots/rate.png"), "rb") as file:
            self.assertEqual(file.read(), b"\x89PNG3.0")
        self.assertFalse(os.path.exists(os.path.join(folder, "files/1/plots")))
        with open(os.path.join(folder, "manifest.json")) as file:
            listed = {one["path"]: one for one in json.load(file)["files"]}
        self.assertEqual(listed["files/0/plots/rate.png"]["bytes"], len(picture))

    def test_series_have_subscripts_in_json_and_netcdf(self):
        self.write("people.py", SUBSCRIPTS)
        self.flowyard("-q", "run", self.write("people.yaml", """name: people
runner:
  command: [python3, people.py]
  files: [people.py]
  inputs: {rate: 0}
  dimensions: {region: [north, south], age: [young, old]}
  subscripts: {People: [region, age]}
parameters: {rate: [1, 2]}
time: {stop: 2}
outputs:
  series: [People]
  outcomes: {one: "last(People[south, old])", north: "last(sum(People[north, *]))"}
"""))
        rows = self.outcomes("people")
        self.assertEqual([float(row["one"]) for row in rows], [112, 224])
        self.assertEqual([float(row["north"]) for row in rows], [14, 28])
        series = self.rows(os.path.join(self.checkout("people"), "series.csv"))
        self.assertEqual([float(row["People[south,young]"]) for row in series], [100, 101, 102, 200, 202, 204])

    def test_files_of_processes(self):
        self.assert_files("once")

    def test_files_of_a_stream(self):
        self.assert_files("stream")

    def test_files_come_in_pages(self):
        self.flowyard("-q", "run", self.plots("once"))
        names, query = [], "?limit=2"
        while True:
            page = self.files("plots", query)
            names += [(one["scenario"], one["name"]) for one in page["items"]]
            self.assertLessEqual(len(page["items"]), 2)
            if not page["next"]:
                break
            query = "?limit=2&cursor=" + urllib.parse.quote(page["next"])
        self.assertEqual(len(names), 5)
        self.assertEqual(names, sorted(set(names)))

    def test_files_go_with_their_experiment(self):
        self.flowyard("-q", "run", self.plots("once"))
        self.flowyard("delete", "plots")
        answer = self.flowyard("show", "plots", expect=3)
        self.assertIn("plots", answer.stderr)

    def test_files_survive_their_controller_and_their_workers(self):
        path = self.plots("once")
        with open(os.path.join(self.folder, "plot.py"), "a") as file:
            file.write("    import time; time.sleep(0.2)\n")
        which = self.submit(path, "--set", "parameters.rate={linspace: [1, 20, 20]}", "--set", "workers.batch=5")
        self.wait_until_under_way(which)
        self.kill_controller()
        self.start_controller()
        self.kill_a_worker()
        self.wait_for_end(which)
        self.assertEqual(self.show(which)["done"], 20)
        names = [(one["scenario"], one["name"]) for one in self.files(which)["items"]]
        self.assertEqual(names, sorted(set(names)))
        self.assertEqual(len(names), 39)  # one of the rates is 2

    def test_patterns_stay_below_the_folder(self):
        path = self.plots("once")
        for pattern in ("../secret", "/etc/passwd", "plots/"):
            answer = self.flowyard("validate", self.write("bad.yaml", PLOTS.format(mode="once").replace(
                "same.bin]", f"{pattern}]")), expect=2)
            self.assertIn("is no file below the folder", answer.stderr)
        self.flowyard("validate", path)


if __name__ == "__main__":
    yard.main()
