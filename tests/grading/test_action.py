"""What needs a person is apart from what is good to know, and what is alike is said once."""

from dataclasses import replace

from coursekit.grading.intake.roster import Person
from coursekit.grading.reports import action
from grading.class_of import class_of, handed, passed, result

PROSE = result("why", "manual", points=3)
WITHHELD = result("f", "manual").but(rung="forbidden", message="withheld: torch ran batch_norm.")
COPIES = [
    {"lesson": "my_lesson", "exercise": "f", "students": ["ada", "ben"], "published": published,
     "similarity": 97, "tokens": 80}
    for published in ([], ["f"])
]  # fmt: skip


def said(parts):
    """{part: [(label, what is said, names)]} of what is written out."""
    return {
        part.name: [(e.label, e.said, [link.text for link in e.links]) for e in part.entries]
        for part in parts
    }


def a_class():
    report = class_of(
        handed(
            "ada", "my_lesson", PROSE, notes=("moved here",), status="timeout", reason="f: slow"
        ),
        handed("cem", "my_lesson", WITHHELD, notes=("moved here",)),
        handed("dia", "my_lesson", status="malformed", reason="it is empty", ungraded=True),
        handed("eva", "my_lesson", passed(), status="judge_failed", reason="it died"),
        handed("fay", "my_lesson", PROSE, given=3.0),
        handed("gus", "my_lesson", passed(), older=("f",)),
    )
    return replace(report, others=(handed("ben", "my_lesson", PROSE),))


def test_what_is_to_be_done_is_told_by_kind_and_counted():
    parts = action.needed(replace(a_class(), people={"ben": Person("1", "Ben")}), COPIES)
    assert said(parts) == {
        "failed": [("judge failed: it died", "", ["eva/01_my_lesson.ipynb"])],
        "broken": [("malformed: it is empty", "", ["dia/01_my_lesson.ipynb"])],
        "manual": [("My lesson: why", "3 points each", ["ada", "Ben"])],
        "withheld": [("My lesson: f", "withheld: torch ran batch_norm.", ["cem"])],
        "older": [("My lesson: f", "", ["gus"])],
        "copies": [("My lesson: f", "97 % alike, 80 tokens", ["ada", "Ben"])],
    }
    assert [part.count for part in parts] == [1, 1, 2, 1, 1, 1]
    assert action.needed(class_of(handed("ada", "my_lesson", passed()))) == []


def test_what_is_good_to_know_is_grouped_by_its_words():
    assert said(action.known(a_class())) == {
        "ended": [("timeout: f: slow", "", ["ada/01_my_lesson.ipynb"])],
        "notes": [("moved here", "", ["ada/01_my_lesson.ipynb", "cem/01_my_lesson.ipynb"])],
    }


def test_of_a_thousand_alike_some_are_written_out_and_the_others_counted():
    many = [handed(f"s{n}", "my_lesson", PROSE, notes=(f"note {n}",)) for n in range(100)]
    [manual] = action.needed(class_of(*many))
    [entry] = manual.entries
    assert manual.count == 100 and len(entry.links) + entry.more == 100 > len(entry.links)
    assert [link.text for link in entry.links[:3]] == ["s0", "s1", "s2"]
    [notes] = action.known(class_of(*many))
    assert len(notes.entries) + notes.more == 100 > len(notes.entries)


def test_two_of_one_name_are_told_apart_and_a_file_says_whose_it_is():
    groß = {id: Person(id, "Groß, Anna") for id in ("ada", "dia")}
    found = said(
        action.needed(replace(a_class(), people=groß | {"ben": Person("1", "Ben")}), COPIES)
    )
    assert found["copies"][0][2] == ["Groß, Anna (ada)", "Ben"]
    assert found["broken"][0][2] == ["Groß, Anna (dia): dia/01_my_lesson.ipynb"]
