"""Completion in the shells themselves: what is offered where somebody presses Tab."""

import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

BASH = r"""
source <(flowyard completion bash)
compopt() { :; }  # only inside a real completion
COMP_WORDS=(%s) COMP_CWORD=%d
_flowyard
printf '%%s\n' "${COMPREPLY[@]}"
"""


# A shell of its own on a terminal of its own, whose Tab is a key that also prints the line.
ZSH = r"""
zmodload zsh/zpty
zpty -b shell 'zsh -f -i'
zpty -w shell 'PS1= RPS1=; stty -echo; fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D
try() { zle complete-word; print -r -- "<<$BUFFER>>" }; zle -N try; bindkey -e; bindkey "^T" try; print re""ady'
zpty -r shell out '*ready*'
zpty -w -n shell "$1"$'\x14'
zpty -r shell out '*<<*>>*'
print -r -- "${${out#*<<}%%>>*}"
"""


class Completion(yard.Yard):
    def setUp(self):
        super().setUp()
        self.environment["PATH"] = yard.PROGRAMS + os.pathsep + self.environment["PATH"]
        self.start_controller("--fleet", "process")
        os.makedirs(os.path.join(self.folder, "here", "models"))
        self.write("here/my model.yaml", "")

    def shell(self, program, *arguments):
        if not shutil.which(program):
            self.skipTest(f"there is no {program}")
        done = subprocess.run([program, *arguments], env=self.environment, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=yard.PATIENCE, cwd=os.path.join(self.folder, "here"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def bash(self, line):
        words = line.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        offered = self.shell("bash", "--norc", "-c", BASH % (quoted, len(words) - 1)).splitlines()
        return [one for one in offered if one]

    def fish(self, line):
        script = f"flowyard completion fish | source; complete -C '{line}'"
        return [one.split("\t")[0] for one in self.shell("fish", "--no-config", "-c", script).splitlines()]

    def zsh(self, line):
        """The line as it is completed where only one word can follow."""
        functions = os.path.join(self.folder, "here", "functions")
        os.makedirs(functions, exist_ok=True)
        with open(os.path.join(functions, "_flowyard"), "w") as file:
            file.write(self.flowyard("completion", "zsh").stdout)
        return self.shell("zsh", "-f", "-c", ZSH, "zsh", line).strip()

    def run_one(self):
        experiment = self.write("short.yaml", f"name: tides\nmodel: {yard.EXPERIMENTS}/models/logistic.yaml\n"
                                              "outputs: {outcomes: {final: last(Population)}}\n")
        self.flowyard("-q", "run", experiment)

    def check(self, complete):
        """`complete`: a line, its last word unfinished, to the words that are offered."""
        self.run_one()
        for line, offered in (("flowyard li", ["list"]), ("flowyard controller st", ["status", "stop"]),
                              ("flowyard run --fleet p", ["process"]), ("flowyard list ex", ["experiments"]),
                              ("flowyard ls ex", ["experiments"]), ("flowyard show @", ["@latest"]),
                              ("flowyard show ti", ["tides"]), ("flowyard rm ti", ["tides"]),
                              ("flowyard --quiet show ti", ["tides"]), ("flowyard --data x show ti", ["tides"]),
                              ("flowyard log --foll", ["--follow"]), ("flowyard log --qui", ["--quiet"]),
                              ("flowyard list -o js", ["json"])):
            with self.subTest(line):
                found = complete(line)
                if isinstance(found, str):
                    for word in offered:
                        self.assertIn(word, found)
                else:
                    self.assertEqual(sorted(found), offered)

    def test_bash(self):
        self.check(self.bash)
        self.assertEqual(self.bash("flowyard run my"), ["my model.yaml"])
        self.assertEqual(self.bash("flowyard --data m"), self.bash("flowyard run m"))
        self.assertEqual(self.bash("flowyard list --output = js"), ["json"])
        self.assertEqual(self.bash("flowyard run --seed x"), [])

    def test_fish(self):
        self.check(self.fish)
        self.assertEqual(self.fish("flowyard run my"), ["my model.yaml"])
        self.assertIn("models/", self.fish("flowyard --data mo"))
        self.assertEqual(self.fish("flowyard list --output=js"), ["--output=json"])

    def test_zsh(self):
        self.run_one()
        for line, completed in (("flowyard li", "flowyard list"), ("flowyard controller sta", "flowyard controller status"),
                                ("flowyard run --fleet p", "flowyard run --fleet process"),
                                ("flowyard list ex", "flowyard list experiments"),
                                ("flowyard show @", "flowyard show @latest"), ("flowyard show ti", "flowyard show tides"),
                                ("flowyard --quiet show ti", "flowyard --quiet show tides"),
                                ("flowyard log --foll", "flowyard log --follow"),
                                ("flowyard log --qui", "flowyard log --quiet"),
                                ("flowyard list -o js", "flowyard list -o json"),
                                ("flowyard run my", "flowyard run my\\ model.yaml")):
            with self.subTest(line):
                self.assertEqual(self.zsh(line), completed)


if __name__ == "__main__":
    yard.main()
