import numpy as np
import pytest
import torch

from coursekit.checking.narrowed import narrowed, rounded


def shifted(x, by=0.1):
    out = np.zeros_like(x)
    out[0] = x[0]
    for i in range(1, len(x)):
        out[i] += x[i] - x.mean() * by
    return out


class Kept:
    def __init__(self, by):
        self.seen = []
        self.by = 3 * by

    def __call__(self, x):
        self.seen.append(x)
        return x / self.by


X = np.random.default_rng(0).standard_normal(6)


def test_a_rounded_array_is_what_float32_leaves_of_it():
    assert np.array_equal(rounded(X, 24), X.astype(np.float32).astype(float))
    assert rounded(0.1, 24) == float(np.float32(0.1))
    assert torch.equal(rounded(torch.tensor(X), 11), torch.tensor(X).half().double())


@pytest.mark.parametrize("value", [None, 3, True, "word", [0.1], np.arange(3), print])
def test_what_is_no_float_stays_itself(value):
    assert rounded(value, 8) is value


def test_zeros_and_what_is_not_finite_stay_and_equals_stay_equal():
    odd = np.array([0.0, np.inf, -np.inf, np.nan, 0.1, 0.1])
    there = rounded(odd, 24, 1.3)
    assert np.array_equal(there[:4], odd[:4], equal_nan=True) and there[4] == there[5] != 0.1


def test_a_rounded_tensor_has_the_gradient_of_the_tensor():
    x = torch.tensor(X, requires_grad=True)
    rounded(x, 8).sum().backward()
    assert torch.equal(x.grad, torch.ones(6, dtype=float))


def test_a_function_rounds_every_value_on_its_way():
    off = np.abs(narrowed(shifted, 24)(X) - shifted(X))
    assert 0 < off.max() < 1e-6
    assert np.array_equal(narrowed(shifted, 53)(X), shifted(X))


def test_a_class_is_rounded_in_its_methods_and_may_keep_what_it_likes():
    layer = narrowed(Kept, 24)(0.1)
    assert 0 < np.abs(layer(X) - Kept(0.1)(X)).max() < 1e-6 and len(layer.seen) == 1


def test_a_parameter_stays_one():
    weight = torch.nn.Parameter(torch.tensor(X))
    assert rounded(weight, 8) is weight
