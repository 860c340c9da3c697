"""Do gradients reach the first layer of a deep network? Measured at the start, without training.

The first hidden weight matrix's gradient is compared with the last one's. Mean field theory says
how much batch norm makes gradients grow in a ReLU network without skips: √(π / (π − 1)) a layer.

Source: Yang et al. 2019, section 3, https://arxiv.org/abs/1902.08129
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from coursekit.devices import device, generator, one_thread
from coursekit.training import digits, mlp
from coursekit.training.network import NORMS, Linear

THEORY = np.sqrt(np.pi / (np.pi - 1))
DEPTH, ROWS = 20, 128
ARMS = [(act, norm) for act in ("sigmoid", "relu") for norm in ("none", "batch", "layer")]


class Skip(nn.Module):
    """x + relu(norm(x W))"""

    def __init__(self, linear: nn.Module, norm: nn.Module):
        super().__init__()
        self.linear, self.norm = linear, norm

    def forward(self, x):
        return x + torch.relu(self.norm(self.linear(x)))


def skipping(seeds: Sequence[int], problem, *, depth: int, width: int) -> nn.Sequential:
    """`mlp` with batch norm, an identity beside every layer but the first and the last."""
    plain = mlp(seeds, problem, depth=depth, width=width, norm="batch")
    linears = [layer for layer in plain if isinstance(layer, Linear)]
    skips = [Skip(linear, NORMS["batch"](len(seeds), width)) for linear in linears[1:-1]]
    return nn.Sequential(linears[0], *skips, linears[-1])


def gradient_sizes(net: nn.Module, seeds: Sequence[int]) -> np.ndarray:
    """The norm of every hidden weight matrix's gradient, first to last: (seeds, depth)."""
    problem = digits()
    rows = torch.stack(
        [torch.randperm(len(problem.x), generator=generator(seed))[:ROWS] for seed in seeds]
    )
    net = net.to(device()).train()
    x, y = torch.tensor(problem.x)[rows], torch.tensor(problem.y)[rows]
    loss = F.cross_entropy(net(x.to(device())).flatten(0, 1), y.flatten().to(device()))
    weights = [layer.weight for layer in net.modules() if isinstance(layer, Linear)][:-1]
    gradients = torch.autograd.grad(loss * len(seeds), weights)
    sizes = [g.double().flatten(1).norm(dim=1) for g in gradients]
    return torch.stack(sizes, dim=1).cpu().numpy()


def measure(seeds: Sequence[int], *, depth: int = DEPTH, wide: int = 256, layers: int = 50):
    """Gradient sizes (seeds, depth) by arm; "wide" and "skips" are of ReLU with batch norm."""
    one_thread()
    found = {}
    for act, norm in ARMS:
        init = "he" if act == "relu" else "lecun"
        net = mlp(seeds, digits(), depth=depth, act=act, norm=norm, init=init)
        found[f"{act}, {norm}"] = gradient_sizes(net, seeds)
    wide_net = mlp(seeds, digits(), depth=layers, width=wide, norm="batch")
    found["wide"] = gradient_sizes(wide_net, seeds)
    found["skips"] = gradient_sizes(skipping(seeds, digits(), depth=layers, width=wide), seeds)
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """log10 of first over last, and the growth from one layer to the one before it."""
    least = 1e-300
    out = {
        f"{arm}: log10 of first / last": np.log10(np.maximum(sizes[:, 0], least) / sizes[:, -1])
        for arm, sizes in found.items()
    }
    for arm in ("wide", "skips"):
        sizes = found[arm][:, 1:]
        growth = (sizes[:, 0] / sizes[:, -1]) ** (1 / (sizes.shape[1] - 1))
        out[f"{arm}: growth per layer"] = growth
        out[f"{arm}: growth over theory"] = growth / THEORY
    return out
