"""What the page does at the gradebook: look, mark, take back, undo."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit import exercises
from coursekit.checking.questions.prose import Manual
from coursekit.errors import GradeError
from coursekit.grading import by_hand, marks
from coursekit.grading.by_hand import Answer, Key
from coursekit.grading.gradebook import Gradebook, Override
from coursekit.grading.reports import order
from coursekit.terminal import printable

REASONS = 50  # that are offered again


@dataclass(frozen=True)
class Question:
    """What is marked together: one exercise or question of a lesson, and how far that has come."""

    lesson: str
    exercise: str
    count: int
    left: int  # without a mark, or with one for an older answer

    @property
    def label(self) -> str:
        done = f"{self.left} of {self.count} to mark" if self.left else f"all {self.count} marked"
        return f"{self.exercise}: {done}"

    @property
    def title(self) -> str:
        return order.title(self.lesson)


class Desk:
    """One marker's desk. Every mark is in the gradebook before its method returns.

    Args:
        by: who marks, as it is kept.
        packs: files of other courses' exercises, from which a question's words are taken.
    """

    def __init__(self, book: Gradebook, by: str, packs: Sequence[Path] = ()):
        self.book, self.by = book, by
        self.changed = False
        self._lock = threading.Lock()  # one deed at a time: what is undone is what came last
        self._found: tuple[object, list[Answer]] = (None, [])  # as of when, and what
        self._given: tuple[object, by_hand.Marks] = (None, {})
        self._done: list[tuple[Key, Override | None, str]] = []  # what was; when what came
        for pack in packs:
            if pack.is_file():
                exercises.name_pack(pack)

    def answers(self, lesson: str = "", exercise: str = "") -> list[Answer]:
        """All answers, or those to one question, with the marks that there are by now."""
        found, given = self._now()
        asked = [a for a in found if not lesson or a.key[1:] == (lesson, exercise)]
        return by_hand.with_marks(asked, given)

    def questions(self) -> list[Question]:
        """What there is to mark, in the course's order."""
        every = self.answers()
        count = Counter(a.key[1:] for a in every)
        left = Counter(a.key[1:] for a in every if not a.done)
        return [Question(*key, count[key], left[key]) for key in count]

    def asked(self, lesson: str, exercise: str) -> tuple[str, tuple[str, ...]]:
        """A prose question's words and what a good answer holds; nothing of what is none."""
        try:
            task = exercises.load(lesson).get(exercise)
        except Exception:  # a pack that is gone, or that needs what is not installed
            return "", ()
        return (task.question, task.rubric) if isinstance(task, Manual) else ("", ())

    def reasons(self, lesson: str, exercise: str) -> list[str]:
        """Reasons that were given before, the most frequent of this question first."""
        count: Counter[tuple[bool, str]] = Counter()
        for (_, of), given in self._now()[1].items():
            for name, one in given.items():
                count[(of, name) == (lesson, exercise), one.reason] += bool(one.reason)
        common = sorted(count, key=lambda pair: (not pair[0], -count[pair], pair[1]))
        return [*dict.fromkeys(reason for _, reason in common if reason)][:REASONS]

    def mark(self, key: Key, points: str, reason: str, seen: str) -> Answer:
        """Give points; the answer as it is then.

        Args:
            points: as they were typed.
            seen: when the mark that the page shows was made, "" if it shows none.

        Raises:
            GradeError: there is no such answer, no such number of points, or another mark by now.
        """
        reason = printable(reason.strip(), lines=True)
        if len(reason) > marks.REASON:
            raise GradeError(f"a reason has up to {marks.REASON} characters; got {len(reason)}")

        def give(answer: Answer) -> str:
            score = marks.points(points, answer.max)
            return self.book.mark([answer.marked(score, reason, self.by)], self.by)

        return self._do(key, seen, give)

    def take_back(self, key: Key, seen: str) -> Answer:
        """Leave an answer without a mark; the answer as it is then.

        Raises:
            GradeError: there is no such answer, no mark, or another one by now.
        """

        def give(answer: Answer) -> str:
            self.book.withdraw(*key, self.by)
            return ""

        return self._do(key, seen, give)

    def undo(self) -> Answer:
        """Put back what was there before the last deed of this desk; the answer as it is then.

        Raises:
            GradeError: nothing is left to undo, or somebody else has marked that answer since.
        """
        with self._lock:
            if not self._done:
                raise GradeError("there is nothing to undo")
            key, before, came = self._done.pop()
            self._see_unchanged(self._one(key), came)
            if before is None:
                self.book.withdraw(*key, self.by)
            else:
                self.book.mark([before], self.by)
            return self._one(key)

    def _now(self) -> tuple[list[Answer], by_hand.Marks]:
        """The answers and marks that there are, read again where somebody graded or marked."""
        graded, marked = by_hand.stamp(self.book)
        if self._found[0] != graded:
            self._found = (graded, by_hand.of_book(self.book))
        if self._given[0] != (graded, marked):
            self._given = ((graded, marked), self.book.overrides())
        return self._found[1], self._given[1]

    def _do(self, key: Key, seen: str, give: Callable[[Answer], str]) -> Answer:
        with self._lock:
            answer = self._one(key)
            self._see_unchanged(answer, seen)
            came = give(answer)
            self.changed = True
            self._done.append((key, answer.mark, came))
            return self._one(key)

    def _one(self, key: Key) -> Answer:
        found = next((a for a in self.answers(*key[1:]) if a.key == key), None)
        if found is None:
            raise GradeError("that answer is no longer there; load the page again")
        return found

    def _see_unchanged(self, answer: Answer, seen: str) -> None:
        mark = answer.mark
        if seen != (mark.made if mark else ""):
            now = f"{mark.said} by {mark.by or 'somebody'}" if mark else "no points"
            raise GradeError(
                f"{answer.name} has {now} since this was shown; nothing was changed, load it again"
            )
