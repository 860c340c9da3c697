"""What a value is, in a few words, and never more than that."""

import numpy as np
import pytest
import torch

from coursekit.checking.guest.operands import LONGEST, what


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
