"""What lets a residual network train."""

import numpy as np

from coursekit.experiments import residual_blocks as experiment


def test_effects_are_points_against_the_arm_that_they_name():
    found = {arm: np.array([float(n)]) for n, arm in enumerate(experiment.ARMS)}
    said = experiment.effects(found)
    names = list(experiment.ARMS)
    for name, value in said.items():
        if " - " in name:
            a, b = name.split(" - ")
            assert value[0] == names.index(a) - names.index(b)


def test_every_arm_builds_and_takes_a_step():
    assert all(v.shape == (1,) for v in experiment.measure([1], steps=2).values())
