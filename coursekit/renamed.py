"""Exercises that once had another name: their answers, points and cells go along.

A learner's notebook, progress and submission may be of any edition. Whoever renames an exercise
adds a row, and never takes one away; `old` is then no exercise's name any more.
"""

import re
from typing import Any

from coursekit.matching import Cell, source, text

Notebook = dict[str, Any]

RENAMED: dict[str, str] = {}  # old name -> the name that came next

NOTE = "# The course now calls it so."
_MADE = r"^(?:(?:async\s+)?(?:def|class)\s+{0}\b|{0}\s*=(?!=))"


def now(name: str) -> str:
    """What an exercise of that name is called today."""
    seen = {name}
    while name in RENAMED and RENAMED[name] not in seen:
        name = RENAMED[name]
        seen.add(name)
    return name


def carry(base: Notebook | None, mine: Notebook) -> tuple[Notebook | None, Notebook]:
    """Both notebooks with the cells of renamed exercises under their new names.

    The course's own words change their name. An answer stays, and gets a line that gives it its
    new name too.
    """
    if not RENAMED:
        return base, mine
    untouched = {text(cell) for cell in base["cells"]} if base else set()
    old = [_ours(cell) for cell in base["cells"]] if base else []
    new = [_ours(cell) if text(cell) in untouched else _yours(cell) for cell in mine["cells"]]
    return base and base | {"cells": old}, mine | {"cells": new}


def _ours(cell: Cell) -> Cell:
    words = source(cell)
    for name in RENAMED:
        words = re.sub(rf"\b{re.escape(name)}\b", now(name), words)
    return _known(cell) | ({"source": words} if words != source(cell) else {})


def _yours(cell: Cell) -> Cell:
    words = source(cell)
    told = with_new_names(words) if cell["cell_type"] == "code" else words
    return _known(cell) | ({"source": told} if told != words else {})


def with_new_names(code: str) -> str:
    """A cell's code, with a line behind it for each old name that it makes and new one it lacks."""
    for name in RENAMED:
        old, new = (re.search(_MADE.format(re.escape(n)), code, re.M) for n in (name, now(name)))
        if old and not new:
            code = f"{code.rstrip()}\n\n{now(name)} = {name}  {NOTE}"
    return code


def _known(cell: Cell) -> Cell:
    """The cell with the new name in its id and in what the course says of it."""
    if isinstance(own := cell.get("id"), str):
        before, _, name = own.rpartition("-")  # check-batch_norm, exercise-batch_norm
        cell = cell | {"id": f"{before}-{now(name)}" if before else now(own)}
    metadata = cell.get("metadata", {})
    about = metadata.get("coursekit")
    if isinstance(about, dict) and isinstance(about.get("exercise"), str):
        about = about | {"exercise": now(about["exercise"])}
        cell = cell | {"metadata": metadata | {"coursekit": about}}
    return cell
