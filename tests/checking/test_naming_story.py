"""Where no cause is found: which outputs and cases are right, and what is right about wrong."""

import re

import numpy as np
import pytest

from coursekit.checking import Exercise, Local
from coursekit.checking.naming.kept import confused, kept
from coursekit.checking.naming.traits import apart, traits
from coursekit.checking.spread import outputs
from coursekit.checking.trace import observe
from tests.checking.toy import HINTS, cases, scaled_mean
from tests.checking.two_outputs import make, moved

RIGHT = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


@pytest.mark.parametrize(
    "mine, said",
    [
        (RIGHT * [[1], [-1]], "no entry is too small in size"),
        (RIGHT[::-1], "the mean over axis 0"),
        (RIGHT * [[1, 2, 1], [2, 1, 3]], "every sign"),
        (RIGHT + np.array([[0, 3, 0], [0, 1, 9]]), "no entry is too low"),
        (RIGHT.mean(0) + 2 * (RIGHT - RIGHT.mean(0)), "the mean over axis 0"),
    ],
)
def test_what_is_still_right_is_told(mine, said):
    assert said in kept([(mine, RIGHT)])


def test_only_what_holds_of_every_wrong_value_is_told():
    signs = (RIGHT * [[1, 2, 1], [2, 1, 3]], RIGHT)
    assert "every sign" in kept([signs])
    assert "every sign" not in kept([signs, (-RIGHT, RIGHT)])


def test_of_what_has_another_shape_or_no_numbers_nothing_is_told():
    assert kept([(RIGHT.T, RIGHT)]) == kept([("a", "b")]) == kept([]) == ""


def test_where_nothing_holds_the_spread_is_told():
    mine = np.array([[-9.0, 7.0, -1.0], [0.1, -5.5, 6.5]])
    assert "times as far as the right ones" in kept([(mine, RIGHT)])


def test_words_are_told_apart_by_what_they_stand_for():
    pairs = [(True, False), (True, False), (False, True), (True, True)]
    said = confused(pairs)
    assert said == "3 of 4 values are wrong: True where False is right, False where True is right"


def test_right_and_wrong_outputs_are_listed():
    exercise = make()

    def odd_variance(*args):
        y, mean, var = moved(*args)
        return y, mean, var**2 + 1

    right = observe(exercise, Local(moved), 0)
    mine = observe(exercise, Local(odd_variance, name="moved"), 0)
    assert outputs(exercise, mine, right).startswith("wrong: var; right: y, mean")


def test_single_numbers_are_related_over_all_observations():
    def script(answer, rng):
        for n in range(4):
            yield f"number {n}", answer(n + 1.5)

    exercise = Exercise(lambda n: n * n, script, HINTS)
    right = observe(exercise, Local(exercise.right), 0)
    mine = observe(exercise, Local(lambda n: 3 * n * n), 0)
    assert outputs(exercise, mine, right) == "yours = expected × 3 everywhere"


def many(rng):
    for rows, eps in ((5, 0.1), (1, 0.1), (4, 0.3), (1, 0.2), (3, 0.1)):
        yield f"{rows} rows, eps = {eps}", (rng.standard_normal((rows, 2)), eps)


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(
    "dtype", [bool, np.int64, np.float64, np.complex128, "datetime64[s]", "U3"]
)
def test_a_case_has_its_traits_whatever_its_arguments_hold(dtype, same):
    x = np.array([[0, 1], [0, not same]]).astype(np.int64).astype(dtype)

    def of_x(rng):
        yield "some", (x,)

    def f(x):
        return x

    exercise = Exercise(f, lambda answer, rng: iter(()), HINTS, cases=of_x)
    found = {trait for trait, _ in traits(exercise, 0)}
    if x.dtype.kind in "fiub":  # to the judge the others are no numbers
        assert "`x` has 2 axes" in found and "`x` is the same in every row somewhere" in found


def test_cases_are_told_apart_by_a_trait_where_there_are_two_on_both_sides():
    exercise = Exercise(scaled_mean, None, HINTS, cases=many)
    labels = {label for label, _ in many(np.random.default_rng(0))}
    single = {label for label in labels if label.startswith("1 row")}
    assert apart(exercise, single, labels - single, 0) == "wrong exactly where `x` has one row"
    assert apart(exercise, labels - single, single, 0) == "right exactly where `x` has one row"
    assert apart(exercise, {"1 rows, eps = 0.1"}, labels, 0) == ""
    assert apart(Exercise(scaled_mean, None, HINTS, cases=cases), {"a", "b"}, {"c", "d"}, 0) == ""


def test_a_spread_is_told_over_all_that_is_wrong_and_an_order_only_of_what_has_one():
    mine = np.array([[-9.0, 7.0, -1.0], [0.1, -5.5, 6.5]])
    assert " to " not in kept([(mine, RIGHT)])
    assert re.search(r"spread 1\.\d+ to [34]\.\d+ times", kept([(mine, RIGHT), (3 * mine, RIGHT)]))
    assert "order" not in kept([(np.array([5.0, 6, 7]), np.zeros(3))])
