"""A deep transformer, by the place of its norms."""

import numpy as np

from coursekit.experiments import deep_transformer


def test_every_arm_is_shown_at_every_rate_and_warm_up_changes_the_run():
    found = deep_transformer.measure([1, 2], steps=4)
    assert {v.shape for v in found.values()} == {(3, 2)}
    assert set(found) == set(deep_transformer.ARMS)
    assert not np.array_equal(found["pre"], found["pre, warm-up"])
    assert all(len(values) == 2 for values in deep_transformer.effects(found).values())
