"""Forty layers."""

from coursekit.experiments import depth_limit as experiment
from coursekit.training import digits, mlp
from coursekit.training.network import Linear


def test_skips_add_no_layers():
    def count(net):
        return sum(isinstance(m, Linear) for m in net.modules())

    ours = experiment.skipping([1], digits(), depth=5)
    assert count(ours) == count(mlp([1], digits(), depth=5)) == 6


def test_three_arms_are_trained():
    assert len(experiment.measure([1], steps=2, depth=4)) == 3
