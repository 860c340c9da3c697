"""What does the length of weights before a batch norm do? Nothing to the function; all to the step.

In float64, with eps = 0: the loss does not change when the weights are multiplied by a; their
gradient is divided by a, and stands at right angles to them, unit by unit. Weights times 10 at 100
times the learning rate train along the same path; at the same rate they hardly train.

Source: van Laarhoven 2017, https://arxiv.org/abs/1706.05350
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from coursekit.devices import device, generator, one_thread
from coursekit.training import digits, mlp
from coursekit.training.network import BatchNorm, LayerNorm, Linear

SCALE, LR, STEPS, ROWS = 10.0, 0.1, 30, 64


class PlainLayerNorm(LayerNorm):
    """Layer norm without eps."""

    def forward(self, x):
        centered = x - x.mean(-1, keepdim=True)
        return centered * centered.square().mean(-1, keepdim=True).rsqrt() * self.weight + self.bias


NORMS: dict[str, Any] = {
    "none": "none",
    "batch": partial(BatchNorm, eps=0.0),
    "layer": PlainLayerNorm,
}


def networks(seeds: Sequence[int], norm: str, scale: float = 1.0):
    """Two hidden layers in float64, hidden weights multiplied by scale; and those weights."""
    net = mlp(seeds, digits(), depth=2, norm=NORMS[norm]).to(device(), torch.float64).train()
    hidden = [layer.weight for layer in net if isinstance(layer, Linear)][:-1]
    with torch.no_grad():
        for weight in hidden:
            weight.mul_(scale)
    return net, hidden


def batch(seeds: Sequence[int], step: int):
    """A batch for each seed: (R, B, D), (R, B)."""
    problem = digits()
    rows = torch.stack(
        [torch.randperm(len(problem.x), generator=generator(1000 * s + step))[:ROWS] for s in seeds]
    )
    x = torch.tensor(problem.x, dtype=torch.float64)[rows]
    return x.to(device()), torch.tensor(problem.y)[rows].to(device())


def losses(net, x, y) -> torch.Tensor:
    found = F.cross_entropy(net(x).flatten(0, 1), y.flatten(), reduction="none")
    return found.view(y.shape).mean(1)


def path(seeds: Sequence[int], scale: float, hidden_lr: float, steps: int) -> np.ndarray:
    """The losses of plain gradient descent, hidden weights at a rate of their own: (R, steps)."""
    net, hidden = networks(seeds, "batch", scale)
    seen = []
    for step in range(steps):
        loss = losses(net, *batch(seeds, step))
        seen.append(loss.detach())
        found = torch.autograd.grad(loss.sum(), list(net.parameters()))
        with torch.no_grad():
            for p, g in zip(net.parameters(), found, strict=True):
                p.sub_((hidden_lr if any(p is w for w in hidden) else LR) * g)
    return torch.stack(seen, dim=1).cpu().numpy()


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """What the module says, a row (seeds,) for each finding."""
    one_thread()
    out = {}
    for norm in NORMS:
        (net, hidden), (wide, scaled) = networks(seeds, norm), networks(seeds, norm, SCALE)
        x, y = batch(seeds, 0)
        before, after = losses(net, x, y), losses(wide, x, y)
        g = torch.autograd.grad(before.sum(), hidden)[1]
        g_scaled = torch.autograd.grad(after.sum(), scaled)[1]
        unit = F.cosine_similarity(g, hidden[1].detach(), dim=1).abs().max(1).values
        along = (g * hidden[1].detach()).sum((1, 2)).abs() / (
            g.flatten(1).norm(dim=1) * hidden[1].detach().flatten(1).norm(dim=1)
        )
        shrink = g.flatten(1).norm(dim=1) / g_scaled.flatten(1).norm(dim=1)
        for name, value in {
            "loss change": (after - before).abs(),
            "cosine with a unit's weights": unit,
            "cosine with the whole matrix": along,
            "gradient, before / after": shrink,
        }.items():
            out[f"{norm}: {name}"] = value.detach().cpu().numpy()
    base = path(seeds, 1.0, LR, steps)
    out["path: squared rate"] = np.abs(path(seeds, SCALE, LR * SCALE**2, steps) - base).max(1)
    out["path: same rate"] = path(seeds, SCALE, LR, steps)[:, -1] - base[:, -1]
    return out


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """As measured."""
    return found
