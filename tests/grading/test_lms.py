"""The tables that Canvas and Moodle import have the columns they document."""

import csv
from dataclasses import replace

import pytest

from coursekit.grading.intake.submissions import discover
from coursekit.grading.reports import lms
from grading.class_of import class_of, handed, passed, result

EPS = result(diagnosis="eps_outside")


def rows(text):
    return list(csv.reader(text.splitlines()))


@pytest.fixture
def both():
    return class_of(
        handed("ada", "b_lesson", passed("f", 3), EPS),
        handed("ada", "a_lesson", passed("f", 1.5)),
        handed("ben", "a_lesson", result("f", "partial", 0.75, 1.5)),
        handed("", "a_lesson", passed("f", 1.5)),
        handed("cem", "no_such_lesson", status="malformed", ungraded=True),
    )


def test_canvas_finds_students_by_login_and_the_points_in_the_second_row(both):
    header, points, *students = rows(lms.canvas(both))
    assert header == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "a_lesson", "b_lesson",
    ]  # fmt: skip
    assert "Points Possible" in points[0] and points[1:] == ["", "", "", "", "1.5", "5"]
    # Not handed in is an empty cell, not a nought; who belongs to nobody has no row.
    assert students == [
        ["ada", "", "", "ada", "", "1.5", "3"],
        ["ben", "", "", "ben", "", "0.75", ""],
    ]


def test_canvas_is_told_its_own_number_where_its_files_say_it():
    names = {"smithbob_34": "a.zip/smithbob_LATE_34_2084_01_x-1.ipynb", "77": "77_2085_01_x.ipynb",
             "ann_5": "ann_5/01_x.ipynb"}  # fmt: skip
    one = handed("x", "x", passed())
    made = [replace(one, student=name, file=file) for name, file in names.items()]
    _, _, *students = rows(lms.canvas(class_of(*made)))
    assert {row[0]: (row[1], row[3]) for row in students} == {
        "smithbob_34": ("34", ""), "77": ("77", ""), "ann_5": ("", "ann_5"),
    }  # fmt: skip


def test_a_stray_file_beside_a_good_one_costs_no_points():
    stray = handed("ada", "x", result("f", "missing"), status="malformed", ungraded=True)
    good = handed("ada", "x", passed("f", 3))
    for order in ((stray, good), (good, stray)):
        assert rows(lms.canvas(class_of(*order)))[2][5] == "3"


def test_moodle_gets_grade_and_feedback_side_by_side(both):
    header, *students = rows(lms.moodle(both))
    assert header == ["ID number", "a_lesson", "a_lesson feedback", "b_lesson", "b_lesson feedback"]
    assert students[0] == ["ada", "1.5", "f 1.5/1.5", "3", "f 3/3; f 0/2 (eps outside)"]
    assert students[1] == ["ben", "0.75", "f 0.75/1.5", "", ""]


def test_an_assignment_of_moodle_gets_its_worksheet_with_its_participants():
    name = "Ada Lovelace_77_assignsubmission_file_/01_a_lesson.ipynb"
    made = lms.worksheets(
        class_of(
            handed("Ada Lovelace", "a_lesson", passed("f", 3), file=f"hw.zip/{name}"),
            handed("ben", "a_lesson", passed("f", 3)),
        )
    )
    assert list(made) == ["a_lesson"]
    assert rows(made["a_lesson"]) == [
        ["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"],
        ["Participant 77", "Ada Lovelace", "3", "", "f 3/3"],
    ]


def test_the_numbers_are_found_in_files_as_the_platforms_downloads_lay_them_out(tmp_path):
    name = "01_mean_and_variance"
    for file in (
        f"lovelaceada_4711_90210_{name}.ipynb",
        f"boolegeorge_LATE_12_333_{name}-1.ipynb",
        f"Emmy Noether_77_assignsubmission_file_/{name}.ipynb",
        f"ben/{name}.ipynb",
        f"ada_2025_{name}.ipynb",
    ):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("{}")
    found = [handed(s.student, s.lesson, passed(), file=s.file) for s in discover(tmp_path)]
    _, _, *students = rows(lms.canvas(class_of(*found)))
    assert {row[0]: row[1] for row in students} == {
        "lovelaceada_4711": "4711", "boolegeorge_12": "12", "Emmy Noether": "", "ben": "",
        "ada_2025": "",
    }  # fmt: skip
    [sheet] = lms.worksheets(class_of(*found)).values()
    assert [row[:2] for row in rows(sheet)[1:]] == [["Participant 77", "Emmy Noether"]]


def test_moodle_is_told_addresses_where_all_are():
    mails = class_of(*(handed(f"{n}@example.org", "a_lesson", passed()) for n in "ab"))
    assert rows(lms.moodle(mails))[0][0] == "Email address"


def test_no_cell_is_a_formula():
    evil = class_of(handed("=1+1", "a_lesson", passed()), handed("@SUM(A1)", "a_lesson", passed()))
    for table in (lms.canvas(evil), lms.moodle(evil), evil.as_csv()):
        for row in rows(table)[1:]:
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), row
        assert "'=1+1" in table


def test_an_ungraded_submission_says_why_in_its_feedback():
    bad = handed("ada", "a_lesson", result(status="missing"), shown=(), status="malformed",
                 reason="it is empty", ungraded=True)  # fmt: skip
    assert lms.feedback(bad) == "malformed: it is empty"
