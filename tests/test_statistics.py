"""Intervals, pairs and censored runs."""

import numpy as np
import pytest

from coursekit.errors import ArgumentError
from coursekit.exercises.bug_hunt.claim_verdict import STUDENT as OF_99
from coursekit.exercises.training_with_batchnorm.paired_interval import STUDENT as OF_95
from coursekit.statistics import (
    bootstrap,
    differences,
    interval,
    log_ratios,
    share,
    steps_to,
    student,
)


def test_a_wider_level_gives_a_wider_interval():
    values = np.array([1.0, 2.0, 4.0, 8.0])
    assert interval(values, level=0.99).half > 1.5 * interval(values).half


def test_99_of_100_intervals_of_that_level_hold_the_truth():
    draws = np.random.default_rng(0).standard_normal((4000, 5))
    mean, half = interval(draws, axis=1, level=0.99)
    assert (abs(mean) < half).mean() == pytest.approx(0.99, abs=0.005)


@pytest.mark.parametrize("table, level", [(OF_95, 0.95), (OF_99, 0.99)])
def test_the_factors_that_exercises_hand_out_are_student_s(table, level):
    assert {n: round(student(n, level), 2) for n in table} == table


def test_pairs_take_out_what_seeds_share():
    shared = np.random.default_rng(0).standard_normal(8) * 100
    a, b = shared + 1 + 0.1 * np.arange(8), shared + 0.1 * np.arange(8)
    np.testing.assert_allclose(differences(a, b), 1)
    assert interval(differences(a, b)).half < 1e-9


@pytest.mark.parametrize("pair", [differences, log_ratios])
def test_arms_of_different_seeds_are_no_pairs(pair):
    with pytest.raises(ArgumentError, match=r"one value for each seed in both arms"):
        pair([1.0, 2.0], [1.0, 2.0, 3.0])


def test_a_censored_run_stays_in_and_only_ever_shrinks_the_ratio():
    truth = np.array([120.0, 500.0, 260.0]), np.array([40.0, 50.0, 400.0])
    seen = [np.where(steps > 300, np.inf, steps) for steps in truth]
    kept, full = log_ratios(*seen, limit=300), log_ratios(*truth)
    assert len(kept) == 3 and np.isfinite(kept).all()
    assert (abs(kept) <= abs(full) + 1e-12).all() and (np.sign(kept) == np.sign(full)).all()


def test_two_runs_that_never_arrive_say_nothing_of_which_is_faster():
    assert log_ratios([np.inf], [np.inf], limit=100).tolist() == [0]


def test_a_ratio_is_of_positive_numbers():
    with pytest.raises(ArgumentError, match="positive"):
        log_ratios([1.0, np.nan], [1.0, 2.0])


def test_the_bootstrap_is_near_student_for_normal_values():
    values = np.random.default_rng(1).standard_normal(60)
    value, low, high = bootstrap(values)
    mean, half = interval(values)
    assert value == pytest.approx(mean) and low < value < high
    assert (high - low) / 2 == pytest.approx(half, rel=0.1)
    assert bootstrap(values, np.median).value == np.median(values)


def test_a_share_has_clopper_and_pearson_s_interval():
    assert share(0, 20) == pytest.approx((0, 0, 0.1684), abs=1e-4)
    assert share(20, 20).low == pytest.approx(1 - share(0, 20).high)
    assert share(3, 10) == pytest.approx((0.3, 0.0667, 0.6525), abs=1e-4)
    with pytest.raises(ArgumentError, match="3/2"):
        share(3, 2)


def test_steps_to_a_target_are_inf_where_it_is_never_reached():
    found = steps_to([[0.1, 0.95], [0.2, 0.3], [np.nan, np.nan]], [10, 20], 0.9)
    assert found.tolist() == [20, np.inf, np.inf]
