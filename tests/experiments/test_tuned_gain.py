"""Sigmoids at their best scale."""

import numpy as np

from coursekit.experiments import tuned_gain as experiment


def test_the_tuned_arm_has_the_gain_that_fits_best_on_other_seeds():
    found = experiment.measure([1], gains=(1.0, 5.0), steps=120)
    assert found["tuned"].gain == 5.0 and found["plain"].gain == found["batch"].gain == 1.0
    assert found["tuned"].after(120).shape == (1,)


def test_every_effect_has_a_value_for_each_seed():
    at = np.array([20, 40, 60])
    arms = {
        "plain": experiment.Arm(1.0, 0.1, np.full((2, 3), 0.1), at),
        "tuned": experiment.Arm(5.0, 0.1, np.array([[0.1, 0.5, 0.95], [0.1, 0.2, 0.3]]), at),
        "batch": experiment.Arm(1.0, 0.1, np.array([[0.95, 0.95, 0.95], [0.5, 0.9, 0.9]]), at),
    }
    found = experiment.effects(arms)
    assert {values.shape for values in found.values()} == {(2,)}
    np.testing.assert_allclose(found["steps, tuned / batch"][0], np.log(3))
    np.testing.assert_allclose(found["batch - tuned"], [0, 60])
