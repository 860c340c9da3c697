"""How long a lesson takes: its core, and what stands under headings marked as optional.

    ## Another dataset
    {{optional}}

marks a section, up to the next heading that is not below its own. Counted are its words, at the
pace of a careful reader, its exercises' own minutes and its questions; then a margin, since people
stop, run cells and think. What is folded, and what nobody works through, is not counted.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from coursekit.authoring.cells import Cell, read
from coursekit.checking import Exercise, Task
from coursekit.errors import BuildError

WORDS_A_MINUTE, A_QUESTION, MARGIN, ROUND = 180, 0.75, 1.3, 5
MARK = "{{optional}}"
NOT_WORKED_THROUGH = ("Stretch goal", "References")
HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
TASK = re.compile(r"^\{\{(exercise|quiz|predict) (\w+)\}\}$", re.MULTILINE)
FOLDED = re.compile(r"<details>.*?</details>|```.*?```", re.DOTALL)  # and code
AS_ONE_WORD = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]+`|\{\{.*?\}\}", re.DOTALL)


class Minutes(NamedTuple):
    """Of a learner who does every exercise, to five minutes."""

    core: int
    optional: int = 0

    def __str__(self) -> str:
        more = f", optional parts {self.optional} more" if self.optional else ""
        return f"about {self.core} minutes{more}"

    @property
    def short(self) -> str:
        """As a table has it: 70, or 70 + 25."""
        return f"{self.core} + {self.optional}" if self.optional else f"{self.core}"


def count(source: Path, tasks: Mapping[str, Task]) -> Minutes:
    """The minutes of a lesson's core and of its optional parts.

    Raises:
        BuildError: a mark stands elsewhere than under a heading.
    """
    spent = {False: 0.0, True: 0.0}
    for text, optional in _parts(source, source.read_text("utf-8")):
        spent[optional] += minutes(text, tasks)
    return Minutes(*(_rounded(spent[optional]) for optional in (False, True)))


def reached(source: Path, tasks: Mapping[str, Task]) -> dict[str, float]:
    """The minutes after which each exercise of a lesson's core is done; "" stands for its end.

    Raises:
        BuildError: a mark stands elsewhere than under a heading.
    """
    found, spent = dict[str, float](), 0.0
    for text, optional in _parts(source, source.read_text("utf-8")):
        if not optional:
            spent += MARGIN * minutes(text, tasks)
            names = [name for kind, name in TASK.findall(text) if kind == "exercise"]
            found |= {name: spent for name in names}
    return found | {"": spent}


def minutes(text: str, tasks: Mapping[str, Task]) -> float:
    """How long some prose with its tasks takes, the margin left out."""
    spent = 0.0
    for kind, name in TASK.findall(text):
        task = tasks.get(name)
        spent += task.minutes if isinstance(task, Exercise) else A_QUESTION * (kind != "exercise")
    plain = AS_ONE_WORD.sub(" x ", TASK.sub(" ", text))
    plain = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", plain)
    return spent + len(re.findall(r"\w[\w’'.,/–-]*", plain)) / WORDS_A_MINUTE


@cache
def _parts(source: Path, text: str) -> tuple[tuple[str, bool], ...]:
    """The parts of a lesson whose text is this one: tables ask for them again and again."""
    return tuple(parts(source, read(source)))


def parts(source: Path, cells: list[Cell]) -> Iterator[tuple[str, bool]]:
    """The prose of a lesson, a heading and what is below it at a time; True for what is optional.

    Raises:
        BuildError: a mark stands elsewhere than under a heading.
    """
    under = 0  # the level of the heading whose section is optional; 0 outside
    skipped = False
    for cell in cells:
        if cell.kind != "markdown":
            continue
        text = FOLDED.sub("", cell.source)
        starts = [m.start() for m in HEADING.finditer(text)]
        for begin, end in zip([0, *starts], [*starts, len(text)], strict=True):
            part, marked = text[begin:end], False
            if heading := HEADING.match(part):
                level, below = len(heading[1]), part[heading.end() :].strip()
                marked = below.partition("\n")[0] == MARK
                skipped = heading[2].startswith(NOT_WORKED_THROUGH)
                if level <= under:
                    under = 0
                if marked and not under:
                    under = level
            if part.count(MARK) != marked:
                raise BuildError(source, cell.line, f"{MARK} stands alone right under a heading")
            if not skipped:
                yield part.replace(MARK, ""), bool(under)


def _rounded(spent: float) -> int:
    return ROUND * max(round(MARGIN * spent / ROUND), 1 if spent else 0)
