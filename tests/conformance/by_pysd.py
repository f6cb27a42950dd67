#!/usr/bin/env python3
"""How far the engine and PySD are apart, over the experiments that are shipped and a folder of models.

    by_pysd.py [--fleet process|docker] [--programs BUILD/bin] [CONFORMANCE_FOLDER] [-o TABLE.tsv]

Runs each by `flowyard compare --engines native,pysd`, both by Euler, and writes a line for each: the largest relative
difference, of what and where, or why one of both cannot run it. The folder is one as FLOWYARD_CONFORMANCE names it, with a
cases.tsv; of its models those that PySD takes as they are (.mdl). With --fleet process python3 must have PySD.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds


def series_of(expected):
    """The names of variables in the head of a table of expected results, without subscripts."""
    text = expected.read_text(encoding="utf-8-sig", errors="replace")
    head = next(csv.reader([text.splitlines()[0]], delimiter="\t" if expected.suffix == ".tab" else ","))
    names = (re.sub(r"\[.*", "", name).strip().strip('"') for name in head)
    return list(dict.fromkeys(name for name in names if name and name.lower() not in ("time", "times", "date", "years")))


def models_of(folder):
    """(name, experiment as text) of each model of the folder that PySD takes as it is."""
    for case in csv.DictReader((folder / "cases.tsv").open(), delimiter="\t"):
        model, expected = folder / case["model"], folder / case["expected"]
        if model.suffix == ".mdl" and expected.exists():
            yield case["model"], json.dumps({"name": "study", "model": str(model),
                                             "outputs": {"series": series_of(expected)}})


def shipped():
    for path in sorted((ROOT / "experiments").glob("*.yaml")):
        if path.stem != "heavy":  # of its million steps PySD takes hours
            yield "experiments/" + path.name, path


class Yard:
    def __init__(self, programs, fleet, folder):
        self.program, self.fleet, self.folder = pathlib.Path(programs) / "flowyard", fleet, pathlib.Path(folder)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("FLOWYARD_")}
        self.environment |= {"FLOWYARD_DATA": f"{folder}/data", "FLOWYARD_RUN_DIR": f"{folder}/run", "NO_COLOR": "1"}

    def ask(self, *arguments):
        return subprocess.run([self.program, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)

    def compare(self, experiment):
        """The differences, the largest first, or why there are none."""
        if isinstance(experiment, str):
            path = self.folder / "study.yaml"
            path.write_text(experiment)
            experiment = path
        # PySD has Euler only.
        answer = self.ask("-q", "compare", "--engines", "native,pysd", "--fleet", self.fleet, "-o", "json",
                          "--set", "time.method=euler", str(experiment))
        try:
            found = json.loads(answer.stdout)
        except ValueError:
            return [], " ".join(answer.stderr.split())[:300]
        if not found["compared"]:
            why = self.ask("why", "@latest", "-o", "json").stdout
            return [], "not run: " + " ".join(why.split())[:300]
        return sorted(found["differences"], key=lambda one: -(one["relative"] or 0)), ""


def line_of(name, differences, why):
    if not differences:
        return [name, "", "", "", why or "nothing to compare"]
    worst = differences[0]
    relative = worst["relative"]
    if not worst["absolute"]:
        return [name, "0", "", "", ""]
    where = f"{worst['name']}{'[' + worst['element'] + ']' if worst.get('element') else ''}"
    at = "" if worst.get("time") is None else f"at {worst['time']:g}"
    return [name, "one is no number" if relative is None else f"{relative:.1e}", where, at,
            f"{worst['first']} and {worst['second']}"]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("conformance", nargs="?", type=pathlib.Path, default=os.environ.get("FLOWYARD_CONFORMANCE"))
    options.add_argument("--programs", default=str(ROOT / "build/dev/bin"))
    options.add_argument("--fleet", default="process", choices=("process", "docker"))
    options.add_argument("-o", "--output", type=argparse.FileType("w"), default=sys.stdout)
    chosen = options.parse_args()
    if chosen.fleet == "process" and subprocess.run(["python3", "-c", "import pysd"], stderr=subprocess.DEVNULL).returncode:
        sys.exit("python3 has no PySD: install it, or give --fleet docker with the image of docker/images/pysd/build")
    studies = list(shipped()) + (list(models_of(chosen.conformance)) if chosen.conformance else [])
    table = csv.writer(chosen.output, delimiter="\t", lineterminator="\n")
    table.writerow(["model", "largest relative difference", "of", "where", "the engine and PySD"])
    with tempfile.TemporaryDirectory(prefix="flowyard-by-pysd-") as folder:
        yard = Yard(chosen.programs, chosen.fleet, folder)
        try:
            for name, experiment in studies:
                table.writerow(line_of(name, *yard.compare(experiment)))
                chosen.output.flush()
        finally:
            yard.ask("controller", "stop")


if __name__ == "__main__":
    main()
