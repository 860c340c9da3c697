"""A run's submissions are entered: which are new, which count, which have a result that fits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from coursekit.grading.gradebook.tables import meta, results, students, submissions
from coursekit.grading.intake.submission import Submission


@dataclass(frozen=True)
class Conditions:
    """What a result depends on besides the notebook: its key, and the time that was given."""

    seed: int
    sandbox: str
    timeout: float
    total: float
    versions: dict[str, str]  # of the exercises, by lesson


def put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Write one row, whether or not it is there already."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table).values(**key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def remembered(connection: Connection, name: str) -> str | None:
    """The value that `meta` has under a name."""
    return connection.scalar(select(meta.c.value).where(meta.c.name == name))


def enter(connection: Connection, found: Sequence[Submission]) -> dict[int, Submission]:
    """Write a new run's submissions, every version of them; those that count, by their row."""
    run = int(remembered(connection, "run") or 0) + 1
    put(connection, meta, {"name": "run"}, {"value": str(run)})
    people = _students(connection, {one.student for one in found})
    wanted: dict[tuple[int, str, str], Submission] = {}
    for one in sorted(found, key=lambda one: not one.replaced):  # of equal ones, what counts wins
        wanted[people[one.student], one.lesson, one.content_hash()] = one
    before = {
        (row.student_id, row.lesson, row.hash): row for row in connection.execute(_every_row())
    }
    attempts = {
        (student, lesson): last for student, lesson, last in connection.execute(_last_attempts())
    }
    new, known = [], []
    for (student, lesson, content), one in wanted.items():
        row = _values(one, run)
        if old := before.get((student, lesson, content)):
            known.append(row | {"row": old.id})
        else:
            attempts[student, lesson] = attempts.get((student, lesson), 0) + 1
            key = {"student_id": student, "lesson": lesson, "hash": content}
            new.append(row | key | {"attempt": attempts[student, lesson]})
    handed = {(student, lesson) for student, lesson, _ in wanted}
    over = [
        {"row": old.id, "counts": False}
        for key, old in before.items()
        if old.counts and key not in wanted and (key[:2] in handed or old.problem)
    ]
    if new:
        connection.execute(insert(submissions), new)
    for rows in filter(None, (known, over)):
        at = update(submissions).where(submissions.c.id == bindparam("row"))
        columns = rows[0].keys() - {"row"}
        connection.execute(at.values({name: bindparam(name) for name in columns}), rows)
    after = {(r.student_id, r.lesson, r.hash): r.id for r in connection.execute(_every_row())}
    return {after[key]: one for key, one in wanted.items() if not one.replaced}


def fitting(connection: Connection, conditions: Conditions) -> dict[int, int]:
    """The results that need not be made again: {submission: result}."""
    asked = select(
        results.c.id,
        results.c.submission_id,
        results.c.version,
        results.c.status,
        results.c.timeout,
        results.c.total,
        submissions.c.lesson,
    )
    asked = asked.join(submissions).where(
        results.c.seed == conditions.seed,
        results.c.sandbox == conditions.sandbox,
        ~results.c.stale,
    )
    return {
        row.submission_id: row.id for row in connection.execute(asked) if _fits(row, conditions)
    }


def _fits(row: Any, conditions: Conditions) -> bool:
    if row.version != conditions.versions.get(row.lesson, ""):
        return False
    enough = row.timeout >= conditions.timeout and row.total >= conditions.total
    return enough or row.status != "timeout"  # with more time it may end otherwise


def choose(connection: Connection, chosen: dict[int, int | None]) -> None:
    """Make these results the current ones of their submissions: {submission: result or None}."""
    asked = select(results.c.submission_id, results.c.id).where(results.c.current)
    current: dict[int, int] = dict(connection.execute(asked).all())
    changed = [row for row, result in chosen.items() if current.get(row) != result]
    if not changed:
        return
    off = [{"row": current[row]} for row in changed if row in current]
    on = [{"row": result} for row in changed if (result := chosen[row]) is not None]
    for rows, value in ((off, False), (on, True)):
        if rows:
            at = update(results).where(results.c.id == bindparam("row"))
            connection.execute(at.values(current=value), rows)


def _students(connection: Connection, names: set[str]) -> dict[str, int]:
    asked = select(students.c.name, students.c.id)
    new = names - dict(connection.execute(asked).all()).keys()
    if new:
        connection.execute(insert(students), [{"name": name} for name in sorted(new)])
    return dict(connection.execute(asked).all())


def _every_row() -> Any:
    c = submissions.c
    return select(c.id, c.student_id, c.lesson, c.hash, c.counts, c.problem)


def _last_attempts() -> Any:
    c = submissions.c
    return select(c.student_id, c.lesson, func.max(c.attempt)).group_by(c.student_id, c.lesson)


def _values(one: Submission, run: int) -> dict[str, Any]:
    return {
        "counts": not one.replaced,
        "run": run,
        "file": one.file,
        "problem": one.problem,
        "notes": json.dumps(one.notes),
        "late": one.late,
        "handed_in": one.handed_in,
    }
