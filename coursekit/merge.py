"""Merge a newer course into a learner's notebook, cell by cell; what they wrote is never lost.

Three notebooks meet: `base`, the course's as the learner got it; `mine`, what the learner made of
it; `theirs`, the course's of today. Cells are told apart by id. Whoever alone changed a cell is
followed. Where both did, the learner's stays, and the course's is put beside it as text.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

OFFERED = "**The course has a new version of the cell above.** Yours stays; this is the course's:"
SET_ASIDE = "**This stood in the cell above** before the course's new version. It is kept:"
KINDS = {
    "updated": "brought up to date",
    "added": "new",
    "kept": "yours, with the course's new version beside it",
    "set aside": "brought up to date, with what stood there beside it",
    "removed": "dropped by the course and untouched by you",
    "left": "dropped by the course, kept because you changed them",
}


@dataclass
class Merged:
    """A merged notebook, and the ids of the cells that something happened to, by KINDS."""

    notebook: Notebook
    notes: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, name: str) -> None:
        self.notes.setdefault(kind, []).append(name)

    def summary(self) -> list[str]:
        """One line for each kind of change."""
        return [
            f"{len(self.notes[k]):>4} cell{'s'[len(self.notes[k]) == 1 :]} {words}"
            for k, words in KINDS.items()
            if k in self.notes
        ]


def merge(base: Notebook | None, mine: Notebook, theirs: Notebook) -> Merged:
    """Merge the course's new notebook into the learner's.

    Args:
        base: the course's notebook that the learner started from. Without one (None), a cell that
            differs is taken for the learner's if it is an answer, and is otherwise set aside.
        mine: the learner's. Cells may be moved, copied, deleted, added, or without ids.
        theirs: the course's of today.
    """
    old, new = _by_id(base["cells"] if base else ()), _by_id(theirs["cells"])
    yours = _identified(mine["cells"], old, new)
    merged = Merged(_frame(mine, theirs))
    places: dict[str, list[Cell]] = {}  # what comes to stand in a cell's place, and beside it
    for name, cell in yours.items():
        if name in new:
            kind, places[name] = _settle(cell, old.get(name), new[name], new, base is None)
        elif name in old and _text(cell) == _text(old[name]):
            kind = "removed"
        else:
            kind, places[name] = "left" if name in old else "", [cell]
        if kind:
            merged.note(kind, name)
    for name in new:
        if name not in yours and name not in old:
            places[name] = [new[name]]
            merged.note("added", name)
    order = _order(list(old or new), list(yours), list(new))
    cells = [cell for name in order for cell in places.get(name, ())]
    merged.notebook["cells"] = _without_repeated_notes(cells, yours, old.keys() | new.keys())
    return merged


def _settle(cell: Cell, was: Cell | None, new: Cell, course: dict[str, Cell], baseless: bool):
    """What becomes of a cell that both have: the kind of change ("" for none), and the cells."""
    fresh = new | {"metadata": _metadata(cell, was, new)}
    stays = cell | {"metadata": fresh["metadata"]}
    if _text(cell) == _text(new) or (was and _text(was) == _text(new)):
        return "", [stays]
    if was and _text(cell) == _text(was):
        return "updated", [fresh]
    if not baseless or f"check-{cell['id']}" in course:
        return "kept", [stays, _beside(new, OFFERED)]
    if cell.get("metadata", {}).get("editable") is False:  # an older text of the course's
        return "updated", [fresh]
    return "set aside", [fresh, _beside(cell, SET_ASIDE)]


def _metadata(cell: Cell, was: Cell | None, new: Cell) -> dict[str, Any]:
    """The course's metadata, and what the learner's cell has beyond what it came with."""
    came_with = was.get("metadata", {}) if was else {}
    own = {k: v for k, v in cell.get("metadata", {}).items() if k not in came_with}
    return own | new.get("metadata", {})


def _order(known: list[str], yours: list[str], new: list[str]) -> list[str]:
    """The learner's order if they moved a cell of the course's, else the course's."""
    as_they_came = [name for name in known if name in set(yours)]
    as_they_are = [name for name in yours if name in set(known)]
    return _weave(yours, new) if as_they_came != as_they_are else _weave(new, yours)


def _weave(first: list[str], second: list[str]) -> list[str]:
    """All of first, in its order; what only second has comes after its neighbour there."""
    woven, after = list(first), -1
    for name in second:
        if name in woven:
            after = woven.index(name)
        else:
            after += 1
            woven.insert(after, name)
    return woven


def _identified(cells: Iterable[Cell], old: dict[str, Cell], new: dict[str, Cell]):
    """The learner's cells by id. One without an id is recognized by its exercise or its text."""
    cells = list(cells)
    taken = {cell.get("id") for cell in cells}
    texts = {_text(cell): name for course in (new, old) for name, cell in course.items()}
    known = taken | old.keys() | new.keys()
    unused = (made for made in (f"mine-{n}" for n in count(1)) if made not in known)
    found: dict[str, Cell] = {}
    for cell in cells:
        own = cell.get("id")
        if not own:
            about = cell.get("metadata", {}).get("coursekit", {})
            own = about.get("exercise") or texts.get(_text(cell))
            own = None if own in taken else own
        if not own or own in found:  # a copy with the same id, too
            own = next(unused)
        found[own] = cell | {"id": own}
    return found


def _beside(cell: Cell, words: str) -> Cell:
    """A cell's text as text: nothing that Run All would run."""
    source, fence = _source(cell), "```"
    while fence in source:
        fence += "`"
    language = "python" if cell["cell_type"] == "code" else "markdown"
    kept = {"attachments": cell["attachments"]} if "attachments" in cell else {}
    return kept | {
        "cell_type": "markdown",
        "id": f"{cell['id'][:48]}-beside",
        "metadata": {"coursekit": {"beside": cell["id"]}},
        "source": f"{words}\n\n{fence}{language}\n{source}\n{fence}".splitlines(keepends=True),
    }


def _without_repeated_notes(cells: list[Cell], yours: dict[str, Cell], known) -> list[Cell]:
    """Drop a new note that an earlier update left already; give each other an id of its own."""
    there = {_text(cell) for cell in yours.values()}
    taken, kept = set(yours) | known, []
    for cell in cells:
        about = cell.get("metadata", {}).get("coursekit", {})
        if "beside" in about and cell is not yours.get(cell["id"]):  # made just now
            if _text(cell) in there:
                continue
            stem = cell["id"]
            names = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
            cell = cell | {"id": next(name for name in names if name not in taken)}
            taken.add(cell["id"])
        kept.append(cell)
    return kept


def _frame(mine: Notebook, theirs: Notebook) -> Notebook:
    """The notebook around the cells: the learner's, and what the course says of itself."""
    metadata = theirs.get("metadata", {}) | mine.get("metadata", {})
    if "coursekit" in theirs.get("metadata", {}):
        metadata["coursekit"] = theirs["metadata"]["coursekit"]
    return mine | {"metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _by_id(cells: Iterable[Cell]) -> dict[str, Cell]:
    return {cell["id"]: cell for cell in cells}


def _source(cell: Cell) -> str:
    return "".join(cell["source"])


def _text(cell: Cell) -> tuple[str, str, str]:
    """What makes two cells the same: kind, text, pasted pictures; not outputs, not metadata."""
    pictures = json.dumps(cell.get("attachments", {}), sort_keys=True)
    return cell["cell_type"], _source(cell), pictures
