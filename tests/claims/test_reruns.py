"""Reruns of few seeds."""

import math

import pytest

from coursekit.claims.claim import Bar
from coursekit.claims.evidence import STORED
from coursekit.claims.reruns import TIMES, counts, read, rerun, side, write
from coursekit.errors import ArgumentError


def test_a_rerun_counts_where_its_mean_falls_on_the_full_run_s_side():
    bar = Bar("t", "e", above=1)
    assert counts(bar, [5.0, 5.0], [2, 2, 2, 0, 0, 2, 0, 0, 9]) == 2
    assert counts(bar, [0.0, 0.0], [2, 2, 2, 0, 0, 2, 0, 0, 9]) == 1


def test_a_logarithm_s_side_is_that_of_the_ratio():
    assert side(Bar("t", "e", above=1.5, log=True), math.log(1.6))
    assert not side(Bar("t", "e", above=0.9, below=1.1, log=True), math.log(1.2))


def test_exact_promises_are_kept_every_time_and_what_is_stored_comes_back(tmp_path):
    found = rerun("identities", STORED)
    assert set(found.same.values()) == {TIMES}
    write(tmp_path / "r.json", {"identities": found})
    assert read(tmp_path / "r.json") == {"identities": found} and read(tmp_path / "no.json") == {}


def test_without_a_full_run_there_is_nothing_to_compare_with(tmp_path):
    with pytest.raises(ArgumentError, match="comes first"):
        rerun("identities", tmp_path)
