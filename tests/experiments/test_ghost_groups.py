"""How many share a statistic."""

from coursekit.experiments import ghost_groups as experiment


def test_every_group_and_both_rivals_are_measured_in_percent():
    found = experiment.measure([1, 2], steps=3)
    assert found.keys() == {"2", "4", "16", "64", "layer", "none"}
    assert all(((v >= 0) & (v <= 100)).all() and v.shape == (2,) for v in found.values())
    said = experiment.effects(found)
    assert (said["error, groups of 2 - groups of 64"] == found["2"] - found["64"]).all()
