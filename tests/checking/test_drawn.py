import types

import numpy as np
import pytest

from coursekit.checking.shown.beside import Beside
from coursekit.checking.shown.drawn import drawn
from coursekit.errors import CaseError

ASKED = types.SimpleNamespace(rtol=1e-5, atol=1e-8, returns=("y",))


def beside(got, want):
    return Beside.of(ASKED, np.asarray(got, float), np.asarray(want, float))


@pytest.mark.parametrize("shape", [(4,), (3, 5)])
def test_it_is_a_picture_that_says_where_the_largest_difference_is(shape):
    want, got = np.zeros(shape), np.zeros(shape)
    got[(0,) * len(shape)], got[(2,) * len(shape)] = 1, -3
    alt = drawn(beside(got, want), "batch_norm").alt
    place = ", ".join(["2"] * len(shape))
    assert alt.startswith("batch_norm: your output") and "-3" in alt and alt.endswith(f"[{place}].")
    assert f"2 of {got.size} entries differ" in alt


def test_values_that_are_no_numbers_are_left_out():
    assert "number is 2" in drawn(beside([np.nan, 2.0, np.inf], [0.0, 0.0, 1.0]), "f").alt


@pytest.mark.parametrize(
    "got, words", [(np.ones((1, 2, 3)), "3 dimensions"), ([np.nan, np.inf], "nothing can be drawn")]
)
def test_what_cannot_be_drawn_is_said(got, words):
    with pytest.raises(CaseError, match=words):
        drawn(beside(got, np.zeros(np.shape(got))), "f")
