"""Figures are counted right: what is a cause, what is narrow, whose name is another's."""

import pytest

from named import counts
from named.counts import Bar, Share
from named.record import SAME, Found

SAID = [
    "mistake a",
    "story 1",
    "story 1",
    "story 1",
    "story 2",
    "nothing",
    "crash line",
    "accepted",
]


def found(singles=(), pairs=(), left=None, right=None):
    return Found(list(singles), list(pairs), left or {}, right or {})


def test_a_story_is_narrow_where_few_others_are_told_it():
    assert counts.narrow("story 2", SAID)
    assert not counts.narrow("story 1", SAID)
    assert not counts.narrow("nothing", SAID) and not counts.narrow("mistake a", SAID)


def test_a_story_told_of_a_quarter_of_the_others_is_still_narrow():
    others = ["story 1", "story 1", *(f"story {n}" for n in range(2, 5))]
    assert counts.narrow("story 1", others)
    assert not counts.narrow("story 1", others[:-1])


def test_crashes_and_what_is_accepted_are_left_out_of_what_is_explained():
    assert counts.explained(SAID, SAID) == Share(2, 6)


def test_a_crash_says_its_line_and_both_shapes_or_it_does_not():
    said = ["crash line shapes", "crash line", "crash line shapes-unnamed", "crash", "story 1"]
    assert counts.told_line(said) == Share(3, 4)
    assert counts.told_shapes(said) == Share(1, 2)


@pytest.mark.parametrize(
    "said, false",
    [
        ("mistake b", True),
        ("pair b+c", True),
        ("output b in dx", True),
        (f"mistake b{SAME}", False),
        ("table slip_sign_1f3a", False),
        ("pair slip_sign_1f3a+slip_axis_0000", False),
        ("pair slip_sign_1f3a+b", True),
        ("story 1", False),
        ("nothing", False),
        ("accepted", False),
    ],
)
def test_another_name_is_false_unless_it_is_the_same_fault(said, false):
    assert bool(counts.misnamed({"a": said})) is false
    assert counts.misnamed({"a": said}) <= counts.renamed({"a": said})


def test_dealt_out_no_edit_keeps_its_own():
    every = {"f": found([f"mistake {n}" for n in range(9)]), "g": found(["story 1"] * 4)}
    assert counts.strangers(every) == Share(4, 13)


def test_a_bar_is_met_at_its_figure():
    assert Bar("", Share(9, 10), least=0.9).met and not Bar("", Share(8, 10), least=0.9).met
    assert Bar("", Share(9, 10)).met
    assert Bar("", Share(0, 10), most=0).met and not Bar("", Share(1, 10), most=0).met
    assert str(Share(1, 3)) == "1 of 3 (33.3 %)" and str(Share(0, 0)) == "0 of 0"


def test_every_right_answer_of_which_anything_is_told_counts():
    one = found(right={"f": "accepted", "g": "story 1 (seed 2)"})
    share = counts.bars({"f": one})[-1].share
    assert share == Share(1, 2)
