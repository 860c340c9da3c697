"""What a value is, in a few words, and never more than that."""

import ast

import numpy as np
import pytest
import torch

from coursekit.checking.guest.operands import LONGEST, filled, labels, what


@pytest.mark.parametrize(
    "value, words",
    [
        (np.ones((5, 4)), "(5, 4)"),
        (np.arange(3), "(3,) of whole numbers"),
        (np.ones(()), "()"),
        (np.ones(3) > 0, "(3,)"),
        (torch.ones(2, 3), "(2, 3)"),
        (torch.arange(3), "(3,) of whole numbers"),
        (torch.ones(3) > 0, "(3,)"),
        (None, "None"),
        (3, "3"),
        (1e-5, "1e-05"),
        (np.float32(0.25), "0.25"),
        ("train", "'train'"),
        ((2, 3), "(2, 3)"),
        ([np.ones(2), None], "a list of 2"),
        ({"mean": 1, "var": 2}, "a dict with 'mean', 'var'"),
        ({1: 2}, "a dict of 1"),
        (np.mean, ""),
        (np, ""),
        (object(), "of type object"),
    ],
)
def test_a_value_is_told_by_its_shape_its_kind_or_itself(value, words):
    assert what(value) == words


def test_a_long_text_is_only_counted():
    assert what("x" * 100) == "a text of 100 characters"
    assert len(what("x" * (LONGEST - 2))) == LONGEST


def expressions(*texts):
    return [ast.parse(text, mode="eval").body for text in texts]


def test_a_long_expression_is_named_by_what_it_calls():
    long = "np.linalg.norm(w, axis=1, keepdims=False, ord=2)"
    assert labels(expressions("w", long)) == ["w", "np.linalg.norm(…)"]
    sums = " + ".join(f"number_{n}" for n in range(9))
    [cut] = labels(expressions(sums))
    assert sums.startswith(cut.removesuffix(" …")) and len(cut) <= LONGEST
    [call] = expressions(f"f(*{long}, x[{long}:{long}])")
    starred, part = call.args  # neither of which could stand alone
    assert labels([starred, part.slice]) == [
        "*np.linalg.norm(…)",
        "np.linalg.norm(…):np.linalg.norm(…)",
    ]
    assert ast.unparse(starred) == f"*{long}"  # what is learners' stays as it is


def test_two_long_expressions_that_call_the_same_are_told_apart():
    both = [f"np.linalg.norm(w, axis={n}, keepdims=False, ord={n})" for n in (1, 2)]
    first, second = labels(expressions(*both))
    assert first != second and max(len(first), len(second)) <= LONGEST
    assert labels(expressions(both[0], both[0])) == ["np.linalg.norm(…)"] * 2


def test_an_errors_words_fill_in_a_side_only_where_they_agree_with_the_other():
    sides = expressions("x", "f(x)")
    words = "operands could not be broadcast together with shapes (5,4) (5,)"
    assert filled((("x", "(5, 4)"),), sides, words) == (("x", "(5, 4)"), ("f(x)", "(5,)"))
    assert filled((), sides, f"{words} (5,4)") == (("x", "(5, 4)"), ("f(x)", "(5,)"))
    other = (("x", "(7, 4)"),)  # the words are of something further in
    assert filled(other, sides, words) == other
    assert filled((), sides, "The size of tensor a (4) must match that of tensor b (5)") == ()
    assert filled((), (), words) == ()
