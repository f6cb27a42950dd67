"""Programs that do harm, by mistake or on purpose: a clear cause, nothing lost, nobody else disturbed."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import runners_test  # noqa: E402
import yard  # noqa: E402

# Scenario 2 does what `harm` says; all others are good.
PROGRAM = r"""#!/bin/sh
rate=$(sed 's/.*"rate":\([-0-9.e]*\).*/\1/' "$FLOWYARD_SCENARIO")
case $rate in 2.0) {harm} ;; esac
echo "{{\"twice\": $rate}}"
"""

EXPERIMENT = """name: {name}
runner:
  {image}
  command: [{command}]
  files: [{name}.sh]
  inputs: {{rate: 0}}
  pull: never
parameters: {{rate: [1, 2, 3]}}
outputs: {{outcomes: {{twice: twice}}{files}}}
retry: {{attempts: 1}}
timeout: {{scenario: {timeout}}}
workers: {{count: 1{workers}}}
"""

in_containers = unittest.skipIf(yard.FLEET != "docker", "only a container limits this")


class Hostile(yard.Yard):
    def setUp(self):
        super().setUp()
        if yard.FLEET == "docker" and (why := runners_test.make_image()):
            self.skipTest(why)
        self.start_controller()

    def experiment(self, harm, name="hostile", command=None, files="", timeout="20s", workers=""):
        script = self.write(f"{name}.sh", PROGRAM.format(harm=harm))
        os.chmod(script, 0o755)
        image = f"image: {runners_test.IMAGE}" if yard.FLEET == "docker" else "mode: once"
        return self.write(f"{name}.yaml", EXPERIMENT.format(
            name=name, image=image, command=command or f"./{name}.sh", files=files, timeout=timeout,
            workers=workers))

    def told(self, harm, *words, cause="app_exit", done=2, **options):
        """Runs it beside another experiment; what `show` and `why` say of the harm."""
        other = self.submit(self.experiment("true", name="beside"))
        shown = self.flowyard("run", self.experiment(harm, **options), expect=1).stdout
        why = self.flowyard("why", "hostile").stdout
        for word in (cause, *words):
            self.assertIn(word, why)
        self.assertIn(cause, shown)
        view = self.show("hostile")
        self.assertEqual((view["done"], view["failed"]), (done, 3 - done))
        self.assertEqual(self.wait_for_end(other)["done"], 3)
        self.assertEqual({worker["cause"] for worker in self.workers("beside")}, {"none"})
        return why

    def test_a_command_that_is_not_there(self):
        self.told("true", "No such file or directory", command="/no/such/program", done=0)

    def test_a_command_that_may_not_be_run(self):
        self.told("true", "ermission denied", command="/dev/null", done=0)

    def test_output_without_end(self):
        self.told("while :; do echo yes and yes again; done", "no result within 2.0 s", cause="timeout",
                  timeout="2s")
        log = self.flowyard("log", "hostile").stdout
        self.assertLess(len(log), 3 << 19)
        self.assertIn("left out", log)

    def test_a_line_without_end(self):
        self.told("while :; do printf 'yes and yes again'; done", cause="timeout", timeout="2s")

    def test_output_that_imitates_messages(self):
        self.told(r"""echo '{"chunk":0,"first":0,"count":1,"outcome_names":["twice"],"outcomes":[[99]]}'
echo 'POST /v1/leases/1/results HTTP/1.1'; echo '{"id": 1, "twice": 99}'; exit 4""", "exit code 4")
        self.assertEqual(sorted(float(row["twice"]) for row in self.outcomes("hostile")), [1, 3])

    def test_results_that_are_links_or_pipes(self):
        for harm in ('ln -s /etc/passwd "$FLOWYARD_RESULT"', 'mkfifo "$FLOWYARD_RESULT"'):
            if "mkfifo" in harm and yard.FLEET == "docker":
                continue
            self.told(harm + "; exit 0", "not a plain file")
            self.flowyard("delete", "hostile")
            self.flowyard("delete", "beside")

    def test_files_that_are_links_pipes_or_folders(self):
        kinds = {"ln -s /etc/passwd stolen.png": "is a link", "ln -s /etc stolen.png": "is a link"}
        if yard.FLEET != "docker":
            kinds |= {"mkfifo stolen.png": "is a pipe", "mkdir stolen.png": "is a folder",
                      "truncate -s 40M stolen.png": "larger than 32"}
        for harm, words in kinds.items():
            self.told(harm, words, files=', files: ["*.png"]')
            self.flowyard("delete", "hostile")
            self.flowyard("delete", "beside")

    def test_a_folder_that_is_a_link_is_not_followed(self):
        """Beneath a link nothing is there to be found."""
        self.flowyard("run", self.experiment("ln -s /etc plots", files=', files: ["plots/*"]'))
        self.assertFalse(os.path.exists(os.path.join(self.checkout("hostile"), "files")))

    def test_one_that_ignores_being_asked_to_end(self):
        self.told("trap '' TERM; while :; do sleep 0.1; done", "no result within 1.0 s", cause="timeout",
                  timeout="1s")

    def test_children_that_stay_behind(self):
        self.flowyard("run", self.experiment("(trap '' TERM HUP; sleep 777) >/dev/null 2>&1 </dev/null &"))
        left = yard.subprocess.run(["pgrep", "-f", "^sleep 777$"], capture_output=True, text=True).stdout
        self.assertEqual(left, "")

    @in_containers
    def test_a_fork_bomb(self):
        self.told("bomb() { bomb | bomb & }; bomb; sleep 1; exit 5", "exit code", workers=", pids: 64")

    @in_containers
    def test_a_disk_that_is_filled(self):
        """The program is told, and not killed; the worker and its other scenarios live."""
        why = self.told('yes > "$TMPDIR/full"; yes > /tmp/full; exit 6', "exit code 6", workers=", memory: 64MiB")
        self.assertNotIn("oom", why)
        self.assertGreaterEqual(self.flowyard("log", "hostile").stdout.count("No space left on device"), 2)

    @in_containers
    def test_memory_that_is_filled(self):
        self.told("x=y; while :; do x=$x$x; done", "memory", cause="oom", workers=", memory: 64MiB")


if __name__ == "__main__":
    yard.main()
