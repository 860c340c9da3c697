"""Weight norm."""

import torch

from coursekit.experiments import weight_norm_rates as experiment
from coursekit.training import digits, mlp


def test_weight_norm_starts_as_the_plain_network_and_forgets_the_length_of_v():
    x = torch.tensor(digits().x[:9]).expand(2, -1, -1)
    plain = mlp([1, 2], digits(), depth=2, width=8)
    net = experiment.weight_normed([1, 2], digits(), depth=2, width=8)
    torch.testing.assert_close(net(x), plain(x))
    with torch.no_grad():
        net[0].v.mul_(7)
    torch.testing.assert_close(net(x), plain(x), rtol=1e-4, atol=1e-4)
