"""Frozen and moving statistics in fine-tuning."""

import numpy as np
import torch

from coursekit.experiments import fine_tuned as experiment
from coursekit.training import digits, mlp


def trained():
    net = mlp([1, 2], digits(), depth=2, width=8, norm="batch")
    net(torch.tensor(digits().x[:64]).expand(2, -1, -1))
    return net.eval()


def after(arm):
    net, dark = trained(), experiment.darker(digits(), 0.25)
    return net, experiment.tuned(arm, net, dark, [1, 2], [0.1, 0.1], 3)


def test_frozen_norms_keep_all_that_they_have_and_weights_learn():
    net, tuned = after("frozen")
    for old, new in zip(experiment.norms(net), experiment.norms(tuned), strict=True):
        for name in ("weight", "bias", "running_mean", "running_var"):
            assert torch.equal(getattr(old, name), getattr(new, name))
    assert not torch.equal(net[0].weight, tuned[0].weight)
    assert len(list(tuned.parameters())) == len(list(net.parameters())) - 4


def test_moving_norms_move_and_adapted_ones_hold_the_new_images():
    net, tuned = after("moving")
    assert not torch.equal(experiment.norms(net)[0].running_mean, tuned[1].running_mean)
    net, tuned = after("adapted, then frozen")
    x = torch.tensor(experiment.darker(digits(), 0.25).x)
    hidden = x @ net[0].weight[0] + net[0].bias[0]
    torch.testing.assert_close(tuned[1].running_mean[0, 0], hidden.mean(0))


def test_no_image_is_learned_from_and_read():
    dark = experiment.darker(digits(), 1.0)
    assert len(dark.x) + len(dark.x_test) == 500
    np.testing.assert_allclose(np.concatenate([dark.x, dark.x_test]), digits().x_test, atol=1e-6)


def test_each_arm_has_a_rate_of_its_own_from_the_grid():
    found, rates = experiment.measure([1], steps=5, tune=2)
    assert list(rates) == list(experiment.ARMS) and set(rates.values()) <= set(experiment.RATES)
    assert all(values.shape == (1,) for values in found.values())
