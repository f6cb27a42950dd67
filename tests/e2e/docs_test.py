"""Runs every command that README.md and docs/ show.

In a page, a block of shell is marked by a comment on the line before: `<!-- test -->` has it run, in the order of the
page, in one folder of its own; `<!-- not run: why -->` says who runs it instead. `<!-- file: NAME -->` before any other
block has it written to that file first. A block of shell without a mark is a failure.
"""

import glob
import os
import re
import subprocess
import unittest

from yard import PATIENCE, PROGRAMS, SOURCE, Yard

BLOCK = re.compile(r"^(?:<!-- (?P<mark>[^>]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)


def pages():
    found = [os.path.join(SOURCE, "README.md"), *glob.glob(os.path.join(SOURCE, "docs/**/*.md"), recursive=True)]
    return sorted(found)


def blocks(page):
    with open(page) as file:
        return [(found["mark"] or "", found["language"], found["text"]) for found in BLOCK.finditer(file.read())]


class Documents(Yard):
    def test_every_block_of_shell_is_run_or_says_who_runs_it(self):
        for page in pages():
            for mark, language, text in blocks(page):
                if language in ("sh", "bash", "shell", "console"):
                    self.assertRegex(mark, r"^(test$|not run: )", f"{page}: a block without a mark:\n{text}")

    def test_commands_do_what_the_page_promises(self):
        self.start_controller()
        self.environment["PATH"] = PROGRAMS + os.pathsep + self.environment["PATH"]
        ran = 0
        for page in pages():
            folder = os.path.join(self.folder, re.sub(r"\W", "-", os.path.relpath(page, SOURCE)))
            os.makedirs(folder)
            for mark, _, text in blocks(page):
                if mark.startswith("file: "):
                    with open(os.path.join(folder, mark[6:]), "w") as file:
                        file.write(text)
                if mark == "test":
                    self.run_block(page, folder, text)
                    ran += 1
        self.assertGreater(ran, 2, "the pages show hardly a command: are the marks still read?")

    def run_block(self, page, folder, text):
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", text], cwd=folder, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, f"{page}:\n{text}\n{done.stdout}{done.stderr}")

    def test_readme_shows_what_its_experiment_really_brings(self):
        """Numbers, not times or names: those differ from run to run."""
        self.start_controller()
        readme = {mark: text for mark, _, text in blocks(os.path.join(SOURCE, "README.md")) if mark}
        with open(os.path.join(self.folder, "harbour.yaml"), "w") as file:
            file.write(readme["file: harbour.yaml"])
        done = self.flowyard("run", os.path.join(self.folder, "harbour.yaml"))
        shown, now = (self.outcome_table(text) for text in (readme["output of: flowyard run harbour.yaml"], done.stdout))
        self.assertEqual(shown, now)
        self.assertEqual(len(shown), 9)

    @staticmethod
    def outcome_table(text):
        lines = [line.split() for line in text.splitlines()]
        begin = next(i for i, line in enumerate(lines) if line[:1] == ["SCENARIO"])
        return lines[begin:lines.index([], begin)]


if __name__ == "__main__":
    unittest.main(verbosity=2)
