"""A feedback page tells the learner what was found, and trusts no text that came from outside."""

from coursekit.checking import Result
from coursekit.checking.result import Difference
from coursekit.grading.intake.passages import Passage
from coursekit.grading.reports.feedback import page
from coursekit.grading.reports.results import GradeReport, SubmissionReport
from coursekit.grading.verdict import shown

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


CODE = 'def f(x):\n    """</pre><img src=x onerror=alert(1)>{{ 7 * 7 }}"""\n\n    return x'


def test_the_learners_code_stands_beside_what_was_found_and_is_nothing_but_text():
    shown = (
        result(next="hint(f)"), result("g", "passed", next="What if?"), result("h"),
        result("k").but(rung="", message="Your instructor gave 0 of 2 points: copied"),
    )  # fmt: skip
    own = tuple(Passage(name, 7, 3, CODE, at=6) for name in "fgk")
    made = page(report(results=shown, shown=shown, passages=own), "bubblewrap")
    f, g, h, k = made.split('<div class="pair">')[1:]
    assert "onerror=alert(1)&gt;" in f and "<img" not in made and "49" not in made
    assert '<pre class="own" style="--above:2"><span>def f(x):\n</span>' in f
    assert '<span class="at">    return x\n</span></pre>' in f
    assert "<details open>" in f and "Your code, cell 7: look at line 6</summary>" in f
    assert "<code>check(f)</code> again. <code>hint(f)</code> gives a nudge." in f
    assert "<details>" in g and "What if?" in g, "what is right is folded"
    assert "<details" not in h and "<code>check(h)</code> again.</dd>" in h
    assert "look at line" not in k and "again" not in k, "the instructor has the last word"


def test_nothing_of_a_hidden_case_is_beside_the_code():
    """The instructor's results may hold any of it; the page is made without them."""
    secret = "0.7182818"
    known = Difference("values", secret, where=secret, yours=secret, expected=secret)
    full = result(message=secret, behaviour=secret, pattern=secret, label=secret, difference=known,
                  hidden=True, verified=(secret,))  # fmt: skip
    own = (Passage("f", 1, 1, CODE), Passage("g", 1, 1, secret))  # g is of no result
    made = page(report(results=(full,), shown=(shown(full),), passages=own), "bubblewrap")
    assert secret not in made and "return x" in made
