"""A gradebook, open: one process writes it, with a transaction per submission."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import URL, Connection, Engine, and_, delete, func, select, update

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.gradebook import journal, policy, stored
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

    def newest_mark(self) -> int:
        """The number of the last mark by hand: who has seen it has missed none."""
        with self.engine.connect() as connection:
            return journal.newest(connection)

    def seal(self, text: str, seen: int) -> None:
        """Keep the seal of a run that has finished, until anything else is written.

        Args:
            seen: the newest mark that is in its reports; where one came since, there is no seal.
        """
        with self.writer.begin() as connection:
            if journal.newest(connection) == seen:
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
            told = {(*line[:3], line.made): line[6:] for line in journal.lines(connection)}
            for row in connection.execute(asked):
                key = (row.name, row.lesson, row.exercise)
                by, of = told.get((*key, row.made), ("", ""))
                one = Override(*key, row.score, row.reason, row.made, by, of)
                found.setdefault(key[:2], {})[row.exercise] = one
        return found

    def override(self, one: Override, above_maximum: bool = False) -> None:
        """Give points by hand; they outlive every regrade.

        Args:
            above_maximum: there may be more of them than the exercise or the lesson has.

        Raises:
            GradeError: nobody handed that in, the lesson has no such exercise, or too many points.
        """
        most, of = self._held(one)
        if one.score > most and not above_maximum:
            why = "" if most else " (the policy's [questions] can give it some)"
            raise GradeError(
                f"{one.score:g} is above the maximum of {one.exercise or one.lesson}, which is "
                f"{most:g}{why}; to give more on purpose, add --above-maximum"
            )
        self.mark([replace(one, of=of)], one.by)

    def mark(self, given: Sequence[Override], by: str) -> str:
        """Write points by hand, all of them or none; the moment as which they are dated.

        Args:
            given: of students who are there, and as many as may be; dated as now if they are not.
            by: who gives them, for the journal.
        """
        with self.writes() as connection:
            now = journal.now()
            people = dict(connection.execute(select(students.c.name, students.c.id)).all())
            lines = []
            for one in given:
                key = {"lesson": one.lesson, "exercise": one.exercise}
                key["student_id"] = people[one.student]
                said = {"score": one.score, "reason": one.reason}
                put(connection, overrides, key, {**said, "made": one.made or now})
                lines.append({**key, **said, "made": now, "who": by, "answer": one.of})
            journal.note(connection, lines)
        return now

    def withdraw(self, student: str, lesson: str, exercise: str, by: str = "") -> None:
        """Take an override back.

        Args:
            by: who does it, for the journal.

        Raises:
            GradeError: there is none.
        """
        key, c = {"lesson": lesson, "exercise": exercise}, overrides.c
        with self.writes() as connection:
            whose = connection.scalar(select(students.c.id).where(students.c.name == student))
            at = and_(c.student_id == whose, c.lesson == lesson, c.exercise == exercise)
            if whose is None or not connection.execute(delete(overrides).where(at)).rowcount:
                raise GradeError(f"{student} has no points by hand for {exercise or lesson}")
            said = {"score": None, "reason": "", "made": journal.now(), "who": by, "answer": ""}
            journal.note(connection, [{"student_id": whose, **key, **said}])

    def history(self) -> list[journal.Line]:
        """Every mark that was given or taken back, the oldest first."""
        with self.engine.connect() as connection:
            return journal.lines(connection)

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

    def _held(self, one: Override) -> tuple[float, str]:
        """The most points there are, and by what the answer is known; refuses what is not there."""
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
            return entry.report.max, entry.hash
        points = {result.exercise: result.max for result in entry.report.results}
        if one.exercise not in points:
            guess = did_you_mean(one.exercise, points) or f" It has {', '.join(sorted(points))}"
            raise GradeError(f"{one.lesson} has no exercise {one.exercise!r}.{guess}")
        return points[one.exercise], entry.known_by(one.exercise)[0]
