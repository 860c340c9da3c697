"""When something was handed in, from a platform's export or a table that an instructor wrote."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from coursekit.errors import GradeError
from coursekit.grading import course
from coursekit.grading.intake import clock, sheet
from coursekit.grading.intake.roster import Person, Roster, folded

COLUMNS = {
    "student": ("id", "student id", "sis id", "sid", "login", "sis login id", "user name"),
    "canvas": ("user id", "canvas id", "canvas user id"),  # as Canvas's interface gives it
    "email": ("email address", "e mail"),
    "name": ("full name", "student name"),
    "participant": ("identifier",),  # of Moodle's grading worksheet
    "lesson": ("assignment", "assignment name"),
    "time": (
        "submitted", "submitted at", "handed in", "submission time", "timestamp",
        "last modified (submission)",
    ),
    "zone": ("time zone", "timezone"),
}  # fmt: skip
WHO = ("student", "canvas", "email", "name", "participant")
NEVER = ("", "-", "never")  # a row of somebody who handed nothing in


@dataclass(frozen=True)
class Times:
    """When what was handed in, and who is which participant of an assignment on Moodle.

    at: moments in ISO 8601, {(who, lesson): when}; who is an id, a name, or a platform's number.
    people: ids, {(lesson, number): id}.
    """

    at: dict[tuple[str, str], str] = field(default_factory=dict)
    people: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, lesson: str, *who: str) -> str:
        """When one of these, all names of one student, handed a lesson in; nothing if unknown."""
        return next((when for one in who if (when := self.at.get((one, lesson)))), "")

    def later(self, more: "Times") -> "Times":
        """These, and those that were read after them, which count where both say something."""
        return Times(self.at | more.at, self.people | more.people)

    def as_text(self) -> str:
        """The times as JSON, for the gradebook."""
        parts = (self.at, self.people)
        return json.dumps([[[*key, said] for key, said in sorted(part.items())] for part in parts])


def from_text(text: str | None) -> Times:
    """What `as_text` wrote; of nothing, no times."""
    return Times(*({(a, b): said for a, b, said in part} for part in json.loads(text or "[]")))


def by_person(person: str) -> str:
    """How somebody is kept who is on the roster, or who is known by that name alone."""
    return folded(person)


def by_number(number: str) -> str:
    """How a participant of one assignment on Moodle is kept."""
    return f"participant {number}"


def by_canvas(number: str) -> str:
    """How a user of Canvas is kept."""
    return f"canvas {number}"


def read(asked: Iterable[str], zone: ZoneInfo | None, roster: Roster | None) -> Times:
    """The times in files.

    Args:
        asked: FILE, or LESSON=FILE where the file does not say which lesson it is of.
        zone: of times that name none.

    Raises:
        GradeError: a file cannot be read, or says what has no meaning; says in which line.
    """
    found: dict[tuple[str, str], datetime] = {}
    numbers: dict[tuple[str, str], str] = {}
    for one in asked:
        path, lesson = _path(one)
        rows = sheet.read(path, COLUMNS, others=True)
        sheet.needed(path, rows, "time", *([] if lesson else ["lesson"]))
        if not (who := [column for column in WHO if column in rows[0][1]]):
            raise GradeError(f"{path} says of nobody whose times these are: add a column `student`")
        for line, row in rows:
            try:
                what = lesson or course.lesson(row["lesson"])
                people, number, person = _whose(row, who, roster)
                if number and person:
                    numbers[what, number] = person.id
                if (said := row["time"]).casefold() in NEVER:
                    continue
                where = clock.zone(row["zone"]) if row.get("zone") else zone
                when = clock.moment(said, where)
                for name in people:
                    found[name, what] = max(when, found.get((name, what), when))
            except GradeError as error:
                raise GradeError(f"{path}, line {line}: {error}") from error
    return Times({key: when.isoformat() for key, when in found.items()}, numbers)


def _path(asked: str) -> tuple[Path, str]:
    """The file, and the lesson before it, if any."""
    before, equals, after = asked.partition("=")
    if equals and not Path(asked).exists():
        return Path(after), course.lesson(before)
    return Path(asked), ""


def _whose(
    row: sheet.Row, columns: list[str], roster: Roster | None
) -> tuple[list[str], str, Person | None]:
    """Under which names a row's time is kept; the participant's number; who it is, if known."""
    number = "".join(re.findall(r"\d+", row.get("participant", "")))
    canvas, names = (
        row.get("canvas", ""),
        [row[c] for c in ("student", "email", "name") if row.get(c)],
    )
    if not (number or canvas or names):
        raise GradeError(f"it must say who: write into the column {' or '.join(columns)}")
    person = roster.by_canvas.get(canvas) if roster else None
    if roster and not person:
        known = [roster.called(name) for name in names]
        person = next((ones[0] for ones in known if len(ones) == 1), None)
        if person is None and not number and not canvas:
            roster.one(names[0])
    if person:
        return [by_person(person.id)], number, person
    kept = [by_number(number)] if number else [by_canvas(canvas)] if canvas else []
    return [*kept, *map(by_person, names[:1] if not kept else [])], number, None
