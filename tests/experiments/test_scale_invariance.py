"""Scale invariance, exactly."""

from coursekit.experiments import scale_invariance as experiment


def test_the_identities_hold_to_rounding_and_only_for_whom_they_are_meant():
    found = experiment.measure([1, 2], steps=10)
    assert found["batch: loss change"].max() < 1e-12
    assert abs(found["batch: gradient, before / after"] - 10).max() < 1e-9
    assert found["layer: cosine with the whole matrix"].max() < 1e-12
    assert found["layer: cosine with a unit's weights"].min() > 0.01
    assert found["none: loss change"].min() > 1
    assert found["path: squared rate"].max() < 1e-12
