"""Images that are built from a folder beside the experiment, by a real Docker Engine."""

import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import limits_test  # noqa: E402
import runners_test  # noqa: E402
import yard  # noqa: E402

EXPERIMENT = """name: {name}
runner:
  image: {{build: ./simulator{dockerfile}}}
  command: [simulate]
  inputs: {{rate: 2}}
parameters: {{rate: [1, 2]}}
outputs: {{outcomes: {{twice: twice, made: made}}}}
workers: {{count: 1}}
retry: {{attempts: 1, backoff: {{initial: 50ms, max: 100ms}}}}
"""

PROGRAM = """#!/bin/sh
rate=$(sed 's/.*"rate":\\([0-9.]*\\).*/\\1/' "$FLOWYARD_SCENARIO")
echo "{{\\"twice\\": ${{rate}}{rate}, \\"made\\": $(cat /made)}}"
"""

# Each build has another number in it.
RECIPE = f"""FROM scratch AS tools
COPY busybox /bin/busybox

FROM {runners_test.IMAGE}
COPY --from=tools /bin/busybox /bin/other
COPY simulate /bin/simulate
RUN awk 'BEGIN {{ srand(); print int(rand() * 1000000) }}' > /made
"""


@unittest.skipUnless(shutil.which("busybox"), "there is no busybox")
class Builds(yard.Yard):
    def setUp(self):
        super().setUp()
        if why := runners_test.make_image():
            self.skipTest(why)
        self.addCleanup(self.remove_images)

    def remove_images(self):
        if images := self.images():
            yard.docker("image", "rm", "--force", *images)

    def images(self):
        with open(os.path.join(self.data, "installation")) as file:
            label = "label=flowyard.built=" + file.read().strip()
        return yard.docker("image", "ls", "--quiet", "--no-trunc", "--filter", label).stdout.split()

    def folder_with(self, recipe=RECIPE, rate="", name="Dockerfile", **files):
        folder = os.path.join(self.folder, "simulator")
        os.makedirs(folder, exist_ok=True)
        shutil.copy(shutil.which("busybox"), folder)
        texts = {name: recipe, "simulate": PROGRAM.format(rate=rate), ".dockerignore": "*.log\nlarge/\n"} | files
        for path, text in texts.items():
            self.write(f"simulator/{path}", text)
        os.chmod(os.path.join(folder, "simulate"), 0o755)

    def experiment(self, name="built", dockerfile=""):
        return self.write(f"{name}.yaml", EXPERIMENT.format(name=name, dockerfile=dockerfile))

    def test_an_image_is_built_once_for_all_who_want_it(self):
        self.start_controller()
        self.folder_with(**{"ignored.log": "1"})
        both = [self.submit(self.experiment(name)) for name in ("one", "other")]
        views = [self.wait_for_end(which) for which in both]
        self.assertEqual([view["state"] for view in views], ["succeeded"] * 2)
        self.assertEqual(len(self.images()), 1)
        self.assertEqual({view["image_ran"] for view in views}, set(self.images()))
        made = {row["made"] for which in both for row in self.outcomes(which)}
        self.assertEqual(len(made), 1)
        # What the image does not get makes no other image, nor does another controller.
        self.kill_controller()
        self.start_controller()
        self.write("simulator/ignored.log", "2")
        self.flowyard("run", self.experiment("again"))
        self.assertEqual({row["made"] for row in self.outcomes("again")}, made)
        # What it gets does.
        self.folder_with(rate="5")
        self.flowyard("run", self.experiment("changed"))
        self.assertEqual([float(row["twice"]) for row in self.outcomes("changed")], [1.05, 2.05])
        self.assertEqual(len(self.images()), 2)

    def test_a_recipe_by_another_name(self):
        self.start_controller()
        self.folder_with(name="container.Dockerfile")
        self.assertIn("there is no Dockerfile in it", self.flowyard("validate", self.experiment(), expect=2).stderr)
        self.flowyard("run", self.experiment(dockerfile=", dockerfile: container.Dockerfile"))

    def test_a_build_that_fails_is_told_with_its_step_and_its_last_lines(self):
        self.start_controller()
        self.folder_with(RECIPE + "RUN echo compiling; echo no such header >&2; exit 3\n")
        self.flowyard("run", self.experiment(), expect=1)
        view = self.show("built")
        self.assertEqual(view["state"], "failed")
        for words in ("the image of 'simulator' cannot be built (Step 7/8 : RUN echo compiling", "code: 3",
                      "no such header"):
            self.assertIn(words, view["reason"])

    def test_a_cancelled_build_ends_with_its_experiment(self):
        self.start_controller()
        self.folder_with(RECIPE + "RUN sleep 5417\n")
        which = self.submit(self.experiment())
        self.eventually(lambda: "Step 7/8" in self.show(which)["fetching"], "the build is under way")
        self.assertIn("fetching the image of 'simulator'", self.flowyard("list", "experiments").stdout)
        self.flowyard("cancel", which)
        self.assertEqual(self.wait_for_end(which)["state"], "cancelled")
        self.eventually(lambda: not self.sleeping("5417"), "the Engine ends it")
        self.assertEqual(self.images(), [])

    def sleeping(self, span):
        return subprocess.run(["pgrep", "-x", "-f", f"sleep {span}"], capture_output=True, text=True).stdout

    def test_a_build_is_begun_again_by_the_next_controller(self):
        self.start_controller()
        self.folder_with(RECIPE + "RUN sleep 5.418\n")
        which = self.submit(self.experiment())
        self.eventually(lambda: "Step 7/8" in self.show(which)["fetching"], "the build is under way")
        self.kill_controller()
        self.start_controller()
        self.assertEqual(self.wait_for_end(which)["state"], "succeeded")

    def test_over_tcp_only_where_the_operator_allows_it(self):
        port = limits_test.free_port()
        self.folder_with()
        listening = ("--fleet", "docker", "--listen", f"127.0.0.1:{port}")
        self.start_controller(*listening)
        self.flowyard("validate", self.experiment())
        with open(os.path.join(self.data, "token")) as file:
            token = file.read().strip()
        there = ("--controller", f"http://127.0.0.1:{port}", "--token", token)
        refused = self.flowyard("run", self.experiment(), *there, expect=None)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("images.build: always", refused.stderr)
        self.flowyard("run", self.experiment())
        self.kill_controller()
        self.start_controller(*listening, "--images-build", "always")
        self.flowyard("run", self.experiment("over-tcp"), *there)
        self.kill_controller()
        self.start_controller("--fleet", "docker", "--images-build", "never")
        self.assertIn("builds no images", self.flowyard("run", self.experiment("never"), expect=None).stderr)

    def test_every_image_that_one_is_built_from_is_held_against_the_list(self):
        self.start_controller("--fleet", "docker", "--images-allow", "docker.io/library/python:*")
        self.folder_with()
        refused = self.flowyard("run", self.experiment(), expect=None).stderr
        self.assertIn(f"docker.io/library/{runners_test.IMAGE}", refused)
        self.assertIn("images.allow", refused)

    def test_a_folder_with_a_link_does_not_travel(self):
        self.start_controller()
        self.folder_with()
        os.symlink("/etc/passwd", os.path.join(self.folder, "simulator", "users"))
        self.assertIn("'users' in it is a link", self.flowyard("run", self.experiment(), expect=2).stderr)


if __name__ == "__main__":
    yard.main()
