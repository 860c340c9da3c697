from collections import namedtuple

import numpy as np
import pytest
import torch

from coursekit.checking.copies import copy
from coursekit.checking.guest.marks import mark

Pair = namedtuple("Pair", "a b")


def same(a, b):
    return mark(a) == mark(b)


def deep():
    return {
        "x": [np.ones(3), (np.zeros(2), "word")],
        "p": Pair(np.arange(2.0), 1),
        "t": torch.ones(2),
    }


def test_a_copy_is_equal_and_shares_nothing():
    value = deep()
    made = copy(value)
    assert same(made, value) and type(made["p"]) is Pair
    value["x"][1][0][0] = 5.0
    assert not same(made, value) and made["x"][1][0][0] == 0.0
    value = deep()
    value["t"].mul_(2)
    assert not same(made, value)


def test_what_cannot_change_is_handed_on():
    for value in ("text", 3, None, len, b"x"):
        assert copy(value) is value


def test_a_tensor_keeps_its_wish_for_a_gradient_and_leaves_its_graph():
    made = copy(torch.ones(2, requires_grad=True) * 2)
    assert made.requires_grad and made.is_leaf


@pytest.mark.parametrize(
    "a, b",
    [
        (1, 1.0), (1, True), ([1], (1,)), ({"a": 1}, {"b": 1}), ([1], [1, 1]), ("1", 1),
        (np.ones(2), np.ones((2, 1))), (np.ones(2), np.ones(2, "f4")), (np.ones(2), [1.0, 1.0]),
        (torch.ones(2), np.ones(2)), (torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)),
    ],
)  # fmt: skip
def test_another_type_shape_or_value_is_not_the_same(a, b):
    assert same(a, copy(a)) and same(b, copy(b))
    assert not same(a, b)


def test_a_number_that_is_none_is_the_same_as_itself():
    nan = float("nan")
    assert same(nan, nan) and same([np.array([nan])], [np.array([nan])])
