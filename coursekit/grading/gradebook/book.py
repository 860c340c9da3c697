"""A gradebook, open: one process writes it, with a transaction per submission."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Engine, and_, delete, func, select, update

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.gradebook import policy, stored
from coursekit.grading.gradebook.adjust import Override, adjusted
from coursekit.grading.gradebook.connect import open_engine, writing
from coursekit.grading.gradebook.entering import Conditions, choose, enter, fitting, put, remembered
from coursekit.grading.gradebook.tables import meta, overrides, results, students, submissions
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.reports.results import SubmissionReport


@dataclass(frozen=True)
class Entry:
    """One submission that counts, as it stands in the gradebook."""

    student: str
    lesson: str
    file: str
    hash: str
    attempt: int
    attempts: int
    judged: SubmissionReport | None  # by the judge alone; None: it is still to be graded
    report: SubmissionReport | None  # the same with overrides and policy
    overrides: tuple[Override, ...] = ()


class Gradebook:
    """A gradebook in a database; made by `Gradebook.open`."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.writer = writing(engine)

    @classmethod
    @contextmanager
    def open(cls, url: URL, *, create: bool = False) -> Iterator["Gradebook"]:
        """The gradebook at a URL.

        Raises:
            GradeError: see open_engine.
        """
        with open_engine(url, create=create) as engine:
            yield cls(engine)

    def recall(self, name: str) -> str | None:
        """What is kept under a name: seed, settings, policy; None if nothing is."""
        with self.engine.connect() as connection:
            return remembered(connection, name)

    def keep(self, **values: str) -> None:
        """Keep values under their names."""
        with self.writer.begin() as connection:
            for name, value in values.items():
                put(connection, meta, {"name": name}, {"value": value})

    def hand_in(self, found: Sequence[Submission], conditions: Conditions) -> dict[int, Submission]:
        """Enter a run's submissions; those to be graded, by the row that `record` takes."""
        with self.writer.begin() as connection:
            counting = enter(connection, found)
            done = fitting(connection, conditions)
            choose(connection, {row: done.get(row) for row in counting})
        return {row: one for row, one in counting.items() if row not in done}

    def record(self, row: int, report: SubmissionReport, conditions: Conditions) -> None:
        """Write what came of a submission, in one transaction."""
        key = {
            "submission_id": row,
            "version": conditions.versions.get(report.lesson, ""),
            "seed": conditions.seed,
            "sandbox": conditions.sandbox,
        }
        values = {
            "timeout": conditions.timeout,
            "total": conditions.total,
            "current": True,
            "stale": report.again,
            "ungraded": report.ungraded,
            "status": report.status,
            "score": report.score,
            "max": report.max,
            "report": stored.to_text(report),
        }
        with self.writer.begin() as connection:
            others = update(results).where(results.c.submission_id == row)
            connection.execute(others.values(current=False))
            put(connection, results, key, values)

    def entries(self, *, last_run: bool = False) -> list[Entry]:
        """What counts, sorted by student and file; if asked, only what was part of the last run."""
        last = func.max(submissions.c.attempt).over(
            partition_by=(submissions.c.student_id, submissions.c.lesson)
        )
        rows = select(submissions, last.label("attempts")).subquery()
        current = and_(results.c.submission_id == rows.c.id, results.c.current)
        asked = (
            select(rows, students.c.name, results.c.report)
            .join(students, students.c.id == rows.c.student_id)
            .outerjoin(results, current)
            .where(rows.c.counts)
        )
        with self.engine.connect() as connection:
            if last_run:
                asked = asked.where(rows.c.run == int(remembered(connection, "run") or 0))
            found = connection.execute(asked).all()
            plan = policy.from_text(remembered(connection, "policy"))
        given = self.overrides()
        made = [_entry(row, plan, given.get((row.name, row.lesson), {})) for row in found]
        return sorted(made, key=lambda entry: (entry.student, entry.file))

    def overrides(self) -> dict[tuple[str, str], dict[str, Override]]:
        """Every override: {(student, lesson): {exercise: override}}."""
        asked = select(overrides, students.c.name).join(students).order_by(overrides.c.exercise)
        found: dict[tuple[str, str], dict[str, Override]] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(asked):
                found.setdefault((row.name, row.lesson), {})[row.exercise] = Override(
                    row.name, row.lesson, row.exercise, row.score, row.reason, row.made
                )
        return found

    def override(self, one: Override, above_maximum: bool = False) -> None:
        """Give points by hand; they outlive every regrade.

        Args:
            above_maximum: there may be more of them than the exercise or the lesson has.

        Raises:
            GradeError: nobody handed that in, the lesson has no such exercise, or too many points.
        """
        most = self._maximum(one)
        if one.score > most and not above_maximum:
            why = "" if most else " (the policy's [questions] can give it some)"
            raise GradeError(
                f"{one.score:g} is above the maximum of {one.exercise or one.lesson}, which is "
                f"{most:g}{why}; to give more on purpose, add --above-maximum"
            )
        key = {"lesson": one.lesson, "exercise": one.exercise}
        made = one.made or datetime.now(UTC).isoformat(timespec="seconds")
        values = {"score": one.score, "reason": one.reason, "made": made}
        with self.writer.begin() as connection:
            student = connection.scalar(select(students.c.id).where(students.c.name == one.student))
            put(connection, overrides, {"student_id": student, **key}, values)

    def withdraw(self, student: str, lesson: str, exercise: str) -> None:
        """Take an override back.

        Raises:
            GradeError: there is none.
        """
        whose = select(students.c.id).where(students.c.name == student).scalar_subquery()
        c = overrides.c
        at = and_(c.student_id == whose, c.lesson == lesson, c.exercise == exercise)
        with self.writer.begin() as connection:
            if not connection.execute(delete(overrides).where(at)).rowcount:
                raise GradeError(f"{student} has no points by hand for {exercise or lesson}")

    def regrade(self, student: str | None = None, lesson: str | None = None) -> int:
        """Mark results so that the next run makes them again; how many they are.

        Args:
            student, lesson: only theirs.
        """
        chosen = select(submissions.c.id).join(students).where(submissions.c.counts)
        for column, wanted in ((students.c.name, student), (submissions.c.lesson, lesson)):
            if wanted is not None:
                chosen = chosen.where(column == wanted)
        marked = update(results).where(results.c.submission_id.in_(chosen), results.c.current)
        with self.writer.begin() as connection:
            return connection.execute(marked.values(stale=True)).rowcount

    def _maximum(self, one: Override) -> float:
        """The most points that there are; refuses an override for what is not there."""
        every = self.entries()
        mine = [entry for entry in every if entry.student == one.student]
        if not mine:
            names = {entry.student for entry in every}
            raise GradeError(
                f"{one.student!r} handed nothing in.{did_you_mean(one.student, names)}"
            )
        entry = next((e for e in mine if e.lesson == one.lesson), None)
        if entry is None:
            lessons = ", ".join(e.lesson for e in mine)
            raise GradeError(f"{one.student!r} handed in {lessons}, not {one.lesson!r}")
        if entry.report is None:
            raise GradeError(f"{entry.file} is not graded yet; run `coursekit grade` first")
        if not one.exercise:
            return entry.report.max
        points = {result.exercise: result.max for result in entry.report.results}
        if one.exercise not in points:
            guess = did_you_mean(one.exercise, points) or f" It has {', '.join(sorted(points))}"
            raise GradeError(f"{one.lesson} has no exercise {one.exercise!r}.{guess}")
        return points[one.exercise]


def _entry(row: Any, plan: policy.Policy, given: dict[str, Override]) -> Entry:
    judged = report = None
    if row.report is not None:
        judged = stored.from_text(row.report)
        notes = (*json.loads(row.notes), *judged.notes)
        judged = replace(judged, student=row.name, file=row.file, notes=notes)
        report = adjusted(judged, plan, given, row.handed_in, row.late)
    return Entry(
        row.name, row.lesson, row.file, row.hash, row.attempt, row.attempts,
        judged, report, tuple(given.values()),
    )  # fmt: skip
