import numpy as np
import pytest

from coursekit.experiments import hidden_features, interval


def test_an_interval_is_students():
    mean, half = interval([1.0, 2.0, 3.0])
    assert mean == 2
    assert half == pytest.approx(4.302653 / np.sqrt(3))


def test_an_interval_is_taken_along_any_axis():
    values = np.arange(12.0).reshape(3, 4)
    np.testing.assert_allclose(interval(values, axis=1).mean, [1.5, 5.5, 9.5])
    np.testing.assert_allclose(interval(values.T).half, interval(values, axis=1).half)


def test_one_repetition_has_no_interval():
    mean, half = interval([[1.0, 2.0]])
    assert mean.tolist() == [1, 2]
    assert np.isnan(half).all()


def test_many_repetitions_come_close_to_the_normal_quantile():
    values = np.tile([-1.0, 1.0], 500)
    assert interval(values).half == pytest.approx(1.96 / np.sqrt(1000), rel=2e-3)


def test_95_of_100_intervals_hold_the_truth():
    draws = np.random.default_rng(0).standard_normal((4000, 4, 5))
    for n in (2, 3, 4):
        mean, half = interval(draws[:, :n], axis=1)
        assert (abs(mean) < half).mean() == pytest.approx(0.95, abs=0.005)


def test_a_random_layer_keeps_the_scale_of_its_input():
    rng = np.random.default_rng(0)
    hidden = hidden_features(rng.standard_normal((500, 64)), 200, rng)
    assert hidden.shape == (500, 200)
    assert hidden.std() == pytest.approx(1, rel=0.05)
