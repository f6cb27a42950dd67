"""Runs system-dynamics models by PySD for Flowyard: a scenario in on each line, its series out on each line.

Sent along with an experiment that says `runner: pysd`; docs/runners.md has the form of both lines.
"""

import json
import os
import pathlib
import re
import sys
import warnings


def keep_standard_output_for_answers():
    """PySD and what it imports may print: to the log, not between answers."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def name_of(text):
    """Names are compared as in Vensim: blanks, underscores and line breaks (in quotes written as \\n) are alike, and case
    is none."""
    return re.sub(r"(?:[\s_]|\\n)+", " ", text.strip().strip('"')).lower()


def interval_of(saved, start):
    """The distance between saved times, where they are all at one distance from `start` on; otherwise None."""
    if len(saved) < 2:
        return None
    interval = (saved[-1] - start) / (len(saved) - 1)
    exact = all(abs(time - (start + i * interval)) <= 1e-9 * interval for i, time in enumerate(saved))
    return interval if exact else None


class Model:
    """A translated model, kept between scenarios."""

    def __init__(self, pysd, path):
        reader = pysd.read_vensim if path.lower().endswith(".mdl") else pysd.read_xmile
        # Translated once, beside the model; later workers of this container load the translation.
        translation = pathlib.Path(path).with_suffix(".py")
        self.model = pysd.load(str(translation)) if translation.exists() else reader(path)
        self.start = self.model.time()
        namespace = self.model.namespace
        self.known = {name_of(name): (name, python) for name, python in namespace.items()}

    def real_name(self, name):
        return self.known[name_of(name)][0]

    def python_name(self, name):
        return self.known[name_of(name)][1]

    def value(self, numpy, xarray, name, given, before):
        """A parameter as PySD takes it: a number, a series, or an array by its subscripts, which PySD itself would
        match by position only. `name` may be that of one element, `share[north]`; `before` is the array so far.
        """
        if isinstance(given, dict):
            import pandas

            return pandas.Series(index=given["times"], data=given["values"])
        whole, _, element = name.partition("[")
        subscripts = self.model.get_coords(self.real_name(whole))
        if subscripts is None or not (element or isinstance(given, list)):
            return given
        coordinates, dimensions = subscripts
        shape = [len(coordinates[dimension]) for dimension in dimensions]
        if not element:
            return xarray.DataArray(numpy.reshape(numpy.asarray(given, float), shape), coordinates, dimensions)
        if before is None or numpy.isscalar(before):
            whole_now = before if before is not None else getattr(self.model.components, self.python_name(whole))()
            before = numpy.broadcast_to(numpy.asarray(whole_now, float), shape).copy()
            before = xarray.DataArray(before, coordinates, dimensions)
        parts = [name_of(part) for part in element.rstrip("]").split(",")]
        before.loc[{dimension: next(one for one in coordinates[dimension] if name_of(one) == part)
                    for dimension, part in zip(dimensions, parts)}] = given
        return before

    def run(self, numpy, xarray, scenario):
        parameters = {}
        for name, given in scenario["parameters"].items():
            whole = self.real_name(name.partition("[")[0])
            parameters[whole] = self.value(numpy, xarray, name, given, parameters.get(whole))
        time = scenario["time"]
        initial = {}
        for name, given in scenario["initial"].items():
            whole = self.real_name(name.partition("[")[0])
            initial[whole] = self.value(numpy, xarray, name, given, initial.get(whole))
        start = time["start"] if time["start"] is not None else self.start
        condition = (start, initial) if initial or time["start"] is not None else "original"
        wanted = {name: self.real_name(name) for name in scenario["series"]}
        numpy.random.seed(scenario["seed"])
        # Asked for single times, PySD compares them at each step, which takes as long as a small model.
        saved = time["saved"]
        interval = interval_of(saved, start)
        stop = time["stop"] if time["stop"] is not None else saved[-1]
        every = {"saveper": interval} if interval and stop - saved[-1] < interval / 2 else {"return_timestamps": saved}
        frame = self.model.run(
            params=parameters, initial_condition=condition, time_step=time["step"], final_time=stop, **every,
            return_columns=list(wanted.values()), reload=True, progress=False)
        answer = {"id": scenario["id"], "time": [float(t) for t in frame.index], "series": {}}
        for name, real in wanted.items():
            answer["series"][name] = self.series_of(frame, real)
        return answer

    @staticmethod
    def series_of(frame, real):
        if real in frame.columns:
            return [float(v) for v in frame[real]]
        prefix = real + "["
        return {column[len(prefix):-1]: [float(v) for v in frame[column]]
                for column in frame.columns if column.startswith(prefix)}


def main():
    answers = keep_standard_output_for_answers()
    warnings.simplefilter("ignore")
    import numpy
    import pysd
    import xarray

    models = {}
    for line in sys.stdin:
        scenario = json.loads(line)
        try:
            path = scenario["model"]
            if path not in models:
                models[path] = Model(pysd, path)
            answer = models[path].run(numpy, xarray, scenario)
        except Exception as error:  # told for this scenario; the next one may do
            answer = {"id": scenario["id"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
