"""The floor plan: which rooms stand on which floor, and what each says it is.

Floors are the layers of import-linter's contract in pyproject.toml; a room's sentence is the first
one of its docstring.
"""

import ast
import re
import tomllib
from pathlib import Path

from coursekit.errors import BuildError

CONTRACT = "layers"


def plan(root: Path) -> str:
    """A table of the floors from the top, with a row for each room and those inside it.

    Raises:
        BuildError: a room is not there, or does not say what it is.
    """
    rows = ["| | Room | What it is |", "|--:|:--|:--|"]
    floors = contract(root)
    for height, rooms in zip(range(len(floors) - 1, -1, -1), floors, strict=True):
        for n, room in enumerate(rooms):
            home = root / "coursekit" / room
            paths = {f"{room}.py": home.with_suffix(".py")}
            if home.is_dir():
                inside = [] if room == "exercises" else sorted(home.glob("*/__init__.py"))
                paths = {f"{room}/": home / "__init__.py"}
                paths |= {f"{room}/{path.parent.name}/": path for path in inside}
            for m, (name, path) in enumerate(paths.items()):
                number = "" if n or m else height
                rows.append(f"| {number} | `{name}` | {sentence(path)} |")
    return "\n".join(rows)


def contract(root: Path) -> list[list[str]]:
    """The rooms of each floor, the highest first, as the import contract has them."""
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == CONTRACT)
    return [[room.strip() for room in layer.split(":")] for layer in layers]


def sentence(path: Path) -> str:
    """The first sentence of a module's docstring.

    Raises:
        BuildError: the module is not there, or has none.
    """
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) if path.exists() else None
    if not text:
        raise BuildError(path, 1, "a room begins with a docstring: one sentence on what it is")
    first = re.split(r"(?<=[.?!])\s", text, maxsplit=1)[0]
    return " ".join(first.split()).replace("|", r"\|")
