"""A feedback page tells the learner what was found, and trusts no text that came from outside."""

from coursekit.checking import Result
from coursekit.grading.reports.feedback import page
from coursekit.grading.reports.results import GradeReport, SubmissionReport

EVIL = "<script>alert('x')</script>{{ 7 * 7 }}"


def result(name="f", status="failed", points=2, message="values differ", **more):
    return Result(name, "lesson", status, 0, points, "values", message, **more)


def report(**changes):
    fields = {"student": "zoe", "lesson": "my_lesson", "file": "zoe/01_my_lesson.ipynb"}
    return SubmissionReport(**fields | {"status": "graded"} | changes)


def test_nothing_from_outside_is_taken_as_html():
    shown = (result(EVIL, message=EVIL, explanation=EVIL),)
    made = page(
        report(student=EVIL, lesson=EVIL, file=EVIL, reason=EVIL, notes=(EVIL,), shown=shown,
               results=shown),
        "bubblewrap",
    )  # fmt: skip
    assert "<script" not in made and "&lt;script&gt;" in made and "49" not in made


def test_score_reason_and_notes_are_there():
    shown = (result(),)
    made = page(
        report(status="timeout", reason="f: no answer", notes=("odd",), results=shown, shown=shown),
        "none",
    )
    for words in ("0 of 2 points", "timeout:", "it ran out of time", "<li>odd</li>", "My lesson",
                  "Graded without a sandbox."):  # fmt: skip
        assert words in made
    assert "f: no answer" not in made, "the instructor's words: a hidden input may decide them"


def test_questions_stand_apart_and_unanswered_ones_take_one_line():
    shown = (result(), result("quiz_a", points=0), result("quiz_b", "unsolved", points=0))
    made = page(report(results=shown, shown=shown), "bubblewrap")
    assert made.index(">f</h3>") < made.index("carry no points") < made.index(">quiz_a</h3>")
    assert "Not answered: quiz_b." in made and ">quiz_b</h3>" not in made
    assert "without a sandbox" not in made


def test_a_csv_cell_is_never_a_formula():
    whole = GradeReport((report(student="=cmd()", file="=cmd()/x"),), 1, "bubblewrap", "0")
    assert "'=cmd(),my_lesson,'=cmd()/x,graded,0,0" in whole.as_csv()


def test_the_summary_names_files_and_the_commonest_diagnoses():
    rows = (result(diagnosis="eps_outside"), result("g", "unsolved", diagnosis="planted_one"))
    whole = GradeReport(
        (
            report(results=rows, notes=("odd",)),
            report(results=rows),
            report(status="malformed", reason="no JSON", ungraded=True),
        ),
        1, "bubblewrap", "0", "out",
    )  # fmt: skip
    said = whole.summary()
    assert "2 × f: eps outside" in said and "planted" not in said
    assert "zoe/01_my_lesson.ipynb: odd" in said
    assert "zoe/01_my_lesson.ipynb: malformed: no JSON" in said
    assert whole.exit_code == 1 and GradeReport((), 1, "", "").exit_code == 0
