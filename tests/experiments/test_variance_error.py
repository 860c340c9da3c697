import numpy as np
import pytest

from coursekit.data import breast_cancer
from coursekit.experiments import interval
from coursekit.experiments.variance_error import (
    PRECISIONS,
    batch_bias,
    exact_variance,
    feature_errors,
)
from coursekit.moments import ALGORITHMS


@pytest.fixture(scope="module")
def real():
    return feature_errors(breast_cancer().x, seeds=range(2))


def worst(errors, precision, algorithm):
    """The largest error over row orders and features."""
    return errors.relative[PRECISIONS.index(precision), [*ALGORITHMS].index(algorithm)].max()


def test_the_exact_variance_is_that_of_the_stored_numbers():
    assert exact_variance(np.array([[1e8], [1e8 + 1], [1e8 + 2]])) == 2 / 3
    three = np.array([[10000.0], [10000.1], [10000.2]], np.float32)  # 10000.1 is not stored
    assert exact_variance(three) != pytest.approx(0.02 / 3, rel=1e-4)
    assert exact_variance(three) == pytest.approx(0.02 / 3, rel=1e-2)


def test_no_algorithm_fails_on_the_real_features_in_float32(real):
    assert max(worst(real, "float32", name) for name in ALGORITHMS) < 1e-3
    assert real.ratio.max() < 9  # what the lesson gives as the reason


def test_float16_overflows_and_is_counted_as_infinitely_wrong(real):
    assert worst(real, "float16", "one_pass") == np.inf
    assert not np.isnan(real.relative).any()


def test_merging_halves_survives_float16_best(real):
    usable = (real.relative[0] < 0.01).sum(axis=2).mean(axis=1)
    assert usable.argmax() == [*ALGORITHMS].index("chan") and usable.argmin() == 0
    assert usable.max() > 3 * usable.min()


def test_one_pass_errs_more_than_two_passes_in_float64(real):
    assert worst(real, "float64", "one_pass") > 10 * worst(real, "float64", "two_pass")


def test_the_one_pass_error_grows_with_the_square_of_mean_over_spread():
    z = np.random.default_rng(0).standard_normal(256)
    z = (z - z.mean()) / z.std()
    errors = feature_errors(z[:, None] + [30.0, 3000.0], range(5), ["float32"])
    small, large = np.median(errors.relative[0, 0], axis=0)
    assert 1e2 < large / small < 1e6  # 10⁴ by the rule, within the luck of a few roundings
    np.testing.assert_allclose(errors.ratio[0], [30, 3000], rtol=1e-3)


def test_the_order_of_the_rows_is_the_only_thing_a_seed_changes():
    x = breast_cancer().x[:50, :3]
    one, two = (feature_errors(x, [seed]) for seed in (1, 2))
    np.testing.assert_array_equal(one.ratio, two.ratio)
    assert (one.relative != two.relative).any()
    np.testing.assert_array_equal(one.relative, feature_errors(x, [1]).relative)


def test_dividing_by_n_is_too_small_by_n_minus_1_over_n_and_the_other_is_not():
    sizes = [2, 4, 16]
    bias = batch_bias(breast_cancer().x[:, 3], sizes, seeds=range(10))
    assert bias.divided_by_n.shape == (10, 3)
    for measured, theory in [(bias.divided_by_n, [1 / 2, 3 / 4, 15 / 16]), (bias[1], [1, 1, 1])]:
        mean, half = interval(measured)
        assert (abs(mean - theory) < 2 * half).all()
        assert (half < 0.06).all()


def test_the_root_of_an_unbiased_variance_is_too_small():
    mean, half = interval(batch_bias(breast_cancer().x[:, 3], [2, 4], range(10)).its_root)
    assert (mean + half < 0.95).all()
