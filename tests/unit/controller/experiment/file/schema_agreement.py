"""Holds docs/experiment.schema.json against the corpus that the reader is tested with.

corpus/good: both accept. corpus/bad: both refuse. corpus/each_bad: both refuse each of the values by itself.
corpus/meaning: the reader refuses, the schema, which sees shapes and no more, accepts. Says "skipped:" where the libraries are absent.
"""

import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(0)


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema: "yes" and "on" are texts, 1e3 is a number."""

    yaml_implicit_resolvers = {}


def resolve(kind, pattern):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), None)


resolve("null", r"^(~|null|Null|NULL|)$")
resolve("bool", r"^(true|True|TRUE|false|False|FALSE)$")
resolve("int", r"^[-+]?[0-9]+$")
resolve("float", r"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$")
resolve("merge", r"^<<$")


def as_json(value):
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value


def one_by_one(value):
    """The same experiment with only one of its sections, or of the entries of a section, at a time."""
    sound = {"name": "x", "model": "x.yaml"}
    for key, section in value.items():
        if isinstance(section, dict) and section:
            for inner, item in section.items():
                yield f"{key}.{inner}", {**sound, key: {inner: item}}
        else:
            yield key, {**sound, key: section}


def main(schema_file, corpus, experiments):
    schema = json.loads(pathlib.Path(schema_file).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    folders = [(corpus / "good", True), (corpus / "bad", False), (corpus / "meaning", True), (experiments, True)]
    wrong, seen = 0, 0
    for folder, accepted in folders:
        for file in sorted(folder.glob("*.yaml")):
            try:
                value = as_json(yaml.load(file.read_text(), CoreLoader))
            except yaml.YAMLError:
                continue  # what cannot be parsed is beyond a schema
            seen += 1
            errors = list(validator.iter_errors(value))
            if accepted and errors:
                wrong += 1
                print(f"{file}: the schema refuses it: {errors[0].json_path}: {errors[0].message}")
            if not accepted and not errors:
                wrong += 1
                print(f"{file}: the schema accepts it")
    for file in sorted((corpus / "each_bad").glob("*.yaml")):
        for where, value in one_by_one(as_json(yaml.load(file.read_text(), CoreLoader))):
            seen += 1
            if where not in ("name", "model") and validator.is_valid(value):
                wrong += 1
                print(f"{file}: the schema accepts its {where}")
    print(f"{seen} cases, {wrong} disagreements")
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
