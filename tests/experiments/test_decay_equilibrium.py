"""Weight decay before batch norm."""

import numpy as np
import torch

from coursekit.experiments import decay_equilibrium as experiment
from coursekit.experiments.decay_equilibrium import Shrink
from coursekit.training import digits, mlp


def test_decay_is_on_matrices_and_on_nothing_else():
    net = mlp([1], digits(), depth=1, width=4, norm="batch")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    Shrink(net, 0.5, 0.2).step([torch.zeros_like(p) for p in net.parameters()])
    for name, p in net.named_parameters():
        matrix = p.shape[1:] in {(64, 4), (4, 10)}
        torch.testing.assert_close(p.detach(), before[name] * (0.9 if matrix else 1))


def test_starts_are_tenfold_apart_before_anything_is_learned():
    found = experiment.effects(experiment.measure([1], steps=1))
    ratio = np.exp(found["without decay: length, longest / shortest"])
    assert 8 < ratio[0] < 11
