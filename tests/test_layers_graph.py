"""Running statistics must not keep the graph of the batches they came from."""

import copy

import pytest
import torch

from coursekit.layers import BatchNorm

MASK = torch.ones(5, 4, dtype=torch.bool)
MASK[0, 1:] = False


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
def test_a_layer_trains_on_batch_after_batch_without_keeping_their_graphs(mask):
    bn = BatchNorm(3)
    for seed in range(2):  # with a graph in the buffers the second backward would fail
        x = torch.randn(5, 3, 4, generator=torch.Generator().manual_seed(seed))
        bn(x.requires_grad_(), mask).square().sum().backward()
    assert bn.running_mean.grad_fn is None and bn.running_var.grad_fn is None
    copy.deepcopy(bn)  # refuses tensors that belong to a graph
