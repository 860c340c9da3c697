"""Scores in the forms that Canvas and Moodle import: a row per student, a column per lesson.

Canvas finds a student by ID, which the files of its own download carry, or else by SIS Login ID
(the folder's name here); it takes the points possible from the second row, as its importer says:
https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb. For users:
https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades

Moodle's gradebook lets you map each column by hand; grade and feedback must be imported together,
or the grades are lost: https://docs.moodle.org/en/Grade_import. An assignment's own grading
worksheet knows its participants by the number that the files of its download carry:
https://github.com/moodle/moodle/blob/main/mod/assign/feedback/offline/importgradeslib.php.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from coursekit.grading.intake.layouts import mark
from coursekit.grading.reports.results import GradeReport, SubmissionReport, text_cell

CANVAS_ID = re.compile(r"(?:^|_)(\d+)$")  # at the end of lastfirst_USER
Table = dict[str, dict[str, SubmissionReport]]  # student -> lesson -> what came of it


def canvas(report: GradeReport) -> str:
    """The content of canvas.csv. An empty cell is a lesson that was not handed in."""
    table, lessons = _table(report)
    about = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: list[list[Any]] = [[*about, *lessons]]
    # Canvas knows the row by these words, whatever stands before them.
    rows.append(["    Points Possible", "", "", "", "", *lessons.values()])
    for student, mine in table.items():
        name, number = text_cell(student), _canvas_id(mine.values())
        scores = [_score(mine.get(lesson)) for lesson in lessons]
        rows.append([name, number, "", "" if number else name, "", *scores])
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
            there = done is not None and not done.unjudged  # one without the other deletes it
            cells += [done.score, text_cell(feedback(done))] if done and there else ["", ""]
        rows.append([text_cell(student), *cells])
    return _text(rows)


def worksheets(report: GradeReport) -> dict[str, str]:
    """A grading worksheet by lesson, of what came out of a Moodle assignment's download."""
    found: dict[str, list[list[Any]]] = {}
    for s in report.submissions:
        number = _participant(s)
        if number and s.results:
            told = text_cell(feedback(s))
            row = [f"Participant {number}", text_cell(s.student), _score(s), "", told]
            found.setdefault(s.lesson, []).append(row)
    columns = ["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"]
    return {lesson: _text([columns, *rows]) for lesson, rows in found.items()}


def feedback(report: SubmissionReport) -> str:
    """A submission in one line, of what its learner may see."""
    told = [
        f"{r.exercise} {r.score:g}/{r.max:g}"
        + (f" ({r.diagnosis.replace('_', ' ')})" if r.diagnosis and r.status != "unsolved" else "")
        for r in report.shown
        if r.max
    ]
    return "; ".join(told) or f"{report.status}: {report.told}"


def _score(report: SubmissionReport | None) -> float | str:
    """The points; nothing where none were handed in for, and none where the grader failed."""
    return "" if report is None or report.unjudged else report.score


def _canvas_id(mine: Iterable[SubmissionReport]) -> str:
    """A student's number on Canvas, if all files are named as its download names them."""
    numbers = {_user(s) for s in mine}
    [number] = numbers if len(numbers) == 1 else [""]
    return number


def _user(s: SubmissionReport) -> str:
    """A Canvas user's number, if it is by that name that the student is known."""
    place = mark(PurePath(s.file).name)
    found = CANVAS_ID.search(s.student)
    return found[1] if found and place and place.order and place.student == s.student else ""


def _participant(s: SubmissionReport) -> str:
    """A Moodle participant's number, if it is by that name that the student is known."""
    for part in PurePath(s.file).parts:
        place = mark(part) or mark(f"{part.rstrip('_')}_x")
        if place and place.person and not place.order:
            if s.student in (place.student, f"{place.student}_{place.person}"):
                return place.person
    return ""


def _table(report: GradeReport) -> tuple[Table, dict[str, float]]:
    """Who handed in what, and each lesson's points; files that belong to nobody are left out."""
    table: Table = {}
    lessons: dict[str, float] = {}
    for s in report.submissions:
        if s.student and s.results:
            if s.ungraded and s.lesson in table.get(s.student, {}):
                continue  # a stray file beside a good one
            table.setdefault(s.student, {})[s.lesson] = s
            lessons[s.lesson] = s.max
    return table, dict(sorted(lessons.items()))


def _text(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
