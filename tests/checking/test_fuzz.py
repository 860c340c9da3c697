"""Whatever an answer does, the check answers with a Result, and never with an undeserved pass."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import check
from coursekit.checking.panel import html, text


class YesMan:
    """Equals everything, has every attribute, is every array."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        return np.zeros(5)

    def __array_function__(self, *args, **kwargs):
        return True

    def __bool__(self):
        return True


class Liar:
    @property
    def __array_interface__(self):
        return {"shape": (10**12,), "typestr": "<f8", "version": 3, "data": (0, False)}


class Thrower:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("not today")

    def __len__(self):
        raise RuntimeError("nor this")

    def __repr__(self):
        raise RuntimeError("nor that")


class Subclass(np.ndarray):
    def __eq__(self, other):
        return np.True_

    def __sub__(self, other):
        return np.zeros(5)


ODD = [  # made anew each time; hypothesis sees only their places in this list
    lambda value=value: value
    for value in [
        None, ..., NotImplemented, YesMan(), Thrower(), Liar(), np.arange(5).view(Subclass),
        np.nan, np.inf, [np.nan] * 5, np.full(5, np.nan),
        np.zeros(5, complex), np.zeros(5, "M8[s]"),
        np.array([None] * 5), np.zeros((0,)), np.zeros((5, 0)), np.ma.zeros(5), b"bytes", "",
        range(5), {1, 2}, {}, (), [], [[]], (x for x in range(5)),
        print, type, Exception("a value"),
        torch.full((5,), float("nan")), torch.zeros(5, device="meta"), np.zeros(5).view("V8"),
        10**400, -(10**400), True, 1j, np.zeros(()), memoryview(b"12345"),
    ]
]  # fmt: skip
odd = st.integers(0, len(ODD) - 1).map(lambda n: ODD[n]())
plain = st.recursive(
    odd | st.floats(allow_nan=True) | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)
errors = st.sampled_from(
    [ValueError("operands could not be broadcast together with shapes (5,) (x,)"), SystemExit(3),
     RecursionError(), MemoryError(), StopIteration(), AssertionError(), UnicodeError("\ud800"),
     type("Odd", (Exception,), {"__str__": lambda self: 1 / 0})()]
)  # fmt: skip


@settings(max_examples=150)
@given(plain)
def test_no_value_makes_check_raise_or_pass(value):
    def standardize(x):
        return value

    result = check(standardize)
    assert not result.passed and result.score < result.max
    assert "check itself failed" not in text(result)
    assert text(result) and html(result)


@settings(max_examples=20)
@given(errors)
def test_no_exception_makes_check_raise_or_pass(error):
    def standardize(x):
        raise error

    result = check(standardize)
    assert result.status in ("error", "unsolved") and not result.passed
    assert text(result) and html(result)


@settings(max_examples=60)
@given(plain)
def test_no_answer_to_a_question_makes_check_raise(value):
    assert text(check("predict_outlier", value))


@settings(max_examples=60)
@given(plain, plain)
def test_check_itself_takes_anything(answer, value):
    assert not check(answer, value).passed or isinstance(answer, str)
