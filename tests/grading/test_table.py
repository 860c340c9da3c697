"""The table of students and lessons: everybody once, by name, in course order; and as a CSV."""

import csv
from dataclasses import replace

from coursekit.grading.intake.roster import Person
from coursekit.grading.reports import table
from coursekit.grading.reports.table import BOM
from grading.class_of import class_of, handed, passed, result

PROSE = result("why", "manual", points=3)
PEOPLE = {
    "k1": Person("17", "Zoë Özil", section="B"),
    "k2": Person("4", "Émile Zola", section="A"),
    "k3": Person("5", "=Nobody", section="A", excused=("scaling_inputs",)),
}


def a_course():
    """Two lessons, of which one was part of earlier runs only."""
    report = class_of(
        handed("k1", "scaling_inputs", passed(), PROSE, late=2, attempt=3, attempts=3),
        handed("k2", "scaling_inputs", passed("f", 5), status="judge_failed", reason="it died"),
    )
    earlier = (handed("k2", "mean_and_variance", passed("f", 4)),)
    return replace(report, others=earlier, people=PEOPLE, totals={"k1": 0.25, "k2": 0.5})


def test_everybody_has_a_row_by_name_and_lessons_are_in_course_order():
    made = table.table(a_course())
    assert [row.who.name for row in made.rows] == ["=Nobody", "Émile Zola", "Zoë Özil"]
    assert made.lessons == {"mean_and_variance": 4, "scaling_inputs": 5}
    assert [*made.lessons] == ["mean_and_variance", "scaling_inputs"]
    assert [row.total for row in made.rows] == [None, 0.5, 0.25]
    assert made.ids and made.sections and made.totals
    bare = table.table(class_of(handed("ada"), handed("ben", "x", passed())))
    assert [row.who.name for row in bare.rows] == ["ada", "ben"], (
        "a file of no lesson is somebody's"
    )
    assert not (bare.ids or bare.sections or bare.totals)


def test_what_is_given_for_the_whole_lesson_leaves_nothing_to_mark():
    one = handed("ada", "x", passed(), PROSE)
    assert table.waiting(one) == 1 and table.waiting(replace(one, given=2)) == 0


def test_the_csv_has_a_row_for_each_and_begins_with_a_mark_if_asked():
    text = table.as_csv(a_course())
    head, *rows = csv.reader(text.splitlines())
    assert head == [
        "student", "id", "section", "share of the course",
        "mean_and_variance (of 4)", "scaling_inputs (of 5)",
        "mean_and_variance late", "scaling_inputs late",
        "mean_and_variance attempts", "scaling_inputs attempts",
        "mean_and_variance to mark", "scaling_inputs to mark",
    ]  # fmt: skip
    assert rows == [
        ["'=Nobody", "5", "A", "", "", "", "", "", "0", "0", "0", "0"],
        # Scored to nobody where the grader failed: no points, and not none either.
        ["Émile Zola", "4", "A", "0.5", "4", "", "no", "no", "1", "1", "0", "0"],
        ["Zoë Özil", "17", "B", "0.25", "", "2", "", "yes", "0", "3", "0", "1"],
    ]
    assert table.as_csv(a_course(), bom=True) == BOM + text
