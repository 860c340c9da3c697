"""A gradebook keeps what students wrote, and a later year's run finds it there."""

import pytest

from coursekit.errors import GradeError
from coursekit.grading import earlier
from coursekit.grading.gradebook import Gradebook, locate

ONE, TWO = ("full_layer", "f"), ("full_layer", "g")


def test_answers_are_kept_by_student_and_found_by_lesson(tmp_path):
    old, own = tmp_path / "2025", str(tmp_path / "2026")
    old.mkdir()
    with Gradebook.open(locate(old), create=True) as book:
        earlier.keep(book, {ONE: {"ada": "a", "ben": "b"}, ("start_here", "h"): {"ada": "c"}})
        earlier.keep(book, {TWO: {"ben": "é"}})  # handed in anew, without the other
        first = book.recall("answers full_layer")
        earlier.keep(book, {TWO: {"ben": "é"}})
        assert book.recall("answers full_layer") == first
    found = earlier.read([str(old)], own, ["full_layer", "scaling_inputs"])
    assert found.years == {"2025": {ONE: {"ada": "a"}, TWO: {"ben": "é"}}}
    assert earlier.read([str(old / "gradebook.db")], own, ["full_layer"]).years == found.years
    assert earlier.read([], own, ["full_layer"]) == earlier.Earlier({}, "")
    other = earlier.read([str(old)], own, ["start_here"])
    assert found.hash != other.hash and found.hash == earlier.read(
        [str(old)], own, ["scaling_inputs", "full_layer"]).hash  # fmt: skip
    for place, said in ((str(old), "own gradebook"), (str(tmp_path / "x"), "no gradebook at")):
        with pytest.raises(GradeError, match=said):
            earlier.read([place], str(old), ["full_layer"])
