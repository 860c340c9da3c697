"""Gradients measured by finite differences, and the step that serves them best."""

import numpy as np
import pytest

from coursekit import data
from coursekit.exercises.batchnorm_backward.numgrad import numgrad
from coursekit.experiments import finite_difference as experiment

CENTRAL = ("central", "float64")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_all_entries_at_once_are_what_one_at_a_time_measures(rng):
    x, dy = rng.standard_normal((2, 5, 3))
    [together] = experiment.measured_gradient(x, dy, [1e-3])
    alone = numgrad.right(experiment.batch_norm, x, dy, 1e-3)
    np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-11)


def test_each_feature_may_have_a_step_of_its_own(rng):
    x, dy = rng.standard_normal((2, 5, 2))
    both = experiment.measured_gradient(x, dy, [[1e-3, 1e-2]])[0]
    for column, h in enumerate((1e-3, 1e-2)):
        same = experiment.measured_gradient(x, dy, [h])[0]
        np.testing.assert_array_equal(both[:, column], same[:, column])


@pytest.mark.parametrize("rule, power", [("central", 2), ("forward", 1)])
def test_the_formula_s_own_error_has_its_order(rng, rule, power):
    x, dy = rng.standard_normal((2, 6, 4))
    large, small = experiment.relative_errors(x, dy, np.array([1e-2, 1e-3]), rule)
    assert np.exp(np.log(large / small).mean()) == pytest.approx(10**power, rel=0.1)


def test_float32_is_judged_on_the_numbers_it_holds(rng):
    x, dy = 1000 + rng.standard_normal((2, 6, 4))
    errors = experiment.relative_errors(x, dy - 1000, np.array([0.03]), precision="float32")
    assert np.median(errors) < 0.05  # rounding x by 3e-5 alone would not allow it to be exact
    lost = experiment.relative_errors(x, dy - 1000, np.array([1e-6]), precision="float32")
    np.testing.assert_allclose(lost, 1)  # x + h is x


@pytest.mark.parametrize("rule, power", [("central", 1 / 3), ("forward", 1 / 2)])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_the_best_step_is_near_its_law(rule, power, precision):
    pixels = data.digits().images.reshape(-1, 64) / 16
    case = (rule, precision)
    found = experiment.measure(experiment.from_layer(pixels), range(3), cases=[case])
    law = np.finfo(precision).eps ** power
    assert 1 / 6 < np.exp(np.log(found.best(*case) / found.units).mean()) / law < 6
    assert 1 / 6 < found.curve(*case).min(1).mean() / law ** (2 if rule == "central" else 1) < 6


def test_the_best_step_grows_with_the_feature_s_unit():
    table = data.breast_cancer().x
    found = experiment.measure(experiment.from_rows(table), range(3), cases=[CENTRAL])
    slope = np.polyfit(np.log(found.units.ravel()), np.log(found.best(*CENTRAL).ravel()), 1)[0]
    assert slope == pytest.approx(1, abs=0.05)
    assert found.units.max() / found.units.min() > 1e4


def test_a_seed_decides_everything_and_seeds_differ():
    table = data.breast_cancer().x[:, :3]
    twice = [
        experiment.measure(experiment.from_rows(table), [1, 2], cases=[CENTRAL], steps=[1e-4])
        for _ in range(2)
    ]
    np.testing.assert_array_equal(twice[0].errors[CENTRAL], twice[1].errors[CENTRAL])
    assert twice[0].errors[CENTRAL].shape == (2, 1, 3)
    assert (twice[0].units[0] != twice[0].units[1]).all()
