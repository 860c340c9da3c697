from typing import NamedTuple

import numpy as np
import pytest
import torch

from coursekit.checking.compare import compare


class Pair(NamedTuple):
    mean: float
    var: float


@pytest.mark.parametrize(
    "got, want",
    [
        (1.0, 1.0),
        (np.float64(1.0), 1.0),
        (np.array(1.0), 1.0),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        (torch.tensor([1.0, 2.0]), np.array([1.0, 2.0], np.float32)),
        ([1.0, 2.0], (1.0, 2.0)),
        ((1.0, 2.0), Pair(1.0, 2.0)),
        ({"a": 1, "b": [2.0]}, {"a": 1.0, "b": np.array([2.0])}),
        (np.bool_(True), True),
        (np.array(True), True),
        (torch.tensor(False), False),
        (3, 3.0),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0], np.float32)),  # more digits are welcome
        (np.array([np.nan]), np.array([np.nan])),
    ],
)
def test_the_same_answer_in_another_container_is_right(got, want):
    assert compare(got, want) is None


@pytest.mark.parametrize(
    "got, want, rung, words",
    [
        (None, 1.0, "structure", "is None. End the function with `return"),
        ("1.0", 1.0, "structure", "numbers were asked for; your answer is a str"),
        (print, 1.0, "structure", "is a function"),
        (float, 1.0, "structure", "is a class"),
        (1j, 1.0, "structure", "real numbers were asked for; your answer is a complex n"),
        ([1.0, None], np.zeros(2), "structure", "your answer is a list that holds None"),
        (["a", "b", "c"], ["a", "c"], "structure", "your answer has 'b' too many"),
        (["conf"], ["conv", "b"], "structure", "has 'conf' too many and misses 'conv', 'b'. Did"),
        ({"a"}, ["a"], "structure", "a list was asked for; your answer is a set"),
        (3, "fine", "values", "a word in quotes was asked for; your answer is an int"),
        (torch.ones(2).to(torch.bfloat16), np.ones(2), "dtype", "has dtype bfloat16, not float64"),
        (torch.ones(2).to_sparse(), np.ones(2), "structure", "is a sparse tensor"),
        (np.ones((3, 5)), np.zeros((5, 3)), "shape", r"\(5, 3\) was expected.$"),
        ([[1.0], [2.0, 3.0]], np.zeros(2), "structure", "is a list"),
        (np.array([object()]), np.zeros(1), "structure", "numbers were asked for"),
        (1.0, (1.0, 2.0), "structure", "2 values .* were asked for; your answer is a float"),
        ((1.0,), (1.0, 2.0), "structure", "2 values were asked for; you gave 1"),
        ((1.0, 9.0), Pair(1.0, 2.0), "values", "var is 9; 2 was expected"),
        ({"a": 1}, {"a": 1, "b": 2}, "structure", "misses 'b'"),
        ({"a": 1, "c": 2}, {"a": 1}, "structure", "has 'c' too many"),
        ({"a": 3}, {"a": 1}, "values", "'a' is 3; 1 was expected"),
        ({"a": 1, "b": None}, {"a": 1, "b": 2}, "structure", "^'b' is None; a number was asked"),
        ({"a": None}, {"a": np.ones(3)}, "structure", r"'a' is None; an array of shape \(3,\) was"),
        ((1, None), (1, True), "structure", "value 2 is None; True or False was asked for"),
        (
            {"dgama": 1, "dx": 2},
            {"dgamma": 1, "dx": 2},
            "structure",
            "misses 'dgamma' and has 'dgama' too many. Did you mean 'dgamma' by 'dgama'[?]",
        ),
        ({"Mean": 1}, {"mean": 1}, "structure", "Did you mean 'mean' by 'Mean'[?]"),
        ({"a": 1, "c": 2}, {"a": 1, "width": 2}, "structure", "has 'c' too many.$"),
        (1, True, "structure", "True or False is needed"),
        (np.float64(1), True, "structure", "your answer is a float; True or False is needed"),
        (np.False_, True, "values", "your answer is False.$"),
        ((True, np.True_), (True, False), "values", "value 2 is True.$"),
        ("x" * 300, "y", "values", "x …$"),
        (False, True, "values", "your answer is False"),
        (np.zeros((3, 4)), np.zeros(4), "shape", r"has shape \(3, 4\); \(4,\) was expected"),
        (np.zeros((1, 4)), np.zeros(4), "shape", "right values, wrong shape"),
        (np.arange(6.0).reshape(3, 2), np.arange(6.0).reshape(3, 2).T, "shape", "transposed"),
        (np.array([1j]), np.zeros(1), "structure", "numbers"),
        (np.array([True]), np.zeros(1), "dtype", "dtype bool"),
        (np.array([1.1], np.float16), np.array([1.1], np.float32), "dtype", "digits are lost"),
        (np.array([1.0, np.nan]), np.ones(2), "finite", r"holds nan at output\[1\]"),
        (np.array([np.inf]), np.ones(1), "finite", "inf"),
        (np.array([1.0]), np.array([np.nan]), "values", "nan was expected"),
        (np.array([1.0, 2.5]), np.array([1.0, 2.0]), "values", r"output\[1\] is 2.5; 2 was"),
    ],
)
def test_each_way_of_being_wrong_has_its_rung_and_its_words(got, want, rung, words):
    found = compare(got, want)
    assert found is not None and found.rung == rung
    assert __import__("re").search(words, found.message), found.message


def test_right_values_in_a_wrong_shape_are_marked_so():
    assert compare(np.ones((3, 1)), np.ones(3)).right_values
    assert not compare(np.ones((3, 2)), np.ones(3)).right_values


def test_error_and_allowance_are_those_of_the_entry_that_is_shown():
    found = compare(np.array([1.0, 2.0, 30.0]), np.array([1.0, 2.1, 3.0]))
    assert found.where == "output[1]"
    assert found.error == pytest.approx(0.1) and found.allowed < 1e-6


def test_tolerance_follows_the_dtype_unless_the_exercise_sets_it():
    assert compare(np.float32(1.00005), np.float32(1.0)) is None
    assert compare(np.float64(1.00005), np.float64(1.0)) is not None
    assert compare(np.float64(1.00005), np.float64(1.0), rtol=1e-3) is None


def test_two_numbers_that_differ_late_are_shown_to_the_digit_that_differs():
    found = compare(np.float64(1.0000000123), np.float64(1.0), rtol=1e-9)
    assert found.yours != found.expected and found.yours.startswith("1.00000001")


def test_a_returned_tuple_has_names_where_the_exercise_gives_them():
    found = compare((1.0, 9.0), (1.0, 2.0), names=("gamma", "beta"))
    assert found.message == "beta is 9; 2 was expected."
    assert "2 values (gamma, beta)" in compare(1.0, (1.0, 2.0), names=("gamma", "beta")).message


def test_no_finite_number_is_near_infinity():
    """Or a mistake that overflows would explain every other answer."""
    far = np.array([np.inf, -np.inf])
    assert compare(np.array([1.0, -2e300]), far) is not None
    assert compare(far.copy(), far) is None
