"""Scores in the forms that Canvas and Moodle import: a row per student, a column per lesson.

Canvas finds a student by SIS Login ID (the folder's name here) where ID is empty, and takes the
points possible from the second row, as its own importer says:
https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb. For users:
https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades

Moodle lets you map each column by hand; grade and feedback must be imported together, or the
grades are lost: https://docs.moodle.org/en/Grade_import.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from coursekit.grading.results import GradeReport, SubmissionReport, text_cell

Table = dict[str, dict[str, SubmissionReport]]  # student -> lesson -> what came of it


def canvas(report: GradeReport) -> str:
    """The content of canvas.csv. An empty cell is a lesson that was not handed in."""
    table, lessons = _table(report)
    about = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: list[list[Any]] = [[*about, *lessons]]
    # Canvas knows the row by these words, whatever stands before them.
    rows.append(["    Points Possible", "", "", "", "", *lessons.values()])
    for student, mine in table.items():
        name = text_cell(student)
        scores = [mine[lesson].score if lesson in mine else "" for lesson in lessons]
        rows.append([name, "", "", name, "", *scores])
    return _text(rows)


def moodle(report: GradeReport) -> str:
    """The content of moodle.csv: grade and feedback of each lesson, side by side."""
    table, lessons = _table(report)
    by_mail = bool(table) and all("@" in student for student in table)
    columns = [f"{lesson}{kind}" for lesson in lessons for kind in ("", " feedback")]
    rows: list[list[Any]] = [["Email address" if by_mail else "ID number", *columns]]
    for student, mine in table.items():
        cells: list[Any] = []
        for lesson in lessons:
            done = mine.get(lesson)
            cells += [done.score, text_cell(feedback(done))] if done else ["", ""]
        rows.append([text_cell(student), *cells])
    return _text(rows)


def feedback(report: SubmissionReport) -> str:
    """A submission in one line, of what its learner may see."""
    told = [
        f"{r.exercise} {r.score:g}/{r.max:g}"
        + (f" ({r.diagnosis.replace('_', ' ')})" if r.diagnosis and r.status != "unsolved" else "")
        for r in report.shown
        if r.max
    ]
    return "; ".join(told) or f"{report.status}: {report.reason}"


def _table(report: GradeReport) -> tuple[Table, dict[str, float]]:
    """Who handed in what, and each lesson's points; files that belong to nobody are left out."""
    table: Table = {}
    lessons: dict[str, float] = {}
    for s in report.submissions:
        if s.student and s.results:
            table.setdefault(s.student, {})[s.lesson] = s
            lessons[s.lesson] = s.max
    return table, dict(sorted(lessons.items()))


def _text(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
