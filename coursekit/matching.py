"""Which cell of a learner's notebook is which of the course's, whatever an editor did to the ids.

Editors renew ids, drop them, give one to two cells; learners move, copy and split cells. So an id
is believed only where what is in the cell does not speak for another one. Then tell, in this order:
the answer that a cell holds, its exact text, and most of its words.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

Cell = dict[str, Any]
Text = tuple[str, str, str]

OFFERED = "**The course has a new version of the cell above.** Yours stays; this is the course's:"
SET_ASIDE = "**This stood in the cell above** before the course's new version. It is kept:"
ALIKE = 0.5  # the share of words in common from which a cell is taken for a changed one
FEW = 4  # with fewer words, nothing is concluded from them
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_MADE = re.compile(r"mine-\d+")  # an id that was given to a cell of the learner's own
_DEFINED = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w+)\s*=(?!=)", re.MULTILINE)


@dataclass
class Matched:
    """A learner's cells by name: the course's ids, and others for those that are their own."""

    cells: dict[str, Cell]
    by_content: list[str]  # those of the course's that had another id, or none


def source(cell: Cell) -> str:
    """A cell's text, which may be stored in lines."""
    return "".join(cell["source"])


def text(cell: Cell) -> Text:
    """What makes two cells the same: kind, text, pasted pictures; not outputs, not metadata.

    Space at the end of lines and cells does not count: some editors strip it.
    """
    pictures = json.dumps(cell.get("attachments", {}), sort_keys=True)
    lines = "\n".join(line.rstrip() for line in source(cell).splitlines())
    return cell["cell_type"], lines.strip("\n"), pictures


def match(cells: Iterable[Cell], old: dict[str, Cell], new: dict[str, Cell]) -> Matched:
    """Name each of a learner's cells.

    Args:
        old, new: the course's cells by id, as the learner got them and as they are today.
    """
    return _Matching([*cells], old, new).run()


