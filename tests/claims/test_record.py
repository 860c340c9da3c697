"""What is stored is what was measured."""

import math

import pytest

from coursekit.claims.record import Record, load, run, save
from coursekit.errors import ArgumentError


def test_a_record_comes_back_as_it_went(tmp_path):
    record = Record("t", [1, 2], {"an effect": [0.5, math.nan]}, 1.5, {"torch": "2"}, "ab", "d")
    save(record, tmp_path)
    back = load("t", tmp_path)
    assert back is not None and math.isnan(back.effects["an effect"][1])
    assert back._replace(effects={}) == record._replace(effects={})


def test_what_is_no_record_is_none(tmp_path):
    assert load("t", tmp_path) is None
    (tmp_path / "t.json").write_text("[]")
    assert load("t", tmp_path) is None


def test_a_run_says_what_it_was_made_of():
    record = run("identities", range(3))
    assert record.seeds == [0, 1, 2] and record.versions.keys() == {
        "torch",
        "numpy",
        "scikit-learn",
    }
    assert all(len(values) == 3 for values in record.effects.values()) and len(record.digest) == 16


def test_an_experiment_that_loses_a_seed_is_refused(monkeypatch):
    from coursekit.experiments import identities

    monkeypatch.setattr(identities, "effects", lambda found: {"e": [1.0]})
    with pytest.raises(ArgumentError, match="2 seeds, but values for"):
        run("identities", [0, 1])
