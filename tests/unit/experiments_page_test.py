#!/usr/bin/env python3
"""Holds docs/experiments.md against docs/experiment.schema.json: every key, form and word of the schema stands in the
page between backticks.

    experiments_page_test.py [ROOT]
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
# What a value may look like has keys of its own, which are named without the parameter they stand below.
FORMS = ("plainValue", "series", "axis", "random", "array")


def schema_words(schema):
    """Dotted paths of keys, and the words of enums."""
    waiting, seen, words = [("", schema)], set(), set()
    while waiting:  # breadth first, so that a part used twice is named by its shortest path
        prefix, part = waiting.pop(0)
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[1]
            if name in seen:
                continue
            seen.add(name)
            waiting.append(("" if name in FORMS else prefix, schema["definitions"][name]))
        words |= {word for word in part.get("enum", []) if isinstance(word, str)}
        for key, value in part.get("properties", {}).items():
            words.add(prefix + key)
            waiting.append((prefix + key + ".", value))
        for key in ("items", "additionalProperties"):
            if isinstance(part.get(key), dict):
                waiting.append((prefix, part[key]))
        for option in part.get("oneOf", []) + part.get("allOf", []):
            waiting.append((prefix, option))
    return words


def main():
    words = schema_words(json.loads((ROOT / "docs/experiment.schema.json").read_text()))
    page = (ROOT / "docs/experiments.md").read_text()
    page = re.sub(r"```.*?```", "", page, flags=re.S)
    described = set()
    for code in re.findall(r"`([^`]+)`", page):
        described.add(code)
        described |= set(re.findall(r"[a-z_]+", code)) if code.startswith("{") else set()
    missing = sorted(words - described)
    for word in missing:
        print(f"docs/experiments.md does not describe `{word}`")
    keys = {code for code in described if re.fullmatch(r"[a-z]+(\.[a-z_]+)+", code)}
    unknown = sorted(keys - words)
    for key in unknown:
        print(f"docs/experiments.md describes `{key}`, which the schema does not have")
    print(f"{len(words)} words of the schema, {len(missing)} missing")
    return 1 if missing or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
