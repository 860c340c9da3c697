"""Students and lessons: who has which points, what was late, what is still to be marked."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.grading.intake.roster import Person
from coursekit.grading.reports import order
from coursekit.grading.reports.results import GradeReport, SubmissionReport, text_cell

Handed = dict[str, dict[str, SubmissionReport]]  # student -> lesson -> what came of it
BOM = "\ufeff"  # by which a spreadsheet that guesses knows UTF-8


@dataclass(frozen=True)
class Row:
    """A student: how they are called, the share of the course (0 to 1), what came by lesson."""

    who: Person
    total: float | None
    handed: Mapping[str, SubmissionReport]


@dataclass(frozen=True)
class Table:
    """Everybody, by name, and each lesson's points, in course order."""

    rows: tuple[Row, ...]
    lessons: Mapping[str, float]

    @property
    def sections(self) -> bool:
        return any(row.who.section for row in self.rows)

    @property
    def ids(self) -> bool:
        return any(row.who.id for row in self.rows)

    @property
    def totals(self) -> bool:
        return any(row.total is not None for row in self.rows)


def table(report: GradeReport) -> Table:
    """The table of a gradebook; whoever is on the roster has a row, too."""
    handed, points = handed_in(report.everything)
    names = {*handed, *report.people, *(s.student for s in report.everything if s.student)}
    rows = [
        Row(
            report.people.get(name, Person(id="", name=name)),
            report.totals.get(name),
            handed.get(name, {}),
        )
        for name in names
    ]
    rows.sort(key=lambda row: (order.by_name(row.who.name), row.who.id))
    return Table(tuple(rows), points)


def handed_in(submissions: Iterable[SubmissionReport]) -> tuple[Handed, dict[str, float]]:
    """Who handed in what, and each lesson's points; files that belong to nobody are left out."""
    found: Handed = {}
    points: dict[str, float] = {}
    for s in submissions:
        if s.student and s.results:
            if s.ungraded and s.lesson in found.get(s.student, {}):
                continue  # a stray file beside a good one
            found.setdefault(s.student, {})[s.lesson] = s
            points[s.lesson] = s.max
    return found, {lesson: points[lesson] for lesson in order.lessons(points)}


def waiting(report: SubmissionReport) -> int:
    """How many answers of a submission have no points until a person gives them."""
    return (
        0
        if report.given is not None
        else sum(r.status == "manual" for r in report.results if r.max)
    )


def as_csv(report: GradeReport, *, bom: bool = False) -> str:
    """The content of gradebook.csv: a row per student, scores first, then what else is known.

    Args:
        bom: begin with a byte-order mark.
    """
    shown = table(report)
    lessons = shown.lessons
    head: list[Any] = ["student", "id", "section", "share of the course"]
    head += [f"{lesson} (of {points:g})" for lesson, points in lessons.items()]
    for kind in ("late", "attempts", "to mark"):
        head += [f"{lesson} {kind}" for lesson in lessons]
    return (BOM if bom else "") + csv_text([head, *(_cells(row, lessons) for row in shown.rows)])


def _cells(row: Row, lessons: Iterable[str]) -> list[Any]:
    who = [text_cell(text) for text in (row.who.name, row.who.id, row.who.section)]
    mine = [row.handed.get(lesson) for lesson in lessons]
    return [
        *who,
        "" if row.total is None else round(row.total, 6),
        *(score(one) for one in mine),
        *("" if one is None else "yes" if one.late else "no" for one in mine),
        *(0 if one is None else one.attempts for one in mine),
        *(0 if one is None else waiting(one) for one in mine),
    ]


def score(report: SubmissionReport | None) -> float | str:
    """The points; nothing where none were handed in for, and none where the grader failed."""
    return "" if report is None or report.unjudged else report.score


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
