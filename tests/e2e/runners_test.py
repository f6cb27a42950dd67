"""Programs of the user's in place of the engine: any command, in a process or in a container of any image."""

import os
import shutil
import subprocess
import sys
import tarfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

IMAGE = "flowyard-test-shell:1"

# A shell's: awk and sed are everywhere.
SCRIPT = r"""#!/bin/sh
of() { sed "s/.*\"$1\":\([-0-9.e]*\).*/\1/" "$FLOWYARD_SCENARIO"; }
rate=$(of rate)
echo "working at $rate" >&2
case $rate in
  13.0) echo "no thirteen" >&2; exit 3 ;;
  14.0) kill -SEGV $$ ;;
  15.0) while :; do :; done ;;
  16.0) echo '{"id": 16, "done": true}'; exit 0 ;;
esac
awk -v r="$rate" 'BEGIN {
  print "time,Level"
  for (t = 0; t <= 4; t++) print t "," r * t
}' > "$FLOWYARD_RESULT"
"""

EXPERIMENT = """name: by-shell
runner:
  {image}
  command: [./simulate.sh]
  files: [simulate.sh]
  inputs: {{rate: 1}}
  pull: never
parameters: {{rate: {rates}}}
time: {{stop: 4}}
outputs: {{series: [Level], outcomes: {{final: last(Level), area: integral(Level)}}}}
retry: {{attempts: 2, backoff: {{initial: 50ms}}}}
timeout: {{scenario: 2s}}
"""

STREAM = r"""import json, sys
runs = 0
for line in sys.stdin:
    scenario = json.loads(line)
    runs += 1
    rate = scenario["parameters"]["rate"]
    print("a word for the log")
    print(json.dumps({"progress": 0.5}))
    if rate == 13:
        print(json.dumps({"id": scenario["id"], "error": "no thirteen"}), flush=True)
        continue
    print(json.dumps({"id": scenario["id"], "calls": runs, "twice": 2 * rate,
                      "seed": scenario["seed"]}), flush=True)
"""


