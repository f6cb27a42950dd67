#!/usr/bin/env python3
"""Holds the #include lines of the source against the two tables in docs/architecture.md.

    include_rules_test.py [ROOT]

A room is a folder that the include table names; a folder below it that the table does not name belongs to it. Says every line that breaks a rule, and what is in a table
but not in the source.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
TOPS = ("common", "docker", "worker", "controller")
EVERYONE_MAY = {"common/base"}


def room_of(path, rooms):
    """The innermost folder of the path that is a room; two levels of it where none is."""
    folders = [str(folder) for folder in pathlib.PurePath(path).parents]
    return next((folder for folder in folders if folder in rooms), "/".join(pathlib.PurePath(path).parts[:2]))


def table(text, name):
    """The table below <!-- name -->: {left: [right, ...]}."""
    block = re.search(rf"<!-- {name} -->\n```\n(.*?)```", text, re.S)
    if not block:
        sys.exit(f"docs/architecture.md has no block marked '{name}'")
    rows = {}
    for line in block.group(1).splitlines():
        left, _, right = line.partition("->")
        if left.strip() in rows:
            sys.exit(f"docs/architecture.md has two lines for {left.strip()}")
        rows[left.strip()] = {word.strip() for word in right.split(",") if word.strip()}
    return rows


def includes():
    """(file, line number, what is included) for each #include of our source."""
    for top in TOPS:
        for path in sorted((ROOT / top).rglob("*.[ch]pp")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = re.match(r'\s*#\s*include\s*(["<][^">]+)', line)
                if found:
                    yield path.relative_to(ROOT), number, found.group(1)


def broken_rules(rooms, libraries):
    for path, number, what in includes():
        here, target = room_of(path, rooms), what[1:]
        if what[0] == '"':
            there = room_of(target, rooms)
            if here not in rooms:
                yield f"{path}:{number}: the room {here} is not in the table"
            elif there != here and there not in EVERYONE_MAY | rooms[here] and rooms[here] != {"*"}:
                yield f"{path}:{number}: {here} may not include {there} ({target})"
            continue
        for library, homes in libraries.items():
            if target.startswith((library + "/", library + ".h")) and here not in homes:
                yield f"{path}:{number}: only {', '.join(sorted(homes))} may include {library} ({target})"


def main():
    text = (ROOT / "docs/architecture.md").read_text()
    rooms, libraries = table(text, "include table"), table(text, "library table")
    wrong = list(broken_rules(rooms, libraries))
    named = set(rooms) | {room for row in (*rooms.values(), *libraries.values()) for room in row} - {"*"}
    wrong += [f"docs/architecture.md names {room}, and there is no such folder"
              for room in sorted(named) if not (ROOT / room).is_dir()]
    for line in wrong:
        print(line)
    print(f"{len(wrong)} broken include rules")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
