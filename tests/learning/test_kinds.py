"""Values of every kind, put into the containers that were asked for."""

from collections import namedtuple

import numpy as np
import pytest
import torch

from coursekit.learning.kinds import Asked, Given

Pair = namedtuple("Pair", "mean var")
NOTHING = Given.of(())
ONES = np.ones(2)


def fit(value, *asked, given=NOTHING):
    return Asked.like((NOTHING, a) for a in asked).fit(value, given)


@pytest.mark.parametrize("value, asked", [
    ([1.0, 1.0], ONES), (torch.ones(2).double(), ONES), ((1, 1), ONES), (np.ones(2, int), ONES),
    ([1.0, 1.0], torch.ones(2)), (ONES, torch.ones(2, dtype=torch.float64)),
    (np.array(1.0), 1.0), (torch.tensor(1.0), np.float64(1)), (1, 1.0), (np.int64(1), 1),
    (np.True_, True), (1.0, np.array(1.0)), (2.0, torch.tensor(1.0)),
    ([ONES, [1.0, 1.0]], (ONES, ONES)), ((1.0, ONES), Pair(1.0, ONES)), (("a", "b"), ["a"] * 2),
    ({"a": [1.0, 1.0], "b": ([1.0, 1.0],)}, {"a": ONES, "b": [ONES]}),
])  # fmt: skip
def test_it_becomes_what_was_asked_for(value, asked):
    assert kinds(fit(value, asked)) == kinds(asked)
    assert fit(asked, asked) is asked


def kinds(value):
    if isinstance(value, dict):
        return {k: kinds(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return (type(value), *map(kinds, value))
    return (type(value), getattr(value, "dtype", None))


def test_either_kind_that_was_asked_for_stays():
    for value in (1.0, np.float64(1), ONES):
        assert fit(value, 1.0, np.float64(2), ONES) is value
    assert type(fit(np.array(2.0), np.float64(1), ONES)) is np.float64
    assert type(fit([2.0, 3.0], np.float64(1), ONES)) is np.ndarray


@pytest.mark.parametrize("value", ["text", None, len, object(), {1, 2}, [], [[1], [2, 3]]])
def test_what_is_no_such_value_stays(value):
    assert fit(value, ONES) is value or isinstance(value, list)


def test_a_list_of_names_may_be_of_any_length():
    assert fit(("a", "b", "c"), ["a"], []) == ["a", "b", "c"]
    assert fit((1, 2, 3), (1, 2)) == (1, 2, 3)


def test_half_precision_and_devices_follow_what_was_given():
    asked = Asked.like(
        [(Given.of((ONES,)), ONES), (Given.of((ONES.astype("f4"),)), ONES.astype("f4"))]
    )
    for dtype in (torch.bfloat16, torch.float16, torch.float64):
        made = asked.fit([1.0, 2.0], Given.of((torch.ones(2, dtype=dtype),)))
        assert made.dtype == dtype and made.device.type == "cpu"
    assert asked.fit([1.0, 2.0], Given.of(([ONES.astype("f4")],))).dtype == np.float32


def test_a_tensor_with_a_gradient_can_become_an_array():
    assert type(fit(torch.ones(2, requires_grad=True), ONES)) is np.ndarray
