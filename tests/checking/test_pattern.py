import numpy as np
import pytest

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
