"""What a learner has tried, passed and asked for, as one kernel sees it and adds to it.

Any number of kernels share one file. None writes what it remembers: each keeps a list of what *it*
did and has not yet written, and puts that into the file as it stands, under a lock. So an old copy
cannot come back, nothing is counted twice, and what could not be written waits for the next time.
"""

import copy
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursekit.checking import Result
from coursekit.learning.progressfile import Attempt, Book, Unusable, change, read

OUTSIDE = (
    "your progress is not saved, because this notebook runs outside a workspace; "
    "`coursekit lab` makes one and opens it."
)
GONE = (
    "your progress is not saved: the workspace {} is not there any more (renamed, moved or "
    "removed?). Give it that name again, or stop JupyterLab and open it where it is: "
    "coursekit lab DIR. Until then this kernel remembers it."
)
UNSAVED = (
    "your progress could not be saved ({}). The check itself is not affected, and what is not "
    "saved yet is saved with the next check that can."
)


@dataclass(frozen=True)
class _Done:
    """One thing that the learner did; `do` changes an exercise's history, None forgets it."""

    exercise: str  # "" for all of them
    when: float
    do: Callable[[Attempt], None] | None
    waited: bool = False  # it could not be written at first

    def into(self, book: Book) -> None:
        forgotten = max(book.forgotten.get(name, -math.inf) for name in ("", self.exercise))
        if self.do is None:
            book.forget(self.exercise, self.when)
        elif not (self.waited and self.when < forgotten):
            self.do(book.exercises.setdefault(self.exercise, Attempt()))


@dataclass
class Attempts:
    """All exercises' histories, by exercise name.

    Args:
        path: the file; None keeps them in memory only.
        tell: is given what the learner should know, once each.
    """

    path: Path | None = None
    tell: Callable[[str], object] = print
    _waiting: list[_Done] = field(default_factory=list)
    _seen: Book = field(default_factory=Book)  # the file, when it was last read
    _told: set[str] = field(default_factory=set)
    _one_thread: threading.RLock = field(default_factory=threading.RLock)

    @property
    def by_name(self) -> dict[str, Attempt]:
        """The histories as they are now, with what other kernels have done."""
        return self._agree().exercises

    def record(self, result: Result) -> int:
        """Count a check and save; returns which attempt it was. Stubs and failed checks do not."""
        if result.status in ("unsolved", "missing", "judge_failed"):
            return self.by_name.get(result.exercise, Attempt()).checks
        now = time.time()

        def checked(seen: Attempt) -> None:
            if seen.last == now:  # the process was interrupted just after writing this
                return
            seen.lesson = result.lesson
            seen.checks += 1
            seen.first = min(seen.first, now) if seen.first else now
            seen.passed = seen.passed or result.passed
            seen.score, seen.max = max(seen.score, float(result.score)), float(result.max)
            if now > seen.last:
                seen.last, seen.status, seen.diagnosis = now, result.status, result.diagnosis

        return self._do(_Done(result.exercise, now, checked)).exercises[result.exercise].checks

    def hint(self, exercise: str, lesson: str, last: int) -> int:
        """Count a hint; returns which one to show, from 0; after `last` that one again."""
        shown = min(self.by_name.get(exercise, Attempt()).hints, last)

        def asked(seen: Attempt) -> None:
            seen.lesson, seen.hints = lesson, max(seen.hints, shown + 1)

        self._do(_Done(exercise, time.time(), asked))
        return shown

    def forget(self, exercise: str = "") -> None:
        """Forget one exercise's history, or all, for every kernel."""
        self._do(_Done(exercise, time.time(), None))

    def _do(self, done: _Done) -> Book:
        with self._one_thread:
            self._waiting.append(done)
            return self._agree()

    def _agree(self) -> Book:
        """Write what is waiting, and return what the file then holds; no failure is raised."""
        with self._one_thread:
            try:
                self._write_and_read()
            except Unusable as error:
                self._say("unusable", str(error))
            except OSError as error:
                self._say("unsaved", UNSAVED.format(error.strerror or error))
            if not self._waiting:
                return copy.deepcopy(self._seen)
            self._waiting = [replace(done, waited=True) for done in self._waiting]
            return _with(self._seen, self._waiting)

    def _write_and_read(self) -> None:
        if self.path is None:
            return self._say("outside", OUTSIDE)
        if not (folder := self.path.parent.parent).is_dir():
            return self._say("gone", GONE.format(folder))
        try:
            if self._waiting:
                todo = list(self._waiting)
                self._seen = change(self.path, lambda book: _put(todo, book), self.tell)
                self._waiting = []
                self._told.clear()
                return
        except (OSError, Unusable):
            self._seen = read(self.path)  # what others have done can still be shown
            raise
        self._seen = read(self.path)

    def _say(self, what: str, words: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.tell(words)


def _put(todo: Iterable[_Done], book: Book) -> None:
    for done in todo:
        done.into(book)


def _with(book: Book, todo: Iterable[_Done]) -> Book:
    own = copy.deepcopy(book)
    _put(todo, own)
    return own
