"""SGD with weight decay on some of the weights."""

import torch

from coursekit.training import digits, mlp
from coursekit.training.decayed import Decayed


def test_each_replica_decays_at_its_own_rate_and_only_what_is_hidden():
    net = mlp([1, 2], digits(), depth=1, width=4, norm="batch")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    lr = torch.tensor([0.5, 0.1]).view(-1, 1, 1)
    step = Decayed([net[0].weight], net.parameters(), lr, [0.2, 0.5]).step
    step([torch.zeros_like(p) for p in net.parameters()])
    kept = torch.tensor([0.9, 0.95]).view(-1, 1, 1)
    for name, p in net.named_parameters():
        torch.testing.assert_close(p.detach(), before[name] * (kept if name == "0.weight" else 1))
