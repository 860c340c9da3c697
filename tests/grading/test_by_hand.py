"""Who marks, and what: by lesson, exercise and name."""

import getpass

import pytest

from coursekit.errors import GradeError
from coursekit.grading import by_hand, instructor
from coursekit.grading.gradebook import Gradebook, locate
from grading.books import a_class


def test_whoever_marks_has_a_name(monkeypatch):
    assert by_hand.marker("  Ada\t B.\n") == "Ada B."
    for name in ("", " \n", "x" * 81):
        with pytest.raises(GradeError, match="--as takes a name"):
            by_hand.marker(name)

    def nobody():
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert by_hand.login() == "unknown"


def test_answers_come_in_order_and_without_what_has_points_as_a_whole(tmp_path):
    prose = {"zoe": "z", "Ärmel": "a", "bob": "b"}
    out = a_class(tmp_path, prose, {"zoe": "def span(x): ..."})
    with Gradebook.open(locate(out)) as book:
        before = by_hand.stamp(book)
        found = [(a.exercise, a.name) for a in by_hand.of_book(book)]
        assert found == [("span", "zoe"), ("why", "Ärmel"), ("why", "bob"), ("why", "zoe")]
    instructor.override(str(out), "bob", "tiny", "", 4, "ill")
    with Gradebook.open(locate(out)) as book:
        assert [a.name for a in by_hand.of_book(book)] == ["zoe", "Ärmel", "zoe"]
        assert by_hand.stamp(book) != before
