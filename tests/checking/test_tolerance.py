import numpy as np
import pytest

from coursekit.checking.tolerance import all_close, allowed, close


@pytest.mark.parametrize("size", [1e-30, 1e-9, 1e-3])
def test_what_is_allowed_is_relative_to_what_is_asked(size):
    right = size * np.array([1.0, -2.0, 0.0])
    assert all_close(right * (1 + 1e-10), right)
    assert not close(right + 1e-7 * size, right).any()


def test_values_of_one_and_more_and_zeros_have_the_scale_one():
    for right in (np.array([1e6, 0.0]), np.zeros(2)):
        assert allowed(right, None, None)[1] == 1e-11


def test_float32_is_further_off_than_float64_may_be():
    x = np.random.default_rng(0).standard_normal((5, 3)) + 3
    assert not all_close(x.astype(np.float32), x)
    assert all_close(x.astype(np.float32) * np.float32(1 + 1e-6), x.astype(np.float32))


def test_an_absolute_tolerance_is_taken_as_it_is():
    assert allowed(np.array([1e-9]), 0, 1e-12)[0] == 1e-12
    assert not close(np.array([2e-12]), np.array([0.0]), 0, 1e-12).any()


def test_infinities_and_nan_equal_themselves_alone():
    odd = np.array([np.inf, -np.inf, np.nan])
    assert all_close(odd, odd) and not close(np.zeros(3), odd).any()
