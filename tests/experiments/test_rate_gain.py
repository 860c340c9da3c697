"""Rates and gains: the order of what comes out, and runs that are lost."""

import json

import numpy as np

from coursekit.experiments import rate_gain
from coursekit.widgets.rate_map import RATES


def test_gains_come_first_then_rates_then_seeds_and_lost_runs_read_nothing():
    found = rate_gain.measure(
        (0, 1), norm="none", depth=2, optimizer="sgd", gains=(1.0, 300.0), steps=40
    )
    assert found.shape == (2, len(RATES), 2)
    fair, huge = found
    assert fair[RATES.index(0.03)].min() > 60 and fair[0].max() < 60
    assert (huge[-1] == 0).all()


def test_what_is_stored_is_the_mean_in_whole_percents(tmp_path, monkeypatch):
    def measured(seeds, **setting):
        return np.array([[[10.0, 11.2], [99.4, 99.4]]])

    monkeypatch.setattr(rate_gain, "measure", measured)
    monkeypatch.setattr(rate_gain, "STORED", tmp_path / "map.json")
    rate_gain.store()
    found = json.loads((tmp_path / "map.json").read_text("utf-8"))
    assert len(found) == 18 and all(grid == [[11, 99]] for grid in found.values())
