"""The class report counts right, and trusts no text that came from outside."""

import re

from coursekit.grading.reports import overview
from coursekit.grading.reports.chart import bars
from coursekit.grading.reports.html import digest, own
from grading.class_of import class_of, handed, passed, result

EVIL = "<script>alert('x')</script>"
EPS = result("hard", diagnosis="eps_outside", explanation="eps belongs under the root.")


def a_class():
    return class_of(
        handed("ada", "my_lesson", passed("easy"), passed("hard"), seconds=0.5),
        handed("ben", "my_lesson", passed("easy"), EPS, seconds=3),
        handed("cem", "my_lesson", passed("easy"), result("hard", "partial", 1), seconds=90,
               status="timeout", reason="hard: no answer"),
        handed("dia", "my_lesson", result("easy", "unsolved", diagnosis="planted"),
               EPS, seconds=3),
    )  # fmt: skip


def cells(page, caption):
    """The body of the table with that caption, as rows of text."""
    table = re.search(rf"<caption>{re.escape(caption)}</caption>(.*?)</table>", page, re.DOTALL)[1]
    body = table.partition("<tbody>")[2]
    rows = [
        re.findall(r"<td[^>]*>(.*?)</td>", row)
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]
    return [[re.sub("<.*?>", "", cell) for cell in row] for row in rows]


def test_scores_difficulty_diagnoses_and_time_are_counted():
    page = overview.page(a_class())
    assert "4 submissions; median score 62%; 1 with all points." in page
    scores = dict(cells(page, "my lesson: scores"))
    assert [scores[k] for k in ("100 %", "70 to 79 %", "50 to 59 %", "0 to 9 %")] == ["1"] * 4
    assert cells(page, "my lesson: difficulty of each exercise") == [
        ["hard", "1", "1", "2", "0"], ["easy", "3", "0", "0", "1"],
    ]  # fmt: skip
    assert "<b>hard: eps outside</b> × 2: eps belongs under the root.</li>" in page
    assert cells(page, "my lesson: the slowest to grade")[0] == ["cem/01_my_lesson.ipynb", "90.0"]
    assert "How many took: 0 to 1 s: 1, 2 to 5 s: 2, over 60 s: 1" in page
    assert "timeout: hard: no answer" in page.partition("For information</h2>")[2]


def test_a_warm_up_may_be_hard_and_a_question_is_no_exercise_unless_it_has_points():
    asked = [result("q", points=0, question=True), result("worth", points=1, question=True)]
    page = overview.page(class_of(handed("ada", "my_lesson", result("warm", points=0), *asked)))
    assert cells(page, "my lesson: difficulty of each exercise") == [
        ["warm", "0", "0", "1", "0"], ["worth", "0", "0", "1", "0"],
    ]  # fmt: skip


def test_a_guess_and_what_the_grader_failed_at_are_not_hard():
    guess = {"points": 1, "question": True}
    page = overview.page(
        class_of(
            handed("ada", "my_lesson", passed("f"), result("span", "guessed", **guess)),
            handed("ben", "my_lesson", result("f", "judge_failed"), passed("span")),
            handed("cem", "my_lesson", result("g", "judge_failed")),
        )
    )
    assert cells(page, "my lesson: difficulty of each exercise") == [["f", "1", "0", "0", "0"]]


def test_the_same_report_gives_the_same_page():
    assert overview.page(a_class()) == overview.page(a_class())


def test_a_class_without_points_or_submissions_has_a_report():
    assert "0 handed in · 0 graded · 0 need action" in overview.page(class_of())
    bad = handed("ada", "no_such", status="malformed", reason="it is empty", ungraded=True)
    assert "malformed" in overview.page(class_of(bad))


def test_nothing_from_outside_is_taken_as_html():
    page = overview.page(class_of(handed(EVIL, EVIL, passed(EVIL), result(EVIL, diagnosis=EVIL))))
    assert page.count("<script") == 1 and EVIL not in page
    assert f"script-src '{digest(str(own('report.js')))}'" in page  # and no other runs


def test_a_link_leads_to_the_feedback_page_whatever_the_name():
    page = overview.page(class_of(handed("zoë #1", "a", passed())))
    assert 'href="feedback/zo%C3%AB%20%231/01_a.html"' in page


def test_a_bar_is_as_long_as_its_value_and_the_longest_fills_the_picture():
    drawn = str(bars([("a", [("good", 1), ("bad", 1)]), ("b", [("good", 4)])], alt='one & "two"'))
    assert re.findall(r'class="(\w+)" style="width:([\d.]+)%"', drawn) == [
        ("good", "25.0"), ("bad", "25.0"), ("good", "100.0"),
    ]  # fmt: skip
    assert 'role="img" aria-label="one &amp; &quot;two&quot;"' in drawn
