"""What was handed in and is no notebook: noted beside a notebook, or a line of its own."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from coursekit.grading.intake.inventory import Item

LISTED = 20  # names; what is more is told folder by folder
WANTED = "hand in the lesson's notebook, the .ipynb file"
# Blackboard writes a text about every attempt, Brightspace a page about the whole class.
BLACKBOARD = re.compile(r".+_attempt_\d{4}(?:-\d\d){5}\.txt", re.DOTALL)
BRIGHTSPACE = re.compile(r"\d+-\d+ - .+ - .+ [AP]M(?: - .+)?", re.DOTALL)
KINDS = {
    "html": "a web page, not the notebook that it was made from",
    "htm": "a web page, not the notebook that it was made from",
    "pdf": "a PDF, not the notebook that it was made from",
    "py": "a Python script, not a notebook",
    "ipynb": "a folder, not a notebook",
}


@dataclass(frozen=True)
class Aside:
    """Something that is no notebook, and whose it is."""

    student: str
    lesson: str  # as its name says
    item: Item


def from_platforms(asides: Iterable[Aside], paths: Iterable[PurePath]) -> set[Aside]:
    """Those that a learning platform wrote itself."""
    homes = {
        PurePath(*path.parts[:n])
        for path in paths
        for n, part in enumerate(path.parts[:2])
        if BRIGHTSPACE.fullmatch(part)
    }
    return {
        one
        for one in asides
        if BLACKBOARD.fullmatch(name := one.item.relative.name)
        or (name == "index.html" and one.item.relative.parent in homes)
    }


def note(asides: Iterable[Aside]) -> str:
    """Beside a notebook: what else came, in words."""
    return f"not graded, for it is no notebook: {_names(one.item for one in asides)}"


def leading(asides: list[Aside], known: Iterable[str]) -> tuple[Aside, str]:
    """Of one who handed in no notebook: what stands for all of it, and why it has no points."""
    known = set(known)
    first = min(asides, key=lambda one: (one.lesson not in known, bool(one.item.problem)))
    rest = [one.item for one in asides if one is not first]
    also = f"; with it came {_names(rest)}" if rest else ""
    if first.item.problem:
        return first, first.item.problem + also
    if first.item.kind == "folder":
        return first, f"the folder is empty; {WANTED}{also}"
    ending = first.item.relative.suffix.lower().lstrip(".")
    what = KINDS.get(ending, "no notebook")
    return first, f"it is {what}; {WANTED}{also}"


def _names(items: Iterable[Item]) -> str:
    items = list(items)
    if len(items) <= LISTED:
        return ", ".join(_name(item) for item in items)
    homes = defaultdict(list)
    for item in items:
        homes[PurePath(item.file).parent.as_posix()].append(item)
    told = [
        _name(mine[0]) if len(mine) == 1 else f"{home}/ ({len(mine)} files)"
        for home, mine in homes.items()
    ]
    more = f" and in {len(told) - LISTED} folders more" if len(told) > LISTED else ""
    return ", ".join(told[:LISTED]) + more


def _name(item: Item) -> str:
    if item.kind == "folder":
        return f"{item.file}/ (empty)"
    return f"{item.file} ({item.problem})" if item.problem else item.file
