"""Batches of two classes."""

import torch

from coursekit.devices import generator
from coursekit.experiments import two_classes as experiment


def test_a_batch_holds_two_classes_half_and_half():
    y = torch.arange(10).repeat(20)
    for seed in range(5):
        seen = y[experiment.pairs(generator(seed), y)]
        counts = seen.bincount(minlength=10)
        assert sorted(counts.tolist())[-3:] == [0, 32, 32]


def test_all_arms_are_trained_with_both_kinds_of_batches():
    assert len(experiment.measure([1], steps=2)) == 6
