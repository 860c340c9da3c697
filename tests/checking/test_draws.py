import numpy as np
import pytest

from coursekit.checking import draws


@pytest.fixture(params=range(20))
def rng(request):
    return np.random.default_rng(request.param)


def test_no_two_sizes_are_equal(rng):
    found = draws.sizes(rng, 4)
    assert len(set(found)) == 4 and min(found) >= 1


def test_every_axis_is_1_at_times_and_never_where_that_is_not_allowed():
    rng = np.random.default_rng(0)
    drawn = np.array([draws.sizes(rng, 3) for _ in range(200)])
    assert (drawn == 1).any(axis=0).all()
    assert not any(1 in draws.sizes(rng, 3, low=2) for _ in range(200))


def test_sizes_reach_from_tiny_to_huge():
    rng = np.random.default_rng(0)
    drawn = [draws.size(rng) for _ in range(500)]
    assert min(drawn) < 1e-17 and max(drawn) > 1e10
    assert sum(0.5 <= s <= 2 for s in drawn) > 100


def test_some_columns_never_change_and_some_nearly_never():
    rng = np.random.default_rng(0)
    tables = [draws.columns(rng, 5, 3) for _ in range(200)]
    spread = [np.ptp(x, axis=0) / np.abs(x).max(axis=0) for x in tables]
    assert any((s == 0).any() for s in spread)
    assert any(((0 < s) & (s < 2e-3)).any() for s in spread)


def test_a_layout_changes_no_value(rng):
    x = rng.standard_normal((4, 3))
    for _ in range(10):
        laid = draws.laid(rng, x)
        assert np.array_equal(laid, x) and all(stride > 0 for stride in laid.strides)


def test_eps_beside_float32_is_never_tiny(rng):
    assert draws.eps(rng, np.ones(1, np.float32)) >= 0.1
