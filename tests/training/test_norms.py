"""More norms of replicas: each is the layer of the course, replica by replica."""

import pytest
import torch

from coursekit import layers
from coursekit.errors import ArgumentError
from coursekit.training import DynamicErf, DynamicTanh, Ghost, RMSNorm


@pytest.fixture
def x():
    return torch.randn(3, 12, 5, generator=torch.Generator().manual_seed(0)) * 2 + 1


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (lambda: Ghost(3, 5, 4), lambda: layers.GhostBatchNorm(5, 4)),
        (lambda: RMSNorm(3, 5), lambda: layers.RMSNorm(5)),
        (lambda: DynamicTanh(3, 5), lambda: layers.DynamicTanh(5)),
        (lambda: DynamicErf(3, 5), lambda: layers.DynamicErf(5)),
    ],
    ids=["ghost", "rms", "dyt", "derf"],
)
def test_a_replica_is_the_course_s_layer(x, ours, theirs):
    found = ours()(x)
    for replica in range(3):
        torch.testing.assert_close(found[replica], theirs()(x[replica]), rtol=1e-4, atol=1e-5)


def test_a_group_of_all_rows_is_batch_norm_and_evaluation_knows_no_groups(x):
    from coursekit.training.network import BatchNorm

    torch.testing.assert_close(Ghost(3, 5, 12)(x), BatchNorm(3, 5)(x))
    norm = Ghost(3, 5, 4)
    norm(x)
    torch.testing.assert_close(norm.eval()(x[:, :1]), norm.eval()(x)[:, :1])


def test_groups_that_do_not_fill_the_batch_are_refused(x):
    with pytest.raises(ArgumentError, match="a batch of 12 makes no whole groups of 5"):
        Ghost(3, 5, 5)(x)
