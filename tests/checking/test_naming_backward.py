"""A backward that is exact for the learner's own wrong forward is told so, and not blamed."""

from pathlib import Path

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Local, judge

PACK = Path(__file__).parents[1] / "packs" / "assignment2.py"


@pytest.fixture(scope="module")
def backward():
    exercises.add_pack(PACK)
    return exercises.find("batchnorm_backward")


def batchnorm_forward(x, gamma, beta, bn_param):
    """eps stands outside the root."""
    mean, std = x.mean(0), x.std(0)
    x_hat = (x - mean) / (std + bn_param["eps"])
    return gamma * x_hat + beta, (x_hat, gamma, std, bn_param["eps"])


def batchnorm_backward(dout, cache, wrong=1.0):
    x_hat, gamma, std, eps = cache
    g, centred = dout * gamma, x_hat * (std + eps)
    dstd = -(g * centred).sum(0) / (std + eps) ** 2
    dx = g / (std + eps) + wrong * centred * dstd / std / len(dout)
    return dx - dx.mean(0), (dout * x_hat).sum(0), dout.sum(0)


@pytest.mark.parametrize("seed", [0, 5])
def test_the_exact_gradient_of_ones_own_forward_is_no_fault_of_the_backwards(backward, seed):
    result = judge(backward, Local(batchnorm_backward), seed=seed)
    assert not result.passed and result.diagnosis == "right_for_its_own_forward"
    assert "mend `batchnorm_forward`, and `batchnorm_backward` then passes" in result.explanation


def test_a_backward_that_is_wrong_for_its_own_forward_is_not_told_so(backward):
    def wrong(dout, cache):
        return batchnorm_backward(dout, cache, wrong=1.01)

    result = judge(backward, Local(wrong, name="batchnorm_backward"))
    assert not result.passed and result.diagnosis != "right_for_its_own_forward"


def test_gradients_of_another_shape_are_not_looked_at(backward):
    def flat(dout, cache):
        return tuple(np.sum(value) for value in batchnorm_backward(dout, cache))

    result = judge(backward, Local(flat, name="batchnorm_backward"))
    assert result.diagnosis != "right_for_its_own_forward"
