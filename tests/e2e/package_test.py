"""The .deb in a bare Debian 12: it brings what it needs, and the main experiment gives the right populations there.

Makes the system with mmdebstrap, in a folder that is removed at the end, and enters it with namespaces of its own, so
that no process and no mount is left behind. Skips where that cannot be done.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

INSIDE = r"""
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
apt-get -q -o Acquire::Retries=3 update
apt-get -q -y -o Acquire::Retries=3 install --no-install-recommends /tmp/flowyard.deb
for file in /usr/share/man/man1/flowyard.1 /usr/share/man/man1/flowyard-worker.1 \
    /usr/share/bash-completion/completions/flowyard /usr/share/zsh/vendor-completions/_flowyard \
    /usr/share/fish/vendor_completions.d/flowyard.fish /usr/share/doc/flowyard/experiments.md \
    /usr/share/doc/flowyard/copyright; do
  test -s $file || test -s $file.gz || { echo "$file is missing"; exit 1; }
done
zgrep -q 'DejaVu' /usr/share/doc/flowyard/copyright
grep -q '^ExecStart=/usr/bin/flowyard ' /lib/systemd/system/flowyard.service
flowyard-worker --version
export FLOWYARD_DATA=/tmp/data FLOWYARD_RUN_DIR=/tmp/run
flowyard controller run --background --fleet process > /tmp/controller.log 2>&1 < /dev/null &
tries=0
until flowyard --no-start controller status > /dev/null 2>&1; do
  tries=$((tries + 1))
  test $tries -lt 300 || { cat /tmp/controller.log; exit 1; }
  sleep 0.1
done
flowyard --no-start -q run /usr/share/flowyard/experiments/three-scenarios.yaml
flowyard --no-start show three-scenarios -o json > /tmp/result.json
flowyard --no-start chart three-scenarios Population -o /tmp/chart.png
flowyard --no-start -q controller stop
"""


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=1800)


class Package(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("a system in a folder needs root")
        if not shutil.which("mmdebstrap"):
            self.skipTest("there is no mmdebstrap (on Debian: apt-get install mmdebstrap)")
        if run("unshare", "--mount", "--pid", "--fork", "true").returncode != 0:
            self.skipTest("namespaces cannot be made here")
        self.folder = tempfile.mkdtemp(prefix="flowyard-package-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.root = os.path.join(self.folder, "root")

    def test_it_installs_and_runs_the_three_scenarios(self):
        built = run(os.path.join(yard.SOURCE, "deploy/package"))
        self.assertEqual(built.returncode, 0, built.stdout)
        [package] = glob.glob(os.path.join(yard.SOURCE, "build/release/package/*.deb"))
        made = run("mmdebstrap", "--quiet", "--variant=apt", "bookworm", self.root)
        if made.returncode != 0:
            self.skipTest("mmdebstrap cannot make a system here: " + (made.stdout.strip().splitlines() or ["?"])[-1])
        shutil.copy(package, os.path.join(self.root, "tmp/flowyard.deb"))
        shutil.copy("/etc/resolv.conf", os.path.join(self.root, "etc/resolv.conf"))

        enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" sh -c "$1"'
        done = run("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, self.root, INSIDE)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.verify_the_unit()
        with open(os.path.join(self.root, "tmp/result.json")) as file:
            view = json.load(file)
        self.assertEqual(view["state"], "succeeded")
        finals = {row["scenario"]: round(row["final.mean"]) for row in view["rows"]}
        self.assertEqual(finals, {"Baseline": 10000, "High Growth": 10000, "Low Capacity": 5000})

    def verify_the_unit(self):
        """By this machine's systemd, whose own units it lends: the bare system has none."""
        units = "lib/systemd/system"
        if not shutil.which("systemd-analyze") or not os.path.isdir("/" + units):
            print("there is no systemd here that could verify the unit")
            return
        for path in glob.glob(os.path.join("/", units, "*.target")):
            shutil.copy(path, os.path.join(self.root, units))
        verified = run("systemd-analyze", "verify", "--man=no", "--root=" + self.root, "flowyard.service")
        self.assertEqual((verified.returncode, verified.stdout), (0, ""))


if __name__ == "__main__":
    yard.main()
