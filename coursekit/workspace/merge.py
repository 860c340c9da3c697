"""Merge a newer course into a learner's notebook, cell by cell; what they wrote is never lost.

Three notebooks meet: `base`, the course's as the learner got it; `mine`, what the learner made of
it; `theirs`, the course's of today. Cells are told apart by id. Whoever alone changed a cell is
followed. Where both did, the learner's stays, and the course's is put beside it as text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from coursekit.matching import OFFERED, SET_ASIDE, Cell, Matched, match, source, text
from coursekit.workspace.answered import answered
from coursekit.workspace.cellnames import cell_names, listed

Notebook = dict[str, Any]

KINDS = {
    "updated": "brought up to date",
    "added": "new",
    "kept": "yours, with the course's new version beside it",
    "answered": "as you answered them; today's course prints other options there",
    "set aside": "brought up to date, with what stood there beside it",
    "removed": "dropped by the course and untouched by you",
    "left": "dropped by the course, kept because you changed them",
    "absent": "changed by the course, but not in yours (deleted, or changed beyond recognition)",
    "known": "known by what is in them: an editor had changed their ids",
}
STRANGE = 0.1  # a notebook with a smaller share of the course's cells in it is not this lesson's


@dataclass
class Merged:
    """A merged notebook, and the ids of the cells that something happened to, by KINDS."""

    notebook: Notebook
    notes: dict[str, list[str]] = field(default_factory=dict)
    by_content: list[str] = field(default_factory=list)  # cells that had another id, or none
    names: dict[str, str] = field(default_factory=dict)  # of the cells, by id, for the summary
    foreign: bool = False  # (nearly) no cell was recognized: nothing of the course came into it

    def note(self, kind: str, name: str) -> None:
        self.notes.setdefault(kind, []).append(name)

    def summary(self) -> list[str]:
        """One line for each kind of change, with the cells as the learner knows them."""
        notes = self.notes | {"known": self.by_content}
        lines = []
        for kind, words in KINDS.items():
            if ids := notes.get(kind):
                which = "" if kind == "known" else listed([self.names.get(i, i) for i in ids])
                line = f"{len(ids):>4} cell{'s'[len(ids) == 1 :]} {words}"
                lines.append(f"{line}: {which}" if which else line)
        return lines


def merge(base: Notebook | None, mine: Notebook, theirs: Notebook) -> Merged:
    """Merge the course's new notebook into the learner's.

    Args:
        base: the course's notebook that the learner started from. Without one (None), a cell that
            differs is taken for the learner's if it is an answer, and is otherwise set aside.
        mine: the learner's. Cells may be moved, copied, split, deleted, added; their ids may be
            renewed, removed, doubled or exchanged.
        theirs: the course's of today.
    """
    old, new = _by_id(base["cells"] if base else ()), _by_id(theirs["cells"])
    matched = match(mine["cells"], old, new)
    yours = matched.cells
    merged = Merged(_frame(mine, theirs), {}, matched.by_content)
    merged.foreign = _foreign(matched, old, new)
    for course in (base, theirs):
        merged.names |= cell_names(course["cells"]) if course else {}
    held = answered(old, yours, new)
    protected = not matched.by_content  # an editor that changes ids may not heed other marks
    places: dict[str, list[Cell]] = {}  # what comes to stand in a cell's place, and beside it
    for name, cell in yours.items():
        if name in held:
            told = name in old and text(old[name]) == text(new[name])  # by an earlier update
            kind, places[name] = (
                "" if told else "answered",
                [_marked(cell, old.get(name), new[name])],
            )
        elif name in new:
            learners = base is not None or f"check-{name}" in new
            kind, places[name] = _settle(cell, old.get(name), new[name], learners, protected)
        elif name in old and text(cell) == text(old[name]):
            kind = "removed"
        else:
            kind, places[name] = "left" if name in old else "", [cell]
        if kind:
            merged.note(kind, name)
    for name in new:
        if name not in yours and name not in old:
            places[name] = [new[name]]
            merged.note("added", name)
        elif name not in yours and text(old[name]) != text(new[name]):
            merged.note("absent", name)
    staying = [name for name in yours if name in places]
    order = _order(list(old or new), staying, list(new))
    cells = [cell for name in order for cell in places.get(name, ())]
    merged.notebook["cells"] = _without_repeated_notes(cells, yours, old.keys() | new.keys())
    return merged


def _foreign(matched: Matched, old: dict[str, Cell], new: dict[str, Cell]) -> bool:
    known = matched.cells.keys() & (old.keys() | new.keys())
    by_id = known - set(matched.by_content)
    return not by_id and len(known) <= STRANGE * min(len(matched.cells), len(old or new))


def _settle(
    cell: Cell, was: Cell | None, new: Cell, learners: bool, protected: bool
) -> tuple[str, list[Cell]]:
    """What becomes of a cell that both have: the kind of change ("" for none), and the cells.

    Args:
        learners: what differs is the learner's doing for sure.
        protected: the learner cannot have changed what is marked as not editable.
    """
    fresh = new | {"metadata": _metadata(cell, was, new)}
    stays = _marked(cell, was, new)
    if _same(cell, new) or (was and _same(was, new)):
        return "", [stays]
    if was and text(cell) == text(was):
        return "updated", [fresh]
    if text(cell) == text(new) or (was and text(was) == text(new)):
        return "", [stays]  # but for space at the ends of lines
    if learners:
        return "kept", [stays, _beside(new, OFFERED)]
    if protected and cell.get("metadata", {}).get("editable") is False:  # an older text
        return "updated", [fresh]
    return "set aside", [fresh, _beside(cell, SET_ASIDE)]


def _same(one: Cell, other: Cell) -> bool:
    return text(one) == text(other) and source(one) == source(other)


def _marked(cell: Cell, was: Cell | None, new: Cell) -> Cell:
    """The learner's cell with the course's marks of today."""
    return cell | {"metadata": _metadata(cell, was, new)}


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


def _beside(cell: Cell, words: str) -> Cell:
    """A cell's text as text: nothing that Run All would run."""
    content, fence = source(cell), "```"
    while fence in content:
        fence += "`"
    language = "python" if cell["cell_type"] == "code" else "markdown"
    kept = {"attachments": cell["attachments"]} if "attachments" in cell else {}
    return kept | {
        "cell_type": "markdown",
        "id": f"{cell['id'][:48]}-beside",
        "metadata": {"coursekit": {"beside": cell["id"]}},
        "source": f"{words}\n\n{fence}{language}\n{content}\n{fence}".splitlines(keepends=True),
    }


def _without_repeated_notes(
    cells: list[Cell], yours: dict[str, Cell], known: set[str]
) -> list[Cell]:
    """Drop a new note that an earlier update left already; give each other an id of its own."""
    there = {text(cell) for cell in yours.values()}
    taken, kept = set(yours) | known, []
    for cell in cells:
        about = cell.get("metadata", {}).get("coursekit", {})
        if "beside" in about and cell is not yours.get(cell["id"]):  # made just now
            if text(cell) in there:
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
