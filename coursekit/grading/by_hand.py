"""What is to be marked by hand, and what was: each answer with its mark."""

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from coursekit.errors import GradeError
from coursekit.grading.gradebook import Entry, Gradebook, Override, journal
from coursekit.grading.gradebook.entering import remembered
from coursekit.grading.gradebook.tables import overrides, results
from coursekit.grading.intake.roster import Person
from coursekit.grading.reports import order
from coursekit.terminal import printable

NAME = 80  # characters of whoever marks
Key = tuple[str, str, str]  # student, lesson, exercise
Marks = Mapping[tuple[str, str], Mapping[str, Override]]


@dataclass(frozen=True)
class Answer:
    """One answer that a person marks.

    `text` is what was written, "" where it was not kept; `known_by` are its digests, the one that
    a new mark is given for first; `said` is what the judge says of it where it is no prose.
    """

    student: str
    lesson: str
    exercise: str
    max: float
    text: str
    known_by: tuple[str, ...]
    file: str
    name: str = ""
    section: str = ""
    said: str = ""
    mark: Override | None = None

    @property
    def key(self) -> Key:
        return self.student, self.lesson, self.exercise

    @property
    def older(self) -> bool:
        """True if there is a mark, and it is for an answer that counts no more."""
        return bool(self.mark and self.mark.of and self.mark.of not in self.known_by)

    @property
    def done(self) -> bool:
        """True if nobody needs to look at it."""
        return self.mark is not None and not self.older

    def marked(self, score: float, reason: str, by: str) -> Override:
        """A new mark for it."""
        return Override(*self.key, score, reason, by=by, of=self.known_by[0])


def answers(entries: Iterable[Entry], people: Mapping[str, Person]) -> list[Answer]:
    """All that a person marks, whether it is marked or not: by lesson, exercise, name.

    What has points for the lesson as a whole is left out. An exercise of which the judge knows by
    now is among them where the points that it has are for an older answer.
    """
    found: list[Answer] = []
    places: dict[str, dict[str, int]] = {}
    for entry in entries:
        if entry.judged is None or entry.report is None or entry.report.given is not None:
            continue
        texts = dict(entry.judged.written)
        given = {one.exercise: one for one in entry.overrides}
        worth = {result.exercise: result.max for result in entry.report.results}
        who = people.get(entry.student)
        at = places.setdefault(entry.lesson, {})
        for result in entry.judged.results:
            name, mark = result.exercise, given.get(result.exercise)
            at.setdefault(name, len(at))
            most = worth.get(name, 0.0)
            if not most or not (result.status == "manual" or (mark and mark.older)):
                continue
            prose = result.question and result.status == "manual"
            about = (entry.student, entry.lesson, name, most, texts.get(name, ""))
            found.append(
                Answer(
                    *about,
                    entry.known_by(name),
                    entry.file,
                    who.name if who else entry.student,
                    who.section if who else "",
                    "" if prose else result.message,
                    mark,
                )
            )
    lessons = {lesson: n for n, lesson in enumerate(order.lessons(places))}

    def place(a: Answer) -> tuple:
        return lessons[a.lesson], places[a.lesson][a.exercise], order.by_name(a.name), a.student

    return sorted(found, key=place)


def with_marks(found: Iterable[Answer], marks: Marks) -> list[Answer]:
    """The same answers with the marks that a gradebook has by now."""
    return [replace(a, mark=marks.get(a.key[:2], {}).get(a.exercise)) for a in found]


def of_book(book: Gradebook) -> list[Answer]:
    """All that a person marks in a gradebook.

    Raises:
        GradeError: there is nothing yet, or nothing of it is graded.
    """
    entries = book.entries()
    if not any(entry.report for entry in entries):
        raise GradeError("nothing in this gradebook is graded yet; run `coursekit grade` first")
    return answers(entries, book.people())


def stamp(book: Gradebook) -> tuple[tuple, int]:
    """What is another as soon as `of_book` finds other answers, or other marks; cheap to ask."""
    r, o = results.c, overrides.c
    asked = select(
        func.max(r.id), func.count().filter(r.current), func.count().filter(r.stale)
    ).select_from(results)
    whole = select(func.count(), func.max(o.made)).where(o.exercise == "")
    with book.engine.connect() as connection:
        about = [remembered(connection, name) for name in ("run", "policy", "roster")]
        found = (*connection.execute(asked).one(), *connection.execute(whole).one(), *about)
        return found, journal.newest(connection)


def login() -> str:
    """Who is at this machine, by the name of the account."""
    try:
        return marker(getpass.getuser())
    except (OSError, KeyError, ImportError, GradeError):  # no account has this number
        return "unknown"


def marker(name: str) -> str:
    """The name of whoever marks, as it is kept.

    Raises:
        GradeError: there is none, or it is too long.
    """
    plain = printable(" ".join(name.split()))
    if not 0 < len(plain) <= NAME:
        raise GradeError(f"--as takes a name of up to {NAME} characters; got {len(plain)}")
    return plain
