"""Which values share a statistic, found from outside."""

import numpy as np
import pytest

from coursekit import norms
from coursekit.experiments.shared_statistics import owners


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((3, 4, 2, 2))


@pytest.mark.parametrize(
    "axes, count", [((0, 2, 3), 4), ((1, 2, 3), 3), ((2, 3), 12), ((1,), 12), ((0, 1, 2, 3), 1)]
)
def test_the_map_is_constant_along_the_axes_and_only_there(x, axes, count):
    ids = owners(lambda x: norms.normalize(x, axes)[0], x)
    assert (ids == ids.min(axes, keepdims=True)).all()
    assert len(np.unique(ids)) == ids.max() + 1 == count


def test_groups_are_blocks_of_neighbouring_channels(x):
    ids = owners(lambda x: norms.group_norm(x, np.ones(4), np.zeros(4), 2)[0], x)
    np.testing.assert_array_equal(ids[0, :, 0, 0], [0, 0, 1, 1])
    np.testing.assert_array_equal(ids[:, 0, 0, 0], [0, 2, 4])


def test_a_function_without_statistics_leaves_every_value_to_itself(x):
    assert len(np.unique(owners(lambda x: 2 * x, x))) == x.size
