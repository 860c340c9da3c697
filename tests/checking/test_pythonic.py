"""Python's own words, retold: real errors, and what is said of them."""
# ruff: noqa: F821, F841, RUF059

import math

import numpy as np
import pytest
import torch

from coursekit.checking import AnswerError, Local
from coursekit.checking.pythonic import meaning

CACHE = None


def unset(x):
    if len(x) > 9:
        mean = x.mean()
    return mean


def mistyped(x):
    variance = x.var()
    return varience


def is_none(x):
    mean, var = CACHE
    return mean


def no_return(x):
    def moments(x):
        x.mean()

    return moments(x) + 1


def iterates(x):
    return [v for _, v in {"a": x}.iteritems()]


def ranges(x):
    return [i for i in xrange(3)]


def from_torch(x):
    return x.unsqueeze(0)


def from_numpy(x):
    return torch.ones(3).astype(float)


def keepdim(x):
    return x.mean(0, keepdim=True)


def removed(x):
    return x.astype(np.float)


def brackets(x):
    return x.mean[0]


def no_star(x):
    factor = 2
    return factor(x)


def too_few(x):
    return np.var() + x


def by_name(x):
    return x.shape["mean"]


def two_places(x):
    return x.tolist()[0, 1]


class Layer:
    def forward(self, x):
        return x


def no_call(x):
    return Layer()(x)


def halved(x):
    return np.zeros(len(x) / 2)


def by_math(x):
    return math.sqrt(x)


def either(x):
    return x if x > 0 else 0


def unpacked(x):
    a, b, c = x.shape
    return a


def divided(x):
    return 1 / (len(x) - 6)


def whole(x):
    counts = np.arange(6)
    counts -= counts.mean()
    return counts


def reshaped(x):
    return x.reshape(4, 4)


def third_axis(x):
    return x.mean(axis=2)


def squeezed(x):
    row = x[:1]
    return row.squeeze().mean(axis=1)


def wrong_key(x):
    cache = {"x_hat": x}
    return cache["xhat"]


def long_list(x):
    return [1, 2] / 2


def in_place(x):
    w = torch.ones(3, requires_grad=True)
    w += 1
    return w


def last_index(x):
    return x[6]


def product(x):
    return x @ np.ones((5, 2))


TOLD = [
    (unset, "`mean` is given a value further down, or in a branch or loop that did not run"),
    (mistyped, "Nothing is called `varience` there; is `variance` meant?"),
    (is_none, "What should have set `CACHE`, and did a function return it?"),
    (no_return, "a function without `return` gives None"),
    (iterates, "`iteritems` is Python 2's; Python 3 has items()."),
    (ranges, "`xrange` is Python 2's; Python 3 has range."),
    (from_torch, "`.unsqueeze` is torch's; for a NumPy array it is np.expand_dims."),
    (from_numpy, "`.astype` is NumPy's; for a tensor it is to(dtype)."),
    (keepdim, "try `keepdims`"),
    (removed, "NumPy no longer has `np.float`: write `float`."),
    (brackets, "A method is called with round brackets"),
    (no_call, "has a method `__call__`"),
    (no_star, "is a `*` missing"),
    (too_few, "fewer arguments than that function takes"),
    (halved, "A whole number is needed there"),
    (by_name, "a dict is asked by name"),
    (two_places, "only an array takes several"),
    (by_math, "those of `np` do"),
    (either, "need one True or False"),
    (unpacked, "another number of values"),
    (divided, "What it divides by is 0 there."),
    (whole, "The array holds whole numbers"),
    (reshaped, "A reshape keeps the number of values"),
    (third_axis, "The array there has fewer axes than that"),
    (squeezed, "`row.squeeze()` takes away every axis of length one"),
    (wrong_key, "`cache` has no such key; is 'x_hat' meant?"),
    (long_list, "does not compute as an array does"),
    (in_place, "changed in place"),
    (last_index, "Indices begin at 0"),
    (product, "A matrix product takes the last axis of the left one"),
]


def raised(function):
    with pytest.raises(AnswerError) as caught:
        Local(function)(np.ones((6, 3)))
    return caught.value


@pytest.mark.parametrize("function, words", TOLD, ids=[f.__name__ for f, _ in TOLD])
def test_an_error_is_retold(function, words):
    error = raised(function)
    assert words in meaning(error, error.look())


def test_no_error_that_is_plain_is_explained():
    error = AnswerError("ValueError", "gamma must be positive")
    assert meaning(error, error.look()) == ""


def test_no_name_far_from_all_others_is_offered_another():
    def far(x):
        return completely_elsewhere

    error = raised(far)
    assert meaning(error, error.look()) == ""