class _Matching:
    """One matching: `name_of` grows, a cell and a name being settled together."""

    def __init__(self, cells: list[Cell], old: dict[str, Cell], new: dict[str, Cell]):
        self.cells, self.old, self.new = cells, old, new
        self.course = {name: _both(old.get(name), new.get(name)) for name in old | new}
        self.told = {name: [text(c) for c in both] for name, both in self.course.items()}
        self.wordings = {name: [_words(c) for c in both] for name, both in self.course.items()}
        self.texts = [text(cell) for cell in cells]
        self.words = [_words(cell) for cell in cells]
        self.name_of: dict[int, str] = {}
        self.ids: list[str] = []  # "" for none
        for cell in cells:
            own = cell.get("id")
            good = isinstance(own, str) and _ID.fullmatch(own) and own not in self.ids
            self.ids.append(str(own) if good else "")  # of cells with the same id, the first has it
        self.answers = [self._answers(cell) for cell in cells]

    def run(self) -> Matched:
        ours = [n for n, own in enumerate(self.ids) if own in self.course]
        for n in ours:
            if self._shows(n, self.ids[n], of_old=self.ids[n] not in self.new):
                self.settle(n, self.ids[n])
        today = [n for n in self.open(ours) if self.ids[n] in self.new]
        for n in [n for n in today if not self._speaks_for_another(n)]:
            self.settle(n, self.ids[n])
        self._by_answer()
        self._by_text()
        self._by_words()
        for n in ours:
            self.settle(n, self.ids[n])
        names = self._names()
        by_content = [name for n, name in self.name_of.items() if self.cells[n].get("id") != name]
        named = {name: self.cells[n] | {"id": name} for n, name in enumerate(names)}
        return Matched(named, by_content)

    def settle(self, n: int, name: str) -> None:
        if n not in self.name_of and name not in self.name_of.values():
            self.name_of[n] = name

    def open(self, among: Iterable[int]) -> list[int]:
        return [n for n in among if n not in self.name_of]

    def _strangers(self) -> list[int]:
        """Cells that nothing is known of, and that were not made here for the learner."""
        return [
            n
            for n in self.open(range(len(self.cells)))
            if not _MADE.fullmatch(self.ids[n]) and not is_note(self.cells[n])
        ]

    def _vacant(self, among: dict[str, Cell]) -> list[str]:
        taken = set(self.name_of.values())
        return [name for name in among if name not in taken]

    def _speaks_for_another(self, n: int) -> bool:
        """True if a cell, or one elsewhere, shows that the id which it has is another's."""
        mine = self.ids[n]
        if any(self._shows(n, name) for name in self._vacant(self.new) if name != mine):
            return True
        return any(
            mine in self.answers[m] or (self.ids[m] in self.new and self._shows(m, mine))
            for m in self._strangers()  # a copy with an id that is nobody's is only a copy
        )

    def _shows(self, n: int, name: str, of_old: bool = False) -> bool:
        """True if what is in a cell is the course's text or, of today's cells, the answer."""
        return self.texts[n] in self.told[name] or (name in self.answers[n] and not of_old)

    def _by_answer(self) -> None:
        """Who holds an answer is its cell; a stub that was kept beside it is a copy."""
        for name in self._vacant(self.new):
            able = [n for n in self._strangers() if name in self.answers[n]]
            able.sort(key=lambda n: self.texts[n] in self.told[name])
            if able:
                self.settle(able[0], name)

    def _by_text(self) -> None:
        vacant: dict[Text, list[str]] = {}
        for course in (self.new, self.old):
            for name in self._vacant(course):
                told = vacant.setdefault(text(course[name]), [])
                told += [name] if name not in told else []
        for n in self._strangers():
            for name in vacant.get(self.texts[n], ()) if self.words[n] else ():
                self.settle(n, name)

    def _by_words(self) -> None:
        pairs = sorted(
            (-self._likeness(n, name), n, order, name)
            for n in self._strangers()
            for order, name in enumerate(self._vacant(self.new))
        )
        for likeness, n, _, name in pairs:
            if -likeness >= ALIKE:
                self.settle(n, name)

    def _names(self) -> Iterator[str]:
        """A name for each cell. The learner's own keep their id where nobody else has it.

        One that reads like a cell which the course dropped gets another: it is not that cell.
        """
        dropped = {text(cell) for name, cell in self.old.items() if name not in self.new}
        known = self.course.keys() | set(self.ids)
        unused = (made for made in (f"mine-{n}" for n in count(1)) if made not in known)
        for n, own in enumerate(self.ids):
            if n in self.name_of:
                yield self.name_of[n]
            elif own and own not in self.course and self.texts[n] not in dropped:
                yield own
            elif own and _MADE.fullmatch(own):
                yield own
            else:
                yield next(unused)

    def _likeness(self, n: int, name: str) -> float:
        """The share of words that a cell and the course's have in common, old or new."""
        return max(_common(self.words[n], wording) for wording in self.wordings[name])

    def _answers(self, cell: Cell) -> set[str]:
        """The course's answers that a cell holds, as its metadata and its code say."""
        metadata = cell.get("metadata")
        about = metadata.get("coursekit") if isinstance(metadata, dict) else None
        said = about.get("exercise") if isinstance(about, dict) else None
        asked = {name for name in self.course if f"check-{name}" in self.course}
        alike = {name for how, name in _held(cell) if name in asked and self._asks(how, name)}
        return alike or ({said} & asked if isinstance(said, str) else set())

    def _asks(self, how: str, name: str) -> bool:
        return any((how, name) in _held(cell) for cell in self.course[name])


def is_note(cell: Cell) -> bool:
    """True for a text that an update put beside a cell."""
    return source(cell).startswith((OFFERED, SET_ASIDE))


def _both(was: Cell | None, new: Cell | None) -> list[Cell]:
    return [cell for cell in (was, new) if cell is not None]


def _held(cell: Cell) -> set[tuple[str, str]]:
    """Names that a cell's code defines or assigns, each with how it does so."""
    if cell["cell_type"] != "code":
        return set()
    ways = {"def": _DEFINED, "=": _ASSIGNED}
    return {(how, name) for how, sign in ways.items() for name in sign.findall(source(cell))}


def _words(cell: Cell) -> Counter[str]:
    return Counter(re.findall(r"\w+|[^\w\s]", source(cell)))


def _common(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    enough = min(one.total(), other.total()) >= FEW
    return 2 * (one & other).total() / total if enough else 0.0
