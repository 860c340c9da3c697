"""Windows of learning rates, by depth."""

import numpy as np

from coursekit.experiments import depth_windows as experiment


def test_adam_trains_the_depths_that_it_is_asked_for():
    found = experiment.measure([1], depths=(3, 10), steps=2)
    assert {key[:2] for key in found} == {("sgd", 3), ("sgd", 10), ("adam", 3)}


def test_an_arm_is_read_at_its_own_rate_and_its_width_at_all():
    none = experiment.Window(np.array([[0.5, 0.9], [0.85, 0.3]]), best=0)
    batch = experiment.Window(np.array([[0.9, 0.9], [0.95, 0.9]]), best=1)
    found = experiment.effects({("sgd", 3, "none"): none, ("sgd", 3, "batch"): batch})
    np.testing.assert_allclose(found["sgd, 3 layers: batch - none at their best"], [45, 0])
    np.testing.assert_allclose(found["sgd, 3 layers: rates gained"], [1, 1])
