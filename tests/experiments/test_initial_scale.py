"""The scale of initial weights."""

import numpy as np

from coursekit.experiments import initial_scale as experiment


def test_scales_that_work_are_counted_for_each_seed():
    works = np.array([[0.9, 0.1], [0.9, 0.9], [0.9, 0.9], [0.5, 0.9], [0.1, 0.79]])
    found = experiment.effects({"none": works, "layer": works, "batch": works})
    assert found["scales that work, none"].tolist() == [3, 3]
    assert found["scales that work, batch - none"].tolist() == [0, 0]


def test_each_scale_draws_the_same_directions():
    found = experiment.measure([1], stds=(0.1, 0.1), steps=5)
    assert (found["batch"][0] == found["batch"][1]).all()
