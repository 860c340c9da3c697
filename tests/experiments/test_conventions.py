"""The same network under two libraries' conventions."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

from coursekit.exercises.full_layer import batch_norm_module
from coursekit.experiments import conventions as experiment

BatchNorm = batch_norm_module.BatchNorm
DEFAULTS = "your layer, torch's defaults"


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def found():
    ticks = Counter()
    measured = experiment.measure(
        BatchNorm, [3], checkpoints=(2, 12), tick=lambda: ticks.update(["done"])
    )
    assert ticks["done"] == len(measured.accuracy)
    return measured


def test_the_arms_differ_in_what_they_say_and_in_nothing_else():
    arms = experiment.arms(BatchNorm)
    assert arms[DEFAULTS] == experiment.Arm(BatchNorm)
    assert arms["your layer, eps 0.001"] == experiment.Arm(BatchNorm, eps=1e-3)
    for momentum in (0.01, 0.99):
        arm = arms[f"your layer, momentum {momentum}"]
        assert arm == experiment.Arm(BatchNorm, momentum=momentum)


def test_networks_start_from_the_same_weights_whatever_their_norm():
    a, b = (experiment.network(norm, 4) for norm in (nn.BatchNorm2d, BatchNorm))
    for x, y in zip(a.parameters(), b.parameters(), strict=True):
        torch.testing.assert_close(x, y, rtol=0, atol=0)


def test_the_learners_layer_trains_as_torchs(found):
    np.testing.assert_allclose(
        found.loss["torch's layer, its defaults"], found.loss[DEFAULTS], atol=1e-4
    )


def test_momentum_does_not_enter_training_and_does_enter_evaluation(found):
    for momentum in (0.01, 0.99):
        arm = f"your layer, momentum {momentum}"
        np.testing.assert_array_equal(found.loss[arm], found.loss[DEFAULTS])
        assert (found.accuracy[arm] != found.accuracy[DEFAULTS]).any()


def test_eps_does_enter_training(found):
    assert (found.loss["your layer, eps 0.001"] != found.loss[DEFAULTS]).any()


def test_a_seed_decides_everything(found):
    again = experiment.measure(BatchNorm, [3], checkpoints=(2, 12))
    for arm, rows in found.accuracy.items():
        assert rows.shape == (1, 2)
        np.testing.assert_array_equal(rows, again.accuracy[arm])


def test_training_goes_on_in_training_mode_after_an_evaluation():
    net = experiment.network(nn.BatchNorm2d, 0)
    for step in experiment.train(net, 0, steps=3):
        assert step.net.training
        experiment.accuracy(net)
        assert not net.training
    assert int(net[1].num_batches_tracked) == 3
