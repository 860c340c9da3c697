"""Adaptive clipping of a model's gradients: the NumPy reference, parameter by parameter."""

import numpy as np
import pytest
import torch
from torch import nn

from coursekit import layers, norms
from coursekit.errors import ArgumentError


def trained():
    """A small network with the gradients of one step, and a layer that had no part in it."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv1d(3, 5, 2), nn.Flatten(), nn.Linear(15, 2), nn.Linear(2, 2))
    with torch.no_grad():
        model[0].weight[1] = 0.0
    (model[:3](torch.randn(4, 3, 4)) ** 2).sum().backward()
    return model


def test_every_gradient_becomes_what_the_reference_says_and_none_is_made():
    model, limit, eps = trained(), 0.03, 0.02
    before = {name: p.grad.clone() for name, p in model[:3].named_parameters()}
    assert layers.clip_adaptively(model.parameters(), limit, eps) is None
    for name, p in model[:3].named_parameters():
        rows = (len(p), -1) if p.ndim > 1 else (1, -1)  # a bias is one output
        grad, w = (a.detach().double().reshape(rows).numpy() for a in (before[name], p))
        wanted = norms.clip_adaptively(grad, w, limit, eps).reshape(p.shape)
        np.testing.assert_allclose(p.grad, wanted, rtol=1e-5)
        assert not torch.equal(p.grad, before[name])
    assert model[3].weight.grad is None


def test_one_parameter_may_be_given_alone_and_a_gradient_of_zeros_stays():
    p = nn.Parameter(torch.ones(2, 3, dtype=torch.float16))
    p.grad = torch.tensor([[300.0, 400.0, 0.0], [0.0, 0.0, 0.0]], dtype=torch.float16)
    layers.clip_adaptively(p, limit=1.0)
    wanted = torch.tensor([[0.6, 0.8, 0.0], [0.0, 0.0, 0.0]]) * 3**0.5
    torch.testing.assert_close(p.grad.float(), wanted, rtol=2e-3, atol=0)


@pytest.mark.parametrize("limit, eps", [(0, 1e-3), (0.1, 0), (-1, 1e-3)])
def test_limits_that_leave_nothing_are_refused(limit, eps):
    with pytest.raises(ArgumentError, match="above 0"):
        layers.clip_adaptively([], limit, eps)