def make_image():
    """An image with a shell and little more, of what busybox has; None, or why not."""
    busybox = shutil.which("busybox")
    if not busybox:
        return "there is no busybox"
    if yard.docker("image", "inspect", IMAGE).returncode == 0:
        return None
    with subprocess.Popen(["docker", "import", "-", IMAGE], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as load:
        with tarfile.open(fileobj=load.stdin, mode="w|") as archive:
            archive.add(busybox, "bin/busybox")
            for name in ("sh", "awk", "sed", "cat", "sleep", "yes"):
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                archive.addfile(link)
    return None if load.returncode == 0 else "the image could not be imported"


class Runners(yard.Yard):
    def setUp(self):
        super().setUp()
        if yard.FLEET == "docker" and (why := make_image()):
            self.skipTest(why)
        self.start_controller()
        self.write("simulate.sh", SCRIPT)
        os.chmod(os.path.join(self.folder, "simulate.sh"), 0o755)

    def experiment(self, rates, replaced="", by=""):
        image = f"image: {IMAGE}" if yard.FLEET == "docker" else "mode: once"
        text = EXPERIMENT.format(image=image, rates=rates)
        return self.write("by-shell.yaml", text.replace(replaced, by) if replaced else text)

    def test_outcomes_come_of_what_the_program_gives(self):
        self.flowyard("run", self.experiment("[1, 2, 3]"))
        rows = self.outcomes("by-shell")
        self.assertEqual([(float(row["rate"]), float(row["final"]), float(row["area"])) for row in rows],
                         [(1, 4, 8), (2, 8, 16), (3, 12, 24)])
        self.assertIn("by-shell #2: working at 3", self.flowyard("log", "by-shell").stdout)

    def test_each_failure_is_told_by_itself(self):
        answer = self.flowyard("run", self.experiment("[1, 13, 14, 15, 16, 2]"), expect=1)
        view = self.show("by-shell")
        self.assertEqual((view["done"], view["failed"]), (2, 4))
        table = answer.stdout
        for words in ("exit code 3", "no thirteen", "SIGSEGV", "timeout", "no series 'Level'"):
            self.assertIn(words, table)
        # Nobody else was disturbed: no worker died of it.
        self.assertEqual({worker["cause"] for worker in self.workers("by-shell")}, {"none"})

    def test_a_program_that_is_none_is_told(self):
        answer = self.flowyard("run", self.experiment("[1]", "./simulate.sh", "./simulat.sh"), expect=1)
        self.assertIn("simulat.sh", answer.stdout)
        self.assertIn("No such file or directory", answer.stdout)

    def test_mistakes_are_told_before_anything_starts(self):
        answer = self.flowyard("validate", self.experiment("[1]", "parameters: {rate", "parameters: {rte"), expect=2)
        self.assertIn("did you mean 'rate'", answer.stderr)
        answer = self.flowyard("run", self.experiment("[1]", "[simulate.sh]", "[simulate.py]"), expect=2)
        self.assertIn("simulate.py", answer.stderr)

    def test_a_checkout_runs_again(self):
        self.flowyard("-q", "run", self.experiment("[1, 2]"))
        folder = self.checkout("by-shell")
        self.flowyard("-q", "run", os.path.join(folder, "experiment.yaml"), "--name", "again")
        self.assertEqual([row["final"] for row in self.outcomes("by-shell")],
                         [row["final"] for row in self.outcomes("again")])

    @unittest.skipIf(yard.FLEET != "docker", "processes have no image")
    def test_an_image_is_wanted_and_one_that_is_none_is_told(self):
        answer = self.flowyard("run", self.experiment("[1]", f"image: {IMAGE}", "mode: once"), expect=2)
        self.assertIn("say in which image the program runs", answer.stderr)
        answer = self.flowyard("run", self.experiment("[1]", IMAGE, "flowyard-test-none:1"), expect=1)
        self.assertIn("there is no image flowyard-test-none:1", answer.stdout)
        self.assertEqual(self.containers(), [])

    @unittest.skipIf(yard.FLEET != "docker", "processes share the machine's files")
    def test_shared_files_are_there_in_any_image(self):
        self.write("big.txt", "of all")
        self.write("simulate.sh", """#!/bin/sh
cat "/shared/big.txt" && echo mine > "/shared/left-$$" && [ -x /shared/simulate.sh ] || exit 7
echo "Level,area" > "$FLOWYARD_RESULT"; echo "1,2" >> "$FLOWYARD_RESULT"
""")
        text = EXPERIMENT.format(image=f"image: {IMAGE}", rates="[1, 2]")
        text = text.replace("files: [simulate.sh]", "files: [simulate.sh, big.txt]")
        text = text.replace("outputs: {series: [Level], outcomes: {final: last(Level), area: integral(Level)}}",
                            "outputs: {outcomes: {area: area}}\nworkers: {storage: shared}")
        self.flowyard("run", self.write("shared.yaml", text))
        self.assertEqual([float(row["area"]) for row in self.outcomes("by-shell")], [2, 2])
        self.assertIn("of all", self.flowyard("log", "by-shell").stdout)
        self.eventually(lambda: not [one for one in self.volumes() if "-worker-" not in one], "it goes with its experiment")
        self.assertEqual(len(self.volumes()), 2, "the worker's program, and that it is whole")

    def volumes(self):
        """The names of those of this installation."""
        with open(os.path.join(self.data, "installation")) as file:
            installation = file.read().strip()
        return set(yard.docker("volume", "ls", "--quiet", "--filter",
                               f"label=flowyard.installation={installation}").stdout.split())

    @unittest.skipIf(yard.FLEET == "docker", "the image has no Python")
    def test_a_stream_is_one_process_for_many(self):
        self.write("stream.py", STREAM)
        self.flowyard("run", self.write("stream.yaml", """name: stream
runner: {command: [python3, stream.py], mode: stream, files: [stream.py], inputs: {rate: 0}}
parameters: {rate: [1, 2, 13, 4, 5, 6, 7, 8]}
outputs: {outcomes: {twice: twice, calls: calls, seed: seed}}
workers: {count: 1}
retry: {attempts: 1}
"""), expect=1)
        rows = [row for row in self.outcomes("stream") if row["twice"]]
        self.assertEqual([float(row["twice"]) for row in rows], [2, 4, 8, 10, 12, 14, 16])
        self.assertEqual([float(row["calls"]) for row in rows], [1, 2, 4, 5, 6, 7, 8])
        self.assertIn("no thirteen", self.flowyard("why", "stream").stdout)

    def test_it_outlives_its_controller(self):
        self.write("slow.sh", SCRIPT.replace("rate=$(of rate)", "rate=$(of rate); sleep 0.3"))
        os.chmod(os.path.join(self.folder, "slow.sh"), 0o755)
        which = self.submit(self.experiment("{linspace: [1, 12, 12]}", "simulate.sh", "slow.sh"))
        self.wait_until_under_way(which)
        self.kill_controller()
        self.start_controller()
        self.kill_a_worker()
        self.wait_for_end(which)
        self.assertEqual(self.show(which)["done"], 12)
        self.assertEqual(sorted(float(row["final"]) for row in self.outcomes(which)),
                         [4.0 * rate for rate in range(1, 13)])


if __name__ == "__main__":
    yard.main()
