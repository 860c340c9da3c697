"""The loss along a step."""

import numpy as np
import torch

from coursekit.experiments import landscape as experiment


class Quadratic(torch.nn.Module):
    """Two replicas of one number each; the loss is put in its place below."""

    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([1.0, 2.0], dtype=torch.float64).view(2, 1, 1))


def test_on_a_parabola_the_gradient_changes_by_curvature_times_length(monkeypatch):
    net, curvature = Quadratic(), torch.tensor([1.0, 2.0]).double()
    monkeypatch.setattr(experiment, "losses", lambda net, x, y: curvature * net.w[:, 0, 0] ** 2 / 2)
    spread, change = experiment.look(net, None, None)
    np.testing.assert_allclose(change, [0.4, 0.8])
    ends = np.array([1, 2]) * np.array([1, 4]) / 2 * (1 - np.array([0.6, 0.2]) ** 2)
    np.testing.assert_allclose(spread, ends)
    assert net.w.flatten().tolist() == [1, 2], "the network is left as it was"


def test_all_arms_are_looked_at():
    found = experiment.measure([1, 2], steps=7)
    assert found["tanh, batch"].shape == (2, 2) and len(found) == 4
