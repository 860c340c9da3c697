"""What a notebook prints of its questions: a letter means the option beside it on that page.

A notebook may be of an older edition than the course that judges it, with its options in another
order or other words. Each printed option is told from the others by its text. One list counts, the
nearest above the answer that is a list of the course's, each option once: who prints the right one
under every letter, or several lists, has not said more than who prints none.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from coursekit.matching import OFFERED, SET_ASIDE

OPTION = re.compile(r"\s{0,3}(?:[-*+]\s+)?(?:\*\*|__)([a-z])(?:\*\*|__)[.:)]?\s+(\S.*)")
LONGEST = 20_000  # characters of a cell that is looked at
MOST, FEW = 500, 5  # lists of a notebook, and of one question, that are looked at
ALIKE = 0.7  # how much of a text stays where somebody mended it
LONG = 200  # characters of an option that are compared
SHORT = 12  # a shorter text with another letter in it is another text


@dataclass(frozen=True)
class Listed:
    """A question with its lettered options, and the number of the cell that prints it."""

    cell: int
    question: str
    options: dict[str, str]


class Page:
    """The questions of a notebook, from top to bottom."""

    def __init__(self, cells: Iterable[tuple[str, str]]):
        """Take a notebook's cells in order, each as its kind and its text."""
        self._cells = list(cells)
        found = (
            one
            for n, (kind, text) in enumerate(self._cells)
            if kind == "markdown" and len(text) <= LONGEST
            for one in listed(text, n)
        )
        self._listed = list(islice(found, MOST))

    def printed(self, name: str, questions: Iterable[str]) -> Iterator[Listed]:
        """What is printed for a question, with its options by letter, the nearest above it first.

        Args:
            name: of the question, by which a cell answers it.
            questions: every wording in which it may be printed.
        """
        called = re.compile(rf"\b{re.escape(name)}\b")
        code = [n for n, (kind, text) in enumerate(self._cells) if kind == "code"
                and called.search(text)]  # fmt: skip
        last = code[-1] if code else len(self._cells)
        known = {bare(question) for question in questions}
        asked = [one for one in self._listed if bare(one.question) in known]
        if not asked:  # somebody has reworded it
            asked = [one for one in self._listed if one.cell < last][-1:] if code else []
        above = [one for one in asked if one.cell < last]
        yield from [*reversed(above), *asked[len(above) :]][:FEW]


def listed(text: str, cell: int = 0) -> list[Listed]:
    """The questions in a Markdown text, but for those that an update put there beside another."""
    found: list[Listed] = []
    if text.startswith((OFFERED, SET_ASIDE)):
        return found
    question, options, follows = "", dict[str, str](), ""
    for line in text.splitlines():
        match = OPTION.fullmatch(line.rstrip())
        if match and match[1] not in options:
            follows = match[1]
            options[follows] = match[2]
            if len(options) == 2:
                found.append(Listed(cell, question, options))
        elif match or not line.strip():
            follows = ""
        elif follows:  # an option that goes on in the next line
            options[follows] += f" {line.strip()}"
        else:
            question, options = line.strip(), {}
    return found


def bare(text: str) -> str:
    """A text as it is compared: without marks, spaces or capitals that say nothing."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).replace("−", "-").replace("–", "-")
    plain = plain.replace("(every right one)", "")
    return re.sub(r"[\s*_`~\\]+", " ", plain).casefold().strip(" .;:")


def pair(printed: Mapping[str, str], options: Mapping[str, str]) -> dict[str, str] | None:
    """The option that each printed letter stands for; None where they are not these options.

    Every option is stood for once at most. Where all the others are there, what is left is the one
    that is lacking; else a text that was mended is the one that is most like it.

    Args:
        printed, options: texts by letter.
    """
    mine = {letter: bare(text) for letter, text in printed.items()}
    theirs = {letter: bare(text) for letter, text in options.items()}
    if not mine or len(mine) > len(theirs) or len({*mine.values()}) < len(mine):
        return None
    by_text = {text: letter for letter, text in theirs.items()}
    found = {letter: by_text[text] for letter, text in mine.items() if text in by_text}
    left = mine.keys() - found.keys()
    lacking = theirs.keys() - {*found.values()}
    if len(left) == len(lacking) == 1 and len(mine) > 2:
        found[left.pop()] = lacking.pop()
    _mended(mine, theirs, found)
    return found if found.keys() == mine.keys() else None


def same(printed: Mapping[str, str], options: Mapping[str, str]) -> int:
    """How many of the printed options are these word for word."""
    theirs = {bare(text) for text in options.values()}
    return sum(bare(text) in theirs for text in printed.values())


def _mended(mine: dict[str, str], theirs: dict[str, str], found: dict[str, str]) -> None:
    """Add what was changed in a few letters: each the other's nearest, with the same numbers."""
    open_ = [letter for letter in mine if letter not in found]
    free = [letter for letter in theirs if letter not in found.values()]
    alike = {(m, t): _alike(mine[m], theirs[t]) for m in open_ for t in free}
    for (m, t), share in alike.items():
        rivals = [s for (a, b), s in alike.items() if (a == m) != (b == t)]
        if share >= ALIKE and share > max(rivals, default=0.0):
            found[m] = t


def _alike(one: str, other: str) -> float:
    """The share of two texts that is the same; 0 where a number differs, or they are short."""
    if min(len(one), len(other)) < SHORT or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0
    return SequenceMatcher(None, one[:LONG], other[:LONG], autojunk=False).ratio()
