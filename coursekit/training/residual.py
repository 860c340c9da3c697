"""Residual networks of R replicas: blocks of norm, linear, ReLU, linear beside an identity."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from coursekit.devices import generator
from coursekit.training.network import INITS, NORMS, Linear, _named
from coursekit.training.problem import Problem


class Block(nn.Module):
    """x + scale · branch(x); the scale is 1 and fixed, or one number that is learned."""

    def __init__(self, branch: nn.Module, R: int, scale: float | None):
        super().__init__()
        self.branch = branch
        self.scale = None if scale is None else nn.Parameter(torch.full((R, 1, 1), scale))

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch(x)
        return x + (y if self.scale is None else self.scale * y)


def residual(
    seeds: Sequence[int],
    problem: Problem,
    *,
    depth: int = 20,
    width: int = 32,
    norm: str | Callable[[int, int], nn.Module] = "none",
    scale: float | None = None,
) -> nn.Sequential:
    """Build a linear layer, `depth` residual blocks and a linear layer, for each seed.

    A branch is norm, linear, ReLU, linear (pre-activation). Weights are He's.

    Args:
        scale: None leaves branches as they are; a number is where a learned factor of each starts
            (0 is SkipInit).

    Source: De & Smith 2020, https://arxiv.org/abs/2002.10444
    """
    sources, he, R = [generator(seed) for seed in seeds], INITS["he"], len(seeds)
    make_norm = _named(norm, NORMS, "norm")
    blocks = [
        Block(
            nn.Sequential(
                make_norm(R, width),
                Linear(sources, width, width, he),
                nn.ReLU(),
                Linear(sources, width, width, he),
            ),
            R,
            scale,
        )
        for _ in range(depth)
    ]
    stem = Linear(sources, problem.x.shape[1], width, he)
    classes = int(problem.y.max()) + 1
    return nn.Sequential(stem, *blocks, Linear(sources, width, classes, INITS["lecun"]))
