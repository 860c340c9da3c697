"""The failing input in hand: what a notebook's result carries, and no graded one does."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from coursekit.checking import Local, judge
from coursekit.checking.panel import html, text
from coursekit.checking.shown.case import fetch, remember
from coursekit.checking.shown.hand import InHand
from coursekit.checking.shown.literal import literal
from coursekit.errors import CaseError
from tests.checking import toy


def cases(rng):
    yield "large", (rng.standard_normal((9, 3)) + 7, 2.0)
    yield "small", (np.array([[1.0, 2.0], [3.0, 5.0]]), 3.0)
    yield "middle", (rng.standard_normal((4, 3)) + 7, 2.0)


def script(answer, rng):
    for label, args in cases(rng):
        answer.doing = label
        yield label, answer(*args)


@pytest.fixture
def exercise():
    return made()


def made():
    one = toy.make(cases=cases)
    one.script = script
    return one


def kept(exercise, function, **options):
    return judge(exercise, InHand(function, name=exercise.name), **options)


def test_the_case_is_the_smallest_that_fails_and_the_panel_tells_of_it(exercise):
    result = kept(exercise, toy.opposite)
    case = result.case
    assert (case.label, result.label) == ("small", "small")
    assert list(case.arguments) == ["x", "factor"] and case.arguments["factor"] == 3.0
    assert np.array_equal(case.expected, [6, 10.5]) and np.array_equal(case.yours, [-6, -10.5])
    assert result.message == "output[0] is -6; 6 was expected."
    assert "≠-6" in str(case) and "Tried on   small" in text(result)


def test_the_verdict_is_the_same_with_and_without_a_case_in_hand(exercise):
    wrong = [toy.opposite, *(m.function for m in exercise.mistakes.values())]
    wrong.append(lambda x, factor: (factor * x.mean(0))[None] if len(x) > 5 else -x.mean(0))
    for function in wrong:
        plain, hand = judge(exercise, Local(function, name="scaled_mean")), kept(exercise, function)
        about = ("status", "rung", "score", "diagnosis")
        assert [getattr(plain, a) for a in about] == [getattr(hand, a) for a in about]


def test_the_cell_makes_the_case_again_wherever_it_runs(exercise):
    result = kept(exercise, toy.opposite)
    names = {"scaled_mean": toy.opposite}
    exec(result.case.code, names)
    assert np.array_equal(names["yours"], [-6, -10.5])
    assert np.array_equal(names["expected"], [6, 10.5])
    indented = "\n".join(f"    {line}".rstrip() for line in result.case.code.splitlines())
    assert indented in text(result)
    assert "notebook:insert-cell-below" in html(result) and "<mark>≠-6</mark>" in html(result)


def test_an_error_leaves_the_input_that_raised_it(exercise):
    def raises(x, factor):
        return factor * x.mean(0) if len(x) > 8 else factor.nothing

    case = kept(exercise, raises).case
    assert case.label == "small" and case.yours is None and "AttributeError" in case.error
    assert "yours: AttributeError" in str(case)


def test_hidden_inputs_and_what_is_graded_carry_no_case(exercise):
    hidden = kept(exercise, toy.opposite, seed=3)
    graded = judge(exercise, Local(toy.opposite, name=exercise.name))
    for result in (hidden, graded):
        assert result.case is None and "Try it" not in text(result) and "<pre" not in html(result)
        assert "array" not in json.dumps(asdict(result))
        with pytest.raises(CaseError, match="no case of scaled_mean is in hand"):
            result.draw()
    assert kept(exercise, toy.opposite).but(hidden=True).case is None
    assert kept(exercise, toy.scaled_mean).case is None


def test_an_argument_that_no_digits_make_is_fetched(exercise):
    case = kept(exercise, toy.opposite).case
    assert case.small
    big = replace(case, arguments={"x": np.ones((90, 3)), "factor": 2.0})
    assert "coursekit.case('scaled_mean', 'small')" in big.code
    assert "x = case.arguments['x']" in big.code


def test_the_last_case_is_kept_for_a_cell_that_asks_for_it():
    from coursekit import case, check

    def standardize(x):
        return -(x - x.mean()) / x.std()

    shown = check(standardize).case
    assert case(standardize).label == shown.label == "2 values"
    again = case("standardize", "5 heights in cm")
    assert again.yours is None and again.arguments["x"].shape == (5,)
    with pytest.raises(CaseError, match="no failing case of 'standardize' on 'none'"):
        case("standardize", "none")
    remember(shown)
    assert fetch("standardize").arguments["x"] is not shown.arguments["x"], "made anew"


def test_a_picture_says_what_it_shows(exercise):
    drawn = kept(exercise, toy.opposite).draw()
    assert "2 of 2 entries differ; the largest difference that is a number is" in drawn.alt
    assert drawn.light.startswith(b"\x89PNG") and drawn._repr_html_().startswith("<style>")


def test_tensors_are_written_as_tensors():
    for value in (torch.ones(2, 2), torch.tensor([1.5], dtype=torch.float64), torch.arange(3)):
        again = eval(literal(value), {"torch": torch, "np": np})
        assert torch.equal(again, value) and again.dtype == value.dtype


@pytest.mark.parametrize(
    "value",
    [
        np.array([[0.1, 1 / 3], [np.nan, -np.inf]]), np.float32(0.1), np.arange(3, dtype="i2"),
        np.array([0.1, 0.7], "f4"), np.zeros((0, 3)), np.array(2.5), np.array([True, False]),
        [1, (2.5,), {"a": None, "b": "c'd"}], float("inf"), np.arange(40.0), (), -0.0,
    ],
    ids=repr,
)  # fmt: skip
def test_a_literal_makes_the_same_value_again(value):
    again = eval(literal(value), {"np": np})
    assert type(again) is type(value)
    np.testing.assert_equal(again, value)
    if hasattr(value, "dtype"):
        assert again.dtype == value.dtype and again.shape == value.shape


@pytest.mark.parametrize(
    "value", [np.ones(99), np.array([None]), len, torch.nn.Linear(1, 1), "x" * 500, range(3)]
)
def test_what_is_long_or_no_digits_has_no_literal(value):
    assert literal(value) is None
