"""Promises of formulas."""

from coursekit.experiments import identities as experiment


def test_what_is_promised_is_kept_and_what_is_not_is_not():
    (found,) = experiment.measure([3])
    exact = [name for name, value in found.items() if value < 1e-6]
    assert "RMS norm of centred - layer norm" in exact and "evaluation moves running_mean" in exact
    for name in (
        "RMS norm - layer norm",
        "undone in training, error",
        "batch norm: a pixel's own mean",
    ):
        assert found[name] > 0.05
