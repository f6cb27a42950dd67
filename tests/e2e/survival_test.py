"""Nothing is lost and nothing done twice when workers, the controller, or both are killed in the middle."""

import errno
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402


class Survival(yard.Yard):
    def setUp(self):
        super().setUp()
        self.start_controller()
        self.file = self.write_long_experiment(step=0.0005)

    def assert_whole(self, which):
        """All done, each scenario once, bit for bit as in a run that nobody disturbed."""
        view = self.wait_for_end(which)
        self.assertEqual((view["state"], view["done"], view["failed"]), ("succeeded", 300, 0), self.controller_log())
        self.assertEqual(self.workers_there(), [])
        disturbed = self.outcomes(which)
        self.assertEqual(len({row["scenario"] for row in disturbed}), 300)
        undisturbed = self.submit(self.file)
        self.assertEqual(self.wait_for_end(undisturbed)["state"], "succeeded")
        self.assertEqual(disturbed, self.outcomes(undisturbed))

    def test_a_killed_worker_is_replaced(self):
        which = self.submit(self.file)
        self.wait_until_under_way(which)
        self.kill_a_worker()
        self.assert_whole(which)
        self.assertGreater(self.show(which)["workers_in_all"], 3)
        killed = [one for one in self.workers(which) if one["status"] != "finished"]
        self.assertEqual(len(killed), 1, killed)
        self.flowyard("why", killed[0]["name"])

    def test_a_new_controller_goes_on_with_the_workers_of_a_killed_one(self):
        which = self.submit(self.file)
        self.wait_until_under_way(which)
        before = set(self.workers_there())
        self.kill_controller()
        self.start_controller()
        self.assert_whole(which)
        self.assertTrue(before)
        self.assertEqual(self.show(which)["workers_in_all"], 3, "adopted, not replaced")

    def test_a_stopped_controller_leaves_its_workers_to_the_next(self):
        which = self.submit(self.file)
        self.wait_until_under_way(which)
        self.flowyard("controller", "stop")
        self.controller.wait(yard.PATIENCE)
        self.assertTrue(self.workers_there())
        self.start_controller()
        self.assert_whole(which)
        self.assertEqual(self.show(which)["workers_in_all"], 3, "adopted, not replaced")

    def test_a_worker_that_dies_without_a_controller_is_accounted_for(self):
        which = self.submit(self.file)
        self.wait_until_under_way(which)
        self.kill_controller()
        self.kill_a_worker()
        self.start_controller()
        self.assert_whole(which)

    def test_a_network_whose_holder_is_killed_is_made_anew_for_those_that_come(self):
        if yard.FLEET != "docker":
            self.skipTest("processes join no network")
        which = self.submit(self.file)
        self.wait_until_under_way(which)
        listed = json.loads(self.flowyard("list", "--system", "-o", "json").stdout)["containers"]
        of_it = [one["name"] for one in listed if one["experiment"] == str(which)]
        self.assertEqual(len(of_it), 1, listed)
        self.assertNotIn(of_it[0], self.flowyard("list", "--all").stdout)
        yard.docker("kill", *of_it)
        self.kill_a_worker()
        self.assert_whole(which)
        self.assertLessEqual(self.show(which)["workers_in_all"], 5, "those that ran went on")
        self.eventually(lambda: not [one for one in self.holders() if not one.endswith("-spare")],
                        "it goes with its experiment")

    def test_an_experiment_waits_for_an_engine_that_is_down_when_the_controller_starts(self):
        if yard.FLEET != "docker":
            self.skipTest("processes are always there")
        which = self.submit(self.file)
        self.wait_until_under_way(which)
        self.kill_controller()
        self.start_controller("--docker-host", "unix:///nowhere/docker.sock")
        view = self.show(which)
        self.assertEqual(view["state"], "running")
        self.assertIn("/nowhere/docker.sock", view["reason"])
        self.flowyard("controller", "stop")
        self.controller.wait(yard.PATIENCE)
        self.start_controller()
        self.assert_whole(which)
        self.assertEqual(self.show(which)["reason"], "")


class FullDisk(yard.Yard):
    def setUp(self):
        super().setUp()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.data],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest("a small disk cannot be mounted here: " + mounted.stderr.strip())
        self.start_controller()

    def take_down(self):
        super().take_down()
        subprocess.run(["umount", "--lazy", self.data], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill_the_disk(self, ballast):
        try:
            with open(ballast, "wb") as file:
                while True:
                    file.write(b"0" * 4096)
                    file.flush()
        except OSError as error:
            self.assertEqual(error.errno, errno.ENOSPC)

    def test_a_full_disk_is_told_and_nothing_is_lost_over_it(self):
        which = self.submit(self.write_long_experiment(step=0.0005))
        self.wait_until_under_way(which)
        ballast = os.path.join(self.data, "ballast")
        self.fill_the_disk(ballast)
        # Whichever comes first: results that cannot be stored, or work that cannot be given out.
        self.eventually(lambda: "disk is full" in self.show(which)["reason"], "it says what keeps the experiment")
        watcher = self.begin("watch", which)
        self.assertTrue(any("disk is full" in line for line in watcher.stdout), "and on the screen, too")
        os.remove(ballast)
        view = self.wait_for_end(which)
        self.assertEqual((view["state"], view["done"], view["failed"]), ("succeeded", 300, 0), self.controller_log())
        self.assertEqual(len({row["scenario"] for row in self.outcomes(which)}), 300)


if __name__ == "__main__":
    yard.main()
