"""The noise that batch mates put into a normalized value."""

import numpy as np
import pytest

from coursekit import data
from coursekit.exercises.batchnorm_forward.batch_norm import batch_norm
from coursekit.exercises.batchnorm_forward.undo_normalization import undo_normalization
from coursekit.experiments import batch_noise


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_batch_that_is_the_whole_population_has_no_noise(rng):
    x = rng.standard_normal((40, 3))
    assert batch_noise.noise(x, 40, draws=3, rng=rng) < 1e-12
    assert batch_noise.predicted_noise(x, [40]) == pytest.approx(0)


def test_noise_is_what_gamma_and_beta_of_the_population_leave_behind(rng):
    x = rng.standard_normal((100, 4)) * [1, 5, 20, 0.3] + [0, 3, -8, 1]
    gamma, beta = undo_normalization.right(x, 1e-5)
    rows = np.random.default_rng(7).choice(100, 10, replace=False)
    left = (batch_norm.right(x[rows], gamma, beta, 1e-5) - x[rows]) / gamma
    measured = batch_noise.noise(x, 10, draws=1, rng=np.random.default_rng(7))
    assert measured == pytest.approx(np.sqrt((left**2).mean()))


def test_noise_does_not_depend_on_the_unit_of_a_feature(rng):
    x = rng.standard_normal((100, 4))
    draws = [
        batch_noise.noise(y, 8, draws=5, rng=np.random.default_rng(1)) for y in (x, 1000 * x + 7)
    ]
    assert draws[0] == pytest.approx(draws[1], rel=1e-3)


@pytest.mark.parametrize("size", [16, 64])
def test_gaussian_noise_follows_the_square_root_law(rng, size):
    x = rng.standard_normal((4000, 20))
    measured = batch_noise.noise(x, size, draws=200, rng=rng)
    assert measured == pytest.approx(np.sqrt(1.5 * (1 / size - 1 / 4000)), rel=0.04)
    assert batch_noise.predicted_noise(x, [size])[0] == pytest.approx(measured, rel=0.04)


def test_heavy_tails_are_predicted_to_be_noisier(rng):
    gaussian, heavy = rng.standard_normal((2000, 1)), rng.standard_t(5, (2000, 1))
    prediction = [batch_noise.predicted_noise(x, [64])[0] for x in (gaussian, heavy)]
    assert prediction[1] > 1.2 * prediction[0]


def test_a_seed_decides_everything_and_seeds_differ():
    x = np.random.default_rng(3).standard_normal((200, 5))
    options = dict(sizes=(4, 8), width=6, draws=3)
    twice = [batch_noise.measure(x, [1, 2], **options) for _ in range(2)]
    np.testing.assert_array_equal(twice[0].hidden, twice[1].hidden)
    assert twice[0].hidden.shape == twice[0].pixels.shape == (2, 2)
    assert (twice[0].hidden[0] != twice[0].hidden[1]).all()


def test_the_lesson_s_numbers_hold_on_the_digits():
    pixels = data.digits().images.reshape(-1, 64)
    found = batch_noise.measure(pixels[:, pixels.std(0) > 0.5], range(3), sizes=(4, 64), draws=50)
    factor = (found.hidden[:, 0] / found.hidden[:, 1]).mean()
    assert 3.9 < factor < 4.6  # close to the square root of 16
    assert (found.pixels[:, 0] / found.pixels[:, 1]).mean() < 3.5  # heavy tails: slower


def test_the_slope_is_the_power_of_the_batch_size():
    sizes = np.array([4, 64])
    found = batch_noise.Finding(sizes, np.array([1.2 / np.sqrt(sizes)]), np.zeros((1, 2)))
    assert batch_noise.effects(found)["slope in log B"] == pytest.approx(-0.5)
    assert all(value.shape == (2,) for value in batch_noise.trial([1, 2]).values())
