"""What was kept under several names of one student is given to that student.

A class is graded for weeks before somebody gives its roster, and a question of whose a notebook is
may be answered later still. Points by hand and attempts must not be lost by that.
"""

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from coursekit.grading.gradebook import journal
from coursekit.grading.gradebook.tables import overrides, results, students, submissions
from coursekit.grading.intake.identity import Identity
from coursekit.grading.intake.roster import Roster

CANVAS = re.compile(r".*_(\d+)", re.DOTALL)


def unite(connection: Connection, who: Identity) -> None:
    """Move rows of names that the run's files, or the roster, say are of one student."""
    people: dict[str, int] = dict(connection.execute(select(students.c.name, students.c.id)).all())
    strange = {name: _known(name, who.roster) for name in people if name not in who.roster.by_id}
    told = {name for name, _ in who.moved}
    if not any(target or name in told for name, target in strange.items()):
        return
    for name, target in strange.items():
        for lesson in _lessons(connection, people[name]):
            if whose := who.moved.get((name, lesson)) or target:
                if whose not in people:
                    connection.execute(insert(students).values(name=whose))
                    mine = select(students.c.id).where(students.c.name == whose)
                    people[whose] = connection.scalars(mine).one()
                _move(connection, people[name], people[whose], lesson)
        if not _lessons(connection, people[name]):
            connection.execute(delete(students).where(students.c.id == people[name]))


def _known(name: str, roster: Roster) -> str:
    """The id of the one whom a name can only mean, whatever was handed in under it."""
    number = CANVAS.fullmatch(name)
    if number and (one := roster.by_canvas.get(number[1])):
        return one.id
    found = roster.called(name)
    return found[0].id if len(found) == 1 else ""


def _lessons(connection: Connection, student: int) -> set[str]:
    found: set[str] = set()
    for table in (submissions, overrides):
        found.update(
            connection.scalars(select(table.c.lesson).where(table.c.student_id == student))
        )
    return found | journal.lessons(connection, student)


def _move(connection: Connection, old: int, new: int, lesson: str) -> None:
    """One lesson's versions and points by hand, from one student to another."""
    mine = _versions(connection, new, lesson)
    seen = {row.hash for row in mine}
    for row in _versions(connection, old, lesson):
        if row.hash in seen:  # the same file: its result is made again, or is there already
            connection.execute(delete(results).where(results.c.submission_id == row.id))
            connection.execute(delete(submissions).where(submissions.c.id == row.id))
        else:
            at = update(submissions).where(submissions.c.id == row.id)
            last = max((one.attempt for one in mine), default=0)
            connection.execute(at.values(student_id=new, attempt=last + row.attempt))
    _one_counts(connection, new, lesson)
    journal.move(connection, old, new, lesson)
    o = overrides.c
    given = select(overrides).where(o.student_id.in_((old, new)), o.lesson == lesson)
    latest: dict[str, list[Any]] = defaultdict(list)
    for one in connection.execute(given.order_by(o.made)):
        latest[one.exercise].append(one)
    for *before, last in latest.values():
        for one in before:
            connection.execute(delete(overrides).where(o.id == one.id))
        connection.execute(update(overrides).where(o.id == last.id).values(student_id=new))


def _versions(connection: Connection, student: int, lesson: str) -> list[Any]:
    c = submissions.c
    asked = select(submissions).where(c.student_id == student, c.lesson == lesson)
    return [*connection.execute(asked.order_by(c.attempt))]


def _one_counts(connection: Connection, student: int, lesson: str) -> None:
    counting = [row for row in _versions(connection, student, lesson) if row.counts]
    counting.sort(key=lambda row: (row.run, row.handed_in, row.attempt))
    off = [{"row": row.id} for row in counting[:-1]]
    if off:
        at = update(submissions).where(submissions.c.id == bindparam("row"))
        connection.execute(at.values(counts=False), off)
