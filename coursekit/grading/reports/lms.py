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

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from coursekit.grading.intake.layouts import mark
from coursekit.grading.intake.roster import Person, folded, runs
from coursekit.grading.reports.results import GradeReport, SubmissionReport, text_cell
from coursekit.grading.reports.table import csv_text, handed_in, score

EXCUSED = "EX"  # as Canvas's gradebook writes it


def canvas(report: GradeReport) -> str:
    """The content of canvas.csv. An empty cell is a lesson that was not handed in."""
    table, lessons = handed_in(report.submissions)
    about = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: list[list[Any]] = [[*about, *lessons]]
    # Canvas knows the row by these words, whatever stands before them.
    rows.append(["    Points Possible", "", "", "", "", *lessons.values()])
    for student, mine in table.items():
        who = report.people.get(student, Person(student, student, login=student))
        number = who.canvas or _canvas_id(mine.values(), who)
        login = who.login or ("" if number else student)
        cells = (who.name, number, "", "" if number else login, who.section)
        scores = [
            EXCUSED if who.is_excused(lesson) else score(mine.get(lesson)) for lesson in lessons
        ]
        rows.append([*map(text_cell, cells), *scores])
    return csv_text(rows)


def moodle(report: GradeReport) -> str:
    """The content of moodle.csv: grade and feedback of each lesson, side by side."""
    table, lessons = handed_in(report.submissions)
    people = {one.id: one.email or one.id for one in report.people.values()}
    by_mail = bool(table) and all("@" in people.get(student, student) for student in table)
    columns = [f"{lesson}{kind}" for lesson in lessons for kind in ("", " feedback")]
    rows: list[list[Any]] = [["Email address" if by_mail else "ID number", *columns]]
    for student, mine in table.items():
        cells: list[Any] = []
        for lesson in lessons:
            done = mine.get(lesson)
            there = done is not None and not done.unjudged  # one without the other deletes it
            cells += [done.score, text_cell(feedback(done))] if done and there else ["", ""]
        rows.append([text_cell(people.get(student, student) if by_mail else student), *cells])
    return csv_text(rows)


def worksheets(report: GradeReport) -> dict[str, str]:
    """A grading worksheet by lesson, of what came out of a Moodle assignment's download."""
    found: dict[str, list[list[Any]]] = {}
    for s in report.submissions:
        who = report.people.get(s.student, Person(s.student, s.student))
        number = _participant(s, who)
        if number and s.results:
            told = text_cell(feedback(s))
            row = [f"Participant {number}", text_cell(who.name), score(s), "", told]
            found.setdefault(s.lesson, []).append(row)
    columns = ["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"]
    return {lesson: csv_text([columns, *rows]) for lesson, rows in found.items()}


def feedback(report: SubmissionReport) -> str:
    """A submission in one line, of what its learner may see."""
    told = [
        f"{r.exercise} {r.score:g}/{r.max:g}"
        + (f" ({r.diagnosis.replace('_', ' ')})" if r.diagnosis and r.status != "unsolved" else "")
        for r in report.shown
        if r.max
    ]
    return "; ".join(told) or f"{report.status}: {report.told}"


def _canvas_id(mine: Iterable[SubmissionReport], who: Person) -> str:
    """A student's number on Canvas, if all files are named as its download names them."""
    numbers = {_user(s, who) for s in mine}
    [number] = numbers if len(numbers) == 1 else [""]
    return number


def _user(s: SubmissionReport, who: Person) -> str:
    """A Canvas user's number, if it is by that name that the student is known."""
    place = mark(PurePath(s.file).name)
    if place is None or not place.user.isdecimal():
        return ""
    name = re.sub(r"[\W_]", "", place.student.removesuffix(place.user).casefold())
    return place.user if place.student == s.student or name in runs(who.name) else ""


def _participant(s: SubmissionReport, who: Person) -> str:
    """A Moodle participant's number, if it is by that name that the student is known."""
    for part in PurePath(s.file).parts:
        place = mark(part) or mark(f"{part.rstrip('_')}_x")
        if place and place.person and not place.order:
            names = {place.student, f"{place.student}_{place.person}"}
            if s.student in names or folded(place.student).endswith(folded(who.name)):
                return place.person
    return ""
