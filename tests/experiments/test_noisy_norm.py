"""Batch norm whose outputs are shaken."""

import numpy as np
import pytest
import torch

from coursekit.exercises.why_it_works.drift import drift
from coursekit.experiments import noisy_norm as experiment
from coursekit.experiments.noisy_norm import Noisy, Watch


def test_noise_is_one_scale_and_one_shift_for_each_unit_and_only_in_training():
    x = torch.randn(2, 30, 3, generator=torch.Generator().manual_seed(0))
    norm = Noisy([0, 1], 3, 1.0, layer=0)
    first, second = norm(x), norm(x)
    line = (first - first.mean(1, keepdim=True)) / (x - x.mean(1, keepdim=True))
    torch.testing.assert_close(line, line[:, :1].expand_as(line), rtol=1e-3, atol=1e-4)
    assert not torch.equal(first, second)
    assert torch.equal(norm.eval()(x), norm.eval()(x))


def test_a_seed_is_shaken_alike_whoever_stands_beside_it():
    x = torch.randn(1, 10, 3)
    alone = Noisy([5], 3, 1.0, layer=2)(x)
    torch.testing.assert_close(Noisy([4, 5], 3, 1.0, layer=2)(x.expand(2, -1, -1))[1], alone[0])


def test_drift_is_what_the_exercise_asks_for():
    h = np.random.default_rng(0).standard_normal((4, 20, 3)) * [1.0, 1e-3, 7.0]
    h[2] = 5 * h[2] + 1  # a spread of after would be another
    watch = Watch()
    for moment in h:
        watch(torch.tensor(moment)[None])
    assert watch.drift()[0] == pytest.approx(drift.right(h, experiment.EPS).mean())


def test_smoothing_starts_at_the_first_loss():
    assert experiment.smoothed(np.array([[2.0, 2.0, 12.0]])).tolist() == [[2, 2, 3]]
