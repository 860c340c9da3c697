"""Learning rates: each arm at its own best, and speed with censored runs kept."""

import numpy as np
import pytest

from coursekit.exercises.training_with_batchnorm.mend_best_rate import mend_best_rate, tables
from coursekit.experiments import best_rate
from coursekit.experiments import learning_rates as experiment
from coursekit.experiments.learning_rates import Arm


def arm(scores, best=0):
    """An Arm of accuracies (rates, seeds, E)."""
    return Arm(np.array(scores), np.array([10, 20, 30]), best)


def test_the_best_rate_is_the_one_with_the_lowest_loss_and_never_one_that_diverged():
    loss = np.ones((3, 2, 4)) * np.array([3.0, 2.0, 1.0])[:, None, None]
    assert best_rate(loss, (0.1, 0.2, 0.3)) == 2
    loss[2, 1, 3] = np.nan
    assert best_rate(loss, (0.1, 0.2, 0.3)) == 1


def test_the_best_rate_is_the_one_that_lesson_10_teaches():
    """With the exercise's own cases: there is one rule of what an arm's own rate is."""
    for _, (loss, lrs) in tables(np.random.default_rng(0)):
        assert lrs[best_rate(loss, lrs)] == mend_best_rate.right(loss, lrs)


def test_a_lost_run_counts_as_nothing_right_and_as_never_there():
    found = arm([[[0.2, 0.95, 0.96], [0.1, np.nan, np.nan]], [[0.91] * 3, [0.1] * 3]])
    assert found.last().tolist() == [0.96, 0]
    assert found.steps().tolist() == [20, np.inf]
    assert found.usable().tolist() == [2, 0]
    assert found.steps(1).tolist() == [10, np.inf]


def test_effects_compare_arms_seed_by_seed_each_at_its_own_rate():
    slow = [[[0.1, 0.2, 0.91]], [[0.1, 0.1, 0.1]]]
    fast = [[[0.1, 0.1, 0.1]], [[0.92, 0.93, 0.94]]]
    both = {"none": arm(slow, 0), "batch": arm(fast, 1)}
    found = experiment.effects({"relu": both})
    assert np.exp(found["relu: steps, none / batch"]) == pytest.approx(3)
    assert found["relu: accuracy gained"] == pytest.approx(3)
    assert found["relu: accuracy gained at the other's rate"] == pytest.approx(-81)
    assert found["relu: rates gained"].tolist() == [0]


def test_tuning_seeds_are_not_among_what_is_reported():
    found = experiment.measure([7, 8, 9], settings=("sigmoid",))["sigmoid"]["batch"]
    assert found.accuracy.shape[:2] == (4, 3)
    assert (found.last() > 0.9).all()
