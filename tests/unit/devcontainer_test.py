#!/usr/bin/env python3
"""Holds the packages of .devcontainer/Dockerfile against those that the scripts would install.

    devcontainer_test.py [ROOT]
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
SCRIPTS = ("deploy/lib.sh", "deploy/package", "tests/coverage", "tests/run")


def lists_in(scripts):
    """The arrays called *_packages: {name: [package, ...]}."""
    arrays = re.findall(r"^(\w+_packages)=\(([^)]*)\)", "\n".join(scripts), re.M)
    return {name: packages.split() for name, packages in arrays}


def installed_by(script, lists):
    """What its calls of install_packages name, arrays unfolded."""
    packages = set()
    for call in re.findall(r"^install_packages (.*)$", script, re.M):
        for word in call.split():
            array = re.fullmatch(r'"\$\{(\w+)\[@\]\}"', word)
            packages.update(lists[array[1]] if array else [word])
    return packages


def main():
    scripts = [(ROOT / name).read_text() for name in SCRIPTS]
    lists = lists_in(scripts)
    wanted = set().union(*(installed_by(script, lists) for script in scripts))
    dockerfile = (ROOT / ".devcontainer/Dockerfile").read_text().replace("\\\n", " ")
    needed = re.search(r'^ARG NEEDED="([^"]*)"', dockerfile, re.M)
    if not wanted or not needed:
        sys.exit("the scripts install nothing, or .devcontainer/Dockerfile has no ARG NEEDED")
    there = needed[1].split()
    errors = [f"{package} is not in ARG NEEDED of .devcontainer/Dockerfile" for package in sorted(wanted - set(there))]
    errors += [f"{package} in .devcontainer/Dockerfile is installed by no script"
               for package in sorted(set(there) - wanted)]
    errors += [f"{package} stands twice" for package in sorted({p for p in there if there.count(p) > 1})]
    if errors:
        sys.exit("\n".join(errors))


if __name__ == "__main__":
    main()
