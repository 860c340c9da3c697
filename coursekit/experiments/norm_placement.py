"""Before a residual branch, behind the addition, or at both ends of the branch: where does a norm
go?

Measured at the start, on 24 residual blocks with layer norm: how the stream grows, and how a
block's gradients at the bottom compare with those at the top.

    pre    x + f(norm(x))        post   norm(x + f(x))        peri   x + norm(f(norm(x)))

Source: Xiong et al. 2020, https://arxiv.org/abs/2002.04745; Kim et al. 2025
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from coursekit.devices import device, generator, one_thread
from coursekit.training import digits
from coursekit.training.network import INITS, LayerNorm, Linear

DEPTH, WIDTH, ROWS, GROWN = 24, 64, 128, 4.0
PLACES = ("pre", "post", "peri")


class Block(nn.Module):
    """One residual block, its norms at one of PLACES."""

    def __init__(self, place: str, branch: nn.Module, R: int):
        super().__init__()
        self.place, self.branch = place, branch
        self.first, self.second = LayerNorm(R, WIDTH), LayerNorm(R, WIDTH)

    def forward(self, x):
        if self.place == "post":
            return self.first(x + self.branch(x))
        y = self.branch(self.first(x))
        return x + (self.second(y) if self.place == "peri" else y)


def network(seeds: Sequence[int], place: str, scale: float) -> nn.Sequential:
    """Linear, DEPTH blocks, a norm where the place leaves none at the end, linear."""
    sources, he, R = [generator(s) for s in seeds], INITS["he"], len(seeds)
    blocks = []
    for _ in range(DEPTH):
        last = Linear(sources, WIDTH, WIDTH, he)
        with torch.no_grad():
            last.weight.mul_(scale)
        inner = Linear(sources, WIDTH, WIDTH, he)
        blocks.append(Block(place, nn.Sequential(inner, nn.ReLU(), last), R))
    end = nn.Identity() if place == "post" else LayerNorm(R, WIDTH)
    stem, head = Linear(sources, 64, WIDTH, he), Linear(sources, WIDTH, 10, INITS["lecun"])
    return nn.Sequential(stem, *blocks, end, head)


def measure(seeds: Sequence[int]) -> dict[str, np.ndarray]:
    """place -> (3, seeds): stream at the end over its start, the same with branches whose weights
    have grown fourfold, and the bottom block's gradient over the top block's."""
    one_thread()
    problem = digits()
    order = [torch.randperm(len(problem.x), generator=generator(s))[:ROWS] for s in seeds]
    rows = torch.stack(order)
    x = torch.tensor(problem.x)[rows].to(device())
    y = torch.tensor(problem.y)[rows].to(device())
    found = {}
    for place in PLACES:
        growth = []
        for scale in (1.0, GROWN):
            net = network(seeds, place, scale).to(device())
            with torch.no_grad():
                start = net[0](x)
                h = start
                for block in list(net)[1:-2]:
                    h = block(h)
                growth.append((h.square().mean((1, 2)) / start.square().mean((1, 2))).cpu().numpy())
        net = network(seeds, place, 1.0).to(device())
        loss = F.cross_entropy(net(x).flatten(0, 1), y.flatten()) * len(seeds)
        blocks = [module for module in net if isinstance(module, Block)]
        ends = [next(block.branch.parameters()) for block in (blocks[0], blocks[-1])]
        g = [v.flatten(1).norm(dim=1) for v in torch.autograd.grad(loss, ends)]
        found[place] = np.array([*growth, (g[0] / g[1]).cpu().numpy()])
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Logarithms of ratios."""
    out = {}
    for place, (stream, grown, gradient) in found.items():
        out[f"{place}: stream, end / start"] = np.log(stream)
        out[f"{place}: stream of grown branches / of branches as drawn"] = np.log(grown / stream)
        out[f"{place}: gradient, bottom / top"] = np.log(gradient)
    return out
