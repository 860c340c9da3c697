"""A mistake as an edit of the right answer: what it says, where that stands, what comes of it.

    eps_missing: eps is nowhere: a feature that never changes has variance 0, and 0 / 0 is not
        a number.
    - np.sqrt(var + eps)
    + np.sqrt(var)

A name and a sentence for its author, then one edit or more: what stands in the right answer, and
what stands there instead. More than one line goes in the way that it stands, moved to the left. No
line with a plus takes the text away; a line that begins with # is a comment.
"""

import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from coursekit.errors import ExerciseError


class Edit(NamedTuple):
    """One text of the right answer, and the text that stands there instead."""

    old: str
    new: str
    line: int  # where it was written

    def __str__(self) -> str:
        sides = (("-", self.old), ("+", self.new))
        return "\n".join(f"{sign} {row}" for sign, text in sides for row in text.splitlines())


@dataclass
class Slip:
    """One entry: a name, what its author is told, and its edits."""

    name: str
    explanation: str
    edits: tuple[Edit, ...]
    line: int


def read(text: str, first: int = 1) -> Iterator[Slip]:
    """The entries of a text whose first line has that number.

    Raises:
        ExerciseError: a line is none of those that are known; says which.
    """
    slip: Slip | None = None
    old: list[str] = []
    new: list[str] = []
    began = 0

    def close() -> None:
        if slip and old:
            edit = Edit(_block(old), _block(new), began)
            if not edit.old:
                raise ExerciseError(f"line {began}: a line with - says what stands there now")
            slip.edits += (edit,)
            old.clear()
            new.clear()

    for number, line in enumerate([*text.splitlines(), "."], first):
        sign, rest = line[:1], line[2:]
        if sign and sign in "-+":
            if line[1:2].strip():
                raise ExerciseError(f"line {number}: {sign} is followed by a space")
            if slip is None or (sign == "+" and not old):
                before = "the name of a mistake" if slip is None else "a line with -"
                raise ExerciseError(f"line {number}: {before} comes before a line with {sign}")
            if sign == "-" and new:
                close()
            began = began if old else number
            (old if sign == "-" else new).append(rest)
            continue
        close()
        if not line.strip() or sign == "#":
            continue
        name, colon, words = line.partition(": ")
        head = bool(colon) and not any(map(str.isspace, name)) and words.strip()
        if head or line == ".":
            if slip:
                if not slip.edits:
                    raise ExerciseError(f"line {slip.line}: {slip.name} changes nothing")
                yield slip
            slip = Slip(name, words.strip(), (), number)
        elif slip and not slip.edits and sign == " ":
            slip.explanation += " " + line.strip()
        else:
            raise ExerciseError(
                f"line {number}: a mistake begins with `name: sentence`, its edits with - and +; "
                f"this is {line.strip()[:40]!r}"
            )


def _block(lines: list[str]) -> str:
    if len(lines) == 1:
        return lines[0].strip()
    return textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip()


class Place(NamedTuple):
    """Where an edit's old text stands in a source, and what stands there instead."""

    start: int
    end: int
    new: str


def place(source: str, edit: Edit) -> Place:
    """Where an edit is to be made.

    Raises:
        ExerciseError: its old text does not stand there exactly once.
    """
    head, found = edit.old.partition("\n")[0], []
    start = source.find(head)
    while start >= 0:
        row = source[source.rfind("\n", 0, start) + 1 :]
        indent = row[: len(row) - len(row.lstrip())]
        if source.startswith(old := _indented(edit.old, indent), start):
            found.append(Place(start, start + len(old), _indented(edit.new, indent)))
        start = source.find(head, start + 1)
    if len(found) != 1:
        often = f"{len(found)} times" if found else "nowhere"
        more = ": take more of what is around it" if found else ""
        words = f"{edit.old!r} stands {often} in the right answer; once is needed{more}"
        raise ExerciseError(f"line {edit.line}: {words}")
    return found[0]


def _indented(text: str, indent: str) -> str:
    first, *others = text.split("\n")
    return "\n".join([first, *(row and indent + row for row in others)])


def apart(source: str, one: tuple[Edit, ...], other: tuple[Edit, ...]) -> bool:
    """True if two lots of edits change different places of a source."""
    mine, theirs = ([place(source, edit) for edit in edits] for edits in (one, other))
    return all(a.end <= b.start or b.end <= a.start for a in mine for b in theirs)


def check(source: str, edits: tuple[Edit, ...]) -> None:
    """Raise what `edited` would, sooner: an exercise is imported more often than edited."""
    if len(edits) > 1 or source.count(edits[0].old) != 1:
        edited(source, edits)


def edited(source: str, edits: tuple[Edit, ...]) -> str:
    """The source with all edits made.

    Raises:
        ExerciseError: one cannot be made, or two change the same place.
    """
    places = sorted((place(source, edit) for edit in edits), reverse=True)
    for later, earlier in pairwise(places):
        if earlier.end > later.start:
            raise ExerciseError(f"line {edits[0].line}: two edits change the same place")
    for start, end, new in places:
        source = source[:start] + new + source[end:]
    return source


@lru_cache(maxsize=256)
def source_of(right: Callable) -> str:
    """A function's or a class's source, without its decorators.

    Raises:
        OSError, TypeError: it cannot be read.
    """
    file = inspect.getfile(right)
    linecache.checkcache(file)  # a pack may have been edited since
    lines = linecache.getlines(file)
    head = (f"def {right.__name__}(", f"class {right.__name__}(", f"class {right.__name__}:")
    starts = [n for n, line in enumerate(lines) if line.startswith(head)]
    if len(starts) == 1:  # most are found so, in a fiftieth of the time that inspect takes
        after = range(starts[0] + 1, len(lines))
        end = next((n for n in after if lines[n][0] not in " \t\n#)"), len(lines))
        while lines[end - 1][0] in "#\n":
            end -= 1
        source = "".join(lines[starts[0] : end]).rstrip()
        if not (source.count('"""') % 2 or source.count("'''") % 2):  # it ends inside no text
            return source
    lines = textwrap.dedent(inspect.getsource(right)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
    return "\n".join(lines[start:])


def beside(right: Callable) -> Path:
    """The file of a right answer's edits; it need not be there."""
    return Path(inspect.getfile(right)).with_name(f"{right.__name__}_mistakes.txt")


def made(right: Callable, name: str, edits: tuple[Edit, ...]) -> Callable:
    """The function or class that the edits make of the right answer, beside the same names.

    Raises:
        ExerciseError: what comes of it is no Python.
    """
    source = edited(source_of(right), edits)
    file = f"<{right.__name__} as {name}>"
    names = {"np": np, **vars(sys.modules[right.__module__])}
    try:
        exec(compile(source, file, "exec"), names)
    except SyntaxError as error:
        words = f"line {edits[0].line}: {name} is no Python: {error.msg}"
        raise ExerciseError(f"{words}, in {(error.text or '').strip()!r}") from error
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return names[right.__name__]
