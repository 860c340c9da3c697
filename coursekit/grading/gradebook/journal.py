"""Every mark that was given or taken back by hand: whose, by whom, when, for which answer.

Nothing is ever deleted in it. Its table is made when the first line is written, so that a gradebook
without one is read as it is.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, inspect, select, update

from coursekit.grading.gradebook.tables import marks, students


class Line(NamedTuple):
    """What one line says; without a score, the mark was taken back."""

    student: str
    lesson: str
    exercise: str
    score: float | None
    reason: str
    made: str
    who: str
    answer: str


def now() -> str:
    """The moment, as marks are dated."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def note(connection: Connection, said: list[dict[str, Any]]) -> None:
    """Write lines, by the names of the table's columns."""
    marks.create(connection, checkfirst=True)
    connection.execute(insert(marks), said)


def newest(connection: Connection) -> int:
    """The number of the last line: who has seen it has missed no mark."""
    if not inspect(connection).has_table(marks.name):
        return 0
    return connection.scalar(select(func.max(marks.c.id))) or 0


def lines(connection: Connection) -> list[Line]:
    """All of them, the oldest first."""
    if not inspect(connection).has_table(marks.name):
        return []
    m = marks.c
    asked = select(
        students.c.name, m.lesson, m.exercise, m.score, m.reason, m.made, m.who, m.answer
    )
    return [Line(*row) for row in connection.execute(asked.join(students).order_by(m.id))]


def move(connection: Connection, old: int, new: int, lesson: str) -> None:
    """Give one student's lines of a lesson to another."""
    if inspect(connection).has_table(marks.name):
        mine = update(marks).where(marks.c.student_id == old, marks.c.lesson == lesson)
        connection.execute(mine.values(student_id=new))


def lessons(connection: Connection, student: int) -> set[str]:
    """The lessons of which a student has lines."""
    if not inspect(connection).has_table(marks.name):
        return set()
    return {*connection.scalars(select(marks.c.lesson).where(marks.c.student_id == student))}
