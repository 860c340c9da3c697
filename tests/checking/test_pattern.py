import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.checking.pattern import pattern

X = np.random.default_rng(0).standard_normal((5, 3)) + 2


@pytest.mark.parametrize(
    "got, words",
    [
        (X * 0.8, "expected × 0.8 everywhere"),
        (X + 0.5, "expected + 0.5 everywhere"),
        (-X, "the sign is turned"),
        (np.sqrt(np.abs(X)) * np.sign(X), ""),
        (X**2, "a square root is missing"),
        (np.full_like(X, 4.0), "every value of yours is 4"),
        (X * [1.0, 2.0, 3.0], "one factor for each index of axis 1 (1, 2, 3 …)"),
        (X + np.arange(5.0)[:, None], "one offset for each index of axis 0"),
        (np.where(np.arange(3) == 2, X + np.sin(X), X), "only index 2 of axis 1 is wrong"),
        (X, ""),
        (X * 1e-30, ""),
        (X[:2], ""),
        (X * np.nan, ""),
    ],
)
def test_says_what_relates_two_arrays(got, words):
    said = pattern(got, X)
    assert words in said and bool(words) == bool(said)


def test_a_tuple_is_described_by_its_first_wrong_member():
    assert "× 2" in pattern((X, 2 * X), (X, X))
    assert "× 2" in pattern({"a": X, "b": 2 * X}, {"a": X, "b": X})


def test_a_square_transpose_is_seen_though_its_shape_is_right():
    square = X[:3]
    assert pattern(square.T, square) == "yours is the transpose of what was expected"


def test_constant_columns_of_the_input_are_named_where_only_they_are_wrong():
    x = X.copy()
    x[:, 1] = 4.0
    got = np.where(np.arange(3) == 1, X + np.sin(X), X)
    assert pattern(got, X, (x, 0.1)).endswith("is wrong, exactly where the input is constant")
    assert pattern(got, X, (X, 0.1)) == pattern(got, X) == "only index 1 of axis 1 is wrong"
    assert "constant" in pattern({"a": got}, {"a": X}, (x,))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([1e-12, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3, 0.1]),
    st.sampled_from(["factor", "offset", "factors", "offsets", "noise", "one entry", "float32"]),
    st.integers(0, 9),
)
def test_no_factor_reads_as_1_and_no_offset_as_0(size, kind, seed):
    rng = np.random.default_rng(seed)
    right = rng.standard_normal((4, 3)) + rng.choice([0, 1, 100])
    got = {
        "factor": right * (1 + size),
        "offset": right + size,
        "factors": right * (1 + size * np.arange(3)),
        "offsets": right + size * np.arange(4)[:, None],
        "noise": right * (1 + size * rng.standard_normal((4, 3))),
        "one entry": np.where(np.arange(12).reshape(4, 3) == 5, right + size, right),
        "float32": right.astype(np.float32).astype(float),
    }[kind]
    said = pattern(got, right)
    assert not re.search(r"[×+−] -?[01](\.0*)?( |$)", said), said
    listed = re.search(r"\((.*) …\)", said)
    assert not listed or set(listed[1].split(", ")) - {"1", "+0", "-0"}, said


def test_a_factor_near_1_has_the_digits_that_tell_it():
    assert pattern(X * (1 + 1e-6), X) == "yours = expected × 1.000001 everywhere"
    assert "× 1" not in pattern(X.astype(np.float32).astype(float), X)


def test_one_value_everywhere_is_told_only_where_the_right_ones_are_others():
    ones = np.ones((3, 2))
    assert pattern(ones, ones + 1e-9 * X[:3, :2]) == ""


def test_a_value_is_called_as_elsewhere_by_its_name_or_counted_from_one():
    both = (X, X * 1.37), (X, X)
    assert pattern(*both, (), ("mean", "var")).startswith("var: yours = expected × 1.37")
    assert pattern(*both).startswith("value 2: ")
