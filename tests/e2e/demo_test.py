"""deploy/demo, twice in a row: right results, the comparison, and nothing left behind."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402


class Demo(unittest.TestCase):
    def test_it_shows_what_it_promises_twice_in_a_row(self):
        for _ in range(2):
            done = subprocess.run([os.path.join(yard.SOURCE, "deploy/demo")], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=1200)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for part in ("Baseline", "High Growth", "Low Capacity", "(a) ", "(b) ", "(c) ", "Containers left behind: 0"):
                self.assertIn(part, done.stdout)
            self.assertEqual(done.stdout.count(": agrees"), 3)
            if "Skipped: PySD (" not in done.stdout:
                for part in ("scenarios of three-scenarios and three-scenarios-pysd compared", "(a) by PySD",
                             "(b) by the engine"):
                    self.assertIn(part, done.stdout)
            outcomes = os.path.join(yard.SOURCE, "build/demo/three-scenarios/outcomes.csv")
            self.assertTrue(os.path.exists(outcomes))


if __name__ == "__main__":
    yard.main()
