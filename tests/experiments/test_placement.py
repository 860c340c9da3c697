"""Before or after the activation."""

import torch

from coursekit.experiments import placement as experiment


def test_behind_the_activation_a_layer_s_output_is_normalized():
    x = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(0))
    y = experiment.after("relu")(2, 3)(x)
    assert y.mean(1).abs().max() < 1e-5 and y.min() < 0


def test_both_places_are_measured_for_both_activations():
    found = experiment.effects(experiment.measure([1, 2], steps=10))
    assert len(found) == 4 and all(v.shape == (2,) for v in found.values())
