"""One page when all is over: minutes against the plan, the hardest exercises, what went wrong."""

import csv
import io
from collections import Counter
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from coursekit.workshop.course import Course
from coursekit.workshop.seen import label
from coursekit.workshop.snapshot import Snapshot
from coursekit.workshop.tables import events

COLUMNS = ("exercise", "lesson", "begun", "passed", "attempts", "minutes", "planned", "diagnoses")


def diagnoses(connection: Connection) -> dict[str, Counter[str]]:
    """How many learners ever had which diagnosis, by exercise: also those who then passed."""
    asked = select(events.c.exercise, events.c.diagnosis, events.c.learner_id).distinct()
    asked = asked.where(events.c.kind == "check", events.c.diagnosis != "")
    found: dict[str, Counter[str]] = {}
    for row in connection.execute(asked):
        found.setdefault(row.exercise, Counter())[row.diagnosis] += 1
    return found


def summary(
    snapshot: Snapshot, course: Course, found: dict[str, Counter[str]]
) -> list[dict[str, Any]]:
    """Every exercise that somebody began, in the course's order."""
    begun = dict.fromkeys(name for _, name in snapshot.standings)
    names = [*(n for n in course.works if n in begun), *(n for n in begun if n not in course.works)]
    return [_row(snapshot, course, name, found.get(name, Counter())) for name in names]


def hardest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The three exercises that fewest passed of those who began."""
    return sorted(rows, key=lambda row: (row["passed"] / row["begun"], -row["attempts"]))[:3]


def as_csv(rows: list[dict[str, Any]]) -> str:
    """The rows as a table for a spreadsheet, in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        held = "; ".join(f"{one['words']} ({one['count']})" for one in row["diagnoses"])
        values = [row[name] for name in COLUMNS[:-1]] + [held]
        writer.writerow(["" if value is None else _harmless(value) for value in values])
    return out.getvalue()


def _row(snapshot: Snapshot, course: Course, name: str, held: Counter[str]) -> dict[str, Any]:
    rows = snapshot.rows(name)
    spent = [row.seconds / 60 for row in rows if row.passed is not None]
    work = course.works.get(name)
    return {
        "exercise": name,
        "lesson": work.lesson if work else "",
        "begun": len(rows),
        "passed": len(spent),
        "attempts": sum(row.attempts for row in rows),
        "minutes": round(median(spent), 1) if spent else None,
        "planned": work.minutes if work else None,
        "diagnoses": [{"name": d, "words": label(d), "count": n} for d, n in held.most_common(5)],
    }


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
