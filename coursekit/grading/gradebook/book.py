"""A gradebook, open: one process writes it, with a transaction per submission."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import URL, Connection, Engine, and_, delete, func, select, update

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.gradebook import policy, stored
from coursekit.grading.gradebook.adjust import Override
from coursekit.grading.gradebook.connect import open_engine, writing
from coursekit.grading.gradebook.entering import Conditions, choose, enter, fitting, put, remembered
from coursekit.grading.gradebook.entry import Entry, of_row
from coursekit.grading.gradebook.tables import meta, overrides, results, students, submissions
from coursekit.grading.intake import roster
from coursekit.grading.intake.roster import Person
from coursekit.grading.intake.submission import Submission
from coursekit.grading.reports.results import SubmissionReport


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

    @contextmanager
    def writes(self) -> Iterator[Connection]:
        """A transaction that writes; it breaks the seal of the last run."""
        with self.writer.begin() as connection:
            connection.execute(delete(meta).where(meta.c.name == "seal"))
            yield connection

    def seal(self, text: str) -> None:
        """Keep the seal of a run that has finished, until anything else is written."""
        with self.writer.begin() as connection:
            put(connection, meta, {"name": "seal"}, {"value": text})

    def recall(self, name: str) -> str | None:
        """What is kept under a name: seed, settings, policy; None if nothing is."""
        with self.engine.connect() as connection:
            return remembered(connection, name)

    def keep(self, **values: str) -> None:
        """Keep values under their names."""
        with self.writes() as connection:
            for name, value in values.items():
                put(connection, meta, {"name": name}, {"value": value})

    def hand_in(self, found: Sequence[Submission], conditions: Conditions) -> dict[int, Submission]:
        """Enter a run's submissions; those to be graded, by the row that `record` takes."""
        with self.writes() as connection:
            counting = enter(connection, found)
            done = fitting(connection, conditions)
            choose(connection, {row: done.get(row) for row in counting})
        return {row: one for row, one in counting.items() if row not in done}

    def people(self) -> dict[str, Person]:
        """Everybody in the class by id, where its roster was given."""
        known = roster.from_text(self.recall("roster"))
        return known.by_id if known else {}

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
        with self.writes() as connection:
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
            run = int(remembered(connection, "run") or 0)
            if last_run:
                asked = asked.where(rows.c.run == run)
            found = connection.execute(asked).all()
            plan = policy.from_text(remembered(connection, "policy"))
            known = roster.from_text(remembered(connection, "roster"))
        given, people = self.overrides(), known.by_id if known else {}
        made = [
            of_row(row, plan, given.get((row.name, row.lesson), {}), people.get(row.name), run)
            for row in found
        ]
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
        with self.writes() as connection:
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
        with self.writes() as connection:
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
        with self.writes() as connection:
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
