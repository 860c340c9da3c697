"""Wrong backward passes are wrong, and each is let through by the tests that the lesson names."""

import numpy as np
import pytest
import torch

from coursekit.exercises.batchnorm_backward.gradcheck import gradcheck
from coursekit.experiments import wrong_backwards as experiment


@pytest.fixture
def x():
    return 7 + 3 * np.random.default_rng(3).standard_normal((6, 4))


def x_hat(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + experiment.EPS)


def test_the_right_one_is_what_autograd_says(x):
    dy = np.random.default_rng(4).standard_normal(x.shape)
    t = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.batch_norm(t, None, None, training=True, eps=experiment.EPS)
    [dx] = torch.autograd.grad(y, t, torch.tensor(dy))
    np.testing.assert_allclose(experiment.right(dy, x), dx.numpy(), atol=1e-12)


@pytest.mark.parametrize("name", experiment.WRONG)
def test_a_random_dy_refuses_each(name, x):
    dy = np.random.default_rng(4).standard_normal(x.shape)
    assert not experiment.accepted(experiment.WRONG[name], dy, x)
    assert not gradcheck.right(x_hat, experiment.WRONG[name], x)
    assert experiment.accepted(experiment.right, dy, x)


@pytest.mark.parametrize("loss, refused", [
    ("sum", {"mean and variance constant", "mean constant"}),
    ("squares", {"mean and variance constant", "variance constant"}),
])  # fmt: skip
def test_a_sum_and_a_sum_of_squares_let_five_of_seven_through(loss, refused, x):
    dy = np.ones_like(x) if loss == "sum" else 2 * x_hat(x)
    through = {n for n, wrong in experiment.WRONG.items() if experiment.accepted(wrong, dy, x)}
    assert through == experiment.WRONG.keys() - refused and len(through) == 5
