"""The file that a workspace keeps its learner's progress in: read as it is, changed under a lock.

    workspace/.coursekit/progress.json     {"version": 1, "exercises": {"batch_norm": {…}}}
    workspace/.coursekit/progress.lock     empty

What this version of the course does not know of it is written back as it was. What is no such file
is set aside, never overwritten; what cannot be read stays, and nothing is saved.
"""

import copy
import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from coursekit.files import write_whole
from coursekit.learning.locks import locked
from coursekit.renamed import now

VERSION = 1
WAIT_SECONDS = 5.0  # for other kernels, each of which takes milliseconds
NEWER = (
    "your progress is not saved: a newer version of the course wrote the progress file, in a form "
    "that this one does not know. It stays as it is; update coursekit."
)


class Unusable(Exception):
    """The file is there and is not to be touched; says why, to the learner."""


@dataclass
class Attempt:
    """One exercise's history: how often checked, best score, last diagnosis, hints read."""

    lesson: str = ""
    checks: int = 0
    passed: bool = False
    score: float = 0.0
    max: float = 0.0
    status: str = "unsolved"
    diagnosis: str | None = None
    hints: int = 0
    first: float = 0.0  # Unix seconds of the first check
    last: float = 0.0
    other: dict[str, Any] = field(default_factory=dict)  # what a newer course wrote

    @classmethod
    def of(cls, stored: Any) -> "Attempt":
        """Read an entry.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(stored, dict):
            raise ValueError("no entry")
        known = {k: stored[k] for k in KINDS if k in stored}
        for name, value in known.items():
            kinds = KINDS[name]
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise ValueError(name)
            if isinstance(value, float | int) and not (math.isfinite(value) and value >= 0):
                raise ValueError(name)
        return cls(**known, other={k: v for k, v in stored.items() if k not in KINDS})

    def stored(self) -> dict[str, Any]:
        """What `of` reads."""
        own = asdict(self)
        return own.pop("other") | own


KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("lesson", "status"), (str,)),
    **dict.fromkeys(("checks", "hints"), (int,)),
    **dict.fromkeys(("score", "max", "first", "last"), (float, int)),
    "passed": (bool,),
    "diagnosis": (str, type(None)),
}
assert KINDS.keys() == {each.name for each in fields(Attempt)} - {"other"}


def _together(one: Attempt, other: Attempt) -> Attempt:
    """Two histories of one exercise as one."""
    older, newer = sorted((one, other), key=lambda each: each.last)
    return replace(
        newer,
        checks=one.checks + other.checks,
        passed=one.passed or other.passed,
        score=max(one.score, other.score),
        max=newer.max or older.max,
        hints=max(one.hints, other.hints),
        first=min(filter(None, (one.first, other.first)), default=0.0),
        other=older.other | newer.other,
    )


@dataclass
class Book:
    """What the file holds: histories, when which were forgotten ("" for all), and the rest."""

    exercises: dict[str, Attempt] = field(default_factory=dict)
    forgotten: dict[str, float] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)

    def forget(self, exercise: str, when: float) -> None:
        """Forget one exercise's history, or all."""
        if exercise:
            self.exercises.pop(exercise, None)
        else:
            self.exercises.clear()
        self.forgotten[exercise] = when

    def rename(self) -> None:
        """Put what was done under an exercise's old name to its new one."""
        for name in [name for name in self.exercises if name != now(name)]:
            old = self.exercises.pop(name)
            self.exercises[now(name)] = _together(old, self.exercises.get(now(name), Attempt()))

    def stored(self) -> dict[str, Any]:
        """What `_book` reads."""
        entries = {name: attempt.stored() for name, attempt in self.exercises.items()}
        own = {"version": self.other.get("version", VERSION), "exercises": entries}
        return self.other | own | ({"forgotten": self.forgotten} if self.forgotten else {})


def read(path: Path) -> Book:
    """What the file holds; a file that is none, or is not there, holds nothing.

    Raises:
        OSError: it cannot be read.
        Unusable: it is a newer course's, in a form that this one does not know.
    """
    return _book(_content(path))[0]


def change(path: Path, edit: Callable[[Book], None], tell: Callable[[str], object]) -> Book:
    """Let `edit` change what the file holds now, while no other process can; returns that.

    Args:
        tell: is given the words where the file, or a part of it, was no progress and is set aside.

    Raises:
        OSError: it cannot be read or written. The folder above its own is never made.
        Unusable: it is a newer course's, in a form that this one does not know.
    """
    path.parent.mkdir(exist_ok=True)
    with locked(path.with_suffix(".lock"), WAIT_SECONDS):
        content = _content(path)
        book, whole = _book(content)
        if not whole:
            aside = path.with_name(f"{path.stem}.broken-{time.time_ns()}.json")
            write_whole(aside, content or b"", folders=False)
            tell(_aside(book, aside))
        before = copy.deepcopy(book)
        edit(book)
        if book != before or not whole:
            text = json.dumps(book.stored(), indent=1)
            write_whole(path.resolve(), text, folders=False)
        return book


def _aside(book: Book, aside: Path) -> str:
    which = "A part of the progress file" if book.exercises else "The progress file"
    return f"{which} could not be read; it is kept as {aside.name}."


def _content(path: Path) -> bytes | None:
    """The file's bytes; None if there is no file.

    Raises:
        OSError: it cannot be read, or is no file.
    """
    if path.is_file():
        return path.read_bytes()
    if os.path.islink(path):
        raise OSError(f"{path} is a link that leads nowhere")
    if os.path.lexists(path):  # a folder; or a pipe, which would be waited for
        raise OSError(f"{path} is not a file")
    return None


def _book(content: bytes | None) -> tuple[Book, bool]:
    """What the bytes hold, and whether that is all of it: False where they, or a part, are none.

    Raises:
        Unusable: see `read`.
    """
    if content is None:
        return Book(), True
    try:
        stored = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict):
        return Book(), False
    entries, forgotten = stored.pop("exercises", None), stored.pop("forgotten", {})
    book, whole = Book(other=stored), isinstance(entries, dict)
    for name, entry in entries.items() if whole else ():
        try:
            book.exercises[name] = Attempt.of(entry)
        except ValueError:
            whole = False
    book.rename()
    try:
        book.forgotten = {name: float(when) for name, when in forgotten.items()}
    except (ValueError, TypeError, AttributeError):
        whole = False
    version = stored.get("version")
    if not whole and isinstance(version, int | float) and version > VERSION:
        raise Unusable(NEWER)
    return book, whole
