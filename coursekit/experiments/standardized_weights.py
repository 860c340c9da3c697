"""Standardized weights keep images apart at any depth, and see no data. Do they train?

Twenty plain ReLU layers. Arms: He's weights; batch norm; weight standardization with the gain that
ReLU needs; and the first and the last of these three with adaptive clipping. For each:
how alike two images are behind the last hidden layer at the start, how much larger the gradient of
the first layer is than that of the last hidden one, both beside their weights, and what is read at
the arm's own rate, which is chosen on seeds of their own.

Source: Qiao et al. 2019, https://arxiv.org/abs/1903.10520; Brock et al. 2021
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.experiments import TUNING, best_rate
from coursekit.training import SGD, digits, mlp, sweep, train
from coursekit.training.network import Linear

DEPTH, STEPS, RATES = 20, 100, (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
IMAGES = 64  # whose likeness is measured


class Standardized(nn.Module):
    """R linear layers whose units have weights of mean 0, as long as ReLU needs them."""

    gain = (2 / (1 - 1 / np.pi)) ** 0.5

    def __init__(self, linear: Linear, eps: float = 1e-8):
        super().__init__()
        self.weight, self.bias, self.eps = linear.weight, linear.bias, eps

    def forward(self, x: Tensor) -> Tensor:
        w = self.weight - self.weight.mean(1, keepdim=True)
        size = self.gain / w.shape[1] ** 0.5
        w = w * (size * torch.rsqrt((w * w).mean(1, keepdim=True) + self.eps))
        return torch.baddbmm(self.bias, x, w)


def standardized(seeds: Sequence[int], problem, **options) -> nn.Sequential:
    """`mlp` with weight standardization in every hidden layer."""
    *hidden, last = mlp(seeds, problem, **options)
    return nn.Sequential(*(Standardized(m) if isinstance(m, Linear) else m for m in hidden), last)


class Clipping(SGD):
    """SGD behind adaptive clipping: a unit's gradient is at most a tenth as long as its weights.

    The last layer, weight and bias, is left out, as in the paper.

    Source: Brock et al. 2021, https://arxiv.org/abs/2102.06171
    """

    limit, least = 0.1, 1e-3

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor]) -> None:
        """Take one step in place."""
        *hidden, weight, bias = zip(self.parameters, gradients, strict=True)
        super().step([*(self._clipped(w, g) for w, g in hidden), weight[1], bias[1]])

    def _clipped(self, w: Tensor, g: Tensor) -> Tensor:  # (R, in, out) or (R, 1, out) -> same
        most = self.limit * w.norm(dim=1, keepdim=True).clamp_min(self.least)
        return g * (most / torch.maximum(g.norm(dim=1, keepdim=True), most))


class Arm(NamedTuple):
    """What one arm is at the start, and what it reads in the end; arrays are (seeds,)."""

    cosine: np.ndarray  # of two images' features behind the last hidden layer, on average
    growth: np.ndarray  # gradient beside weight, first layer / last hidden layer
    percent: np.ndarray  # of the test digits at the arm's own rate
    rate: float


ARMS = {
    "he": partial(mlp, depth=DEPTH),
    "batch": partial(mlp, depth=DEPTH, norm="batch"),
    "standardized": partial(standardized, depth=DEPTH),
    "he, clipped": partial(mlp, depth=DEPTH),
    "standardized, clipped": partial(standardized, depth=DEPTH),
}


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, Arm]:
    """Look at every arm at the start, and train it at its own rate."""
    found = {}
    for arm, build in ARMS.items():
        optimizer = Clipping if arm.endswith("clipped") else SGD
        options: dict = {"steps": steps, "optimizer": optimizer}
        tuning = sweep(build, digits(), seeds=TUNING, lrs=RATES, title=f"{arm}, tuning", **options)
        rate = RATES[best_rate(tuning.loss, RATES)]
        run = train(build, digits(), seeds=seeds, lr=rate, title=arm, **options)
        percent = 100 * np.nan_to_num(run.accuracy[:, -1])
        found[arm] = Arm(*at_the_start(build(seeds, digits())), percent, rate)
    return found


def at_the_start(net: nn.Sequential) -> tuple[np.ndarray, np.ndarray]:
    """Likeness of images, and growth of the gradient, of networks that are not trained."""
    net.double()
    problem, R = digits(), len(next(net.parameters()))
    x = torch.tensor(problem.x[:IMAGES]).double().expand(R, -1, -1)
    y = torch.tensor(problem.y[:IMAGES]).flatten().repeat(R)
    *hidden, last = list(net)
    features = nn.Sequential(*hidden)(x)
    unit = F.normalize(features.detach(), dim=-1)
    alike = (unit @ unit.mT).sum((1, 2)) - IMAGES
    loss = IMAGES * R * F.cross_entropy(last(features).flatten(0, 1), y)
    tables = [p for p in net.parameters() if p.shape[1] == p.shape[2]]
    slopes = torch.autograd.grad(loss, tables)
    beside = [g.norm(dim=(1, 2)) / w.norm(dim=(1, 2)) for w, g in zip(tables, slopes, strict=True)]
    growth = (beside[0] / beside[-1]).detach()
    return (alike / (IMAGES * (IMAGES - 1))).numpy(), growth.numpy()


def effects(found: dict[str, Arm]) -> dict[str, np.ndarray]:
    """Cosines, and points of accuracy."""
    he, ws, batch = found["he"], found["standardized"], found["batch"]
    return {
        "cosine, standardized - batch": ws.cosine - batch.cosine,
        "cosine, he - standardized": he.cosine - ws.cosine,
        "accuracy, he - standardized": he.percent - ws.percent,
        "accuracy, batch - standardized": batch.percent - ws.percent,
        "accuracy, standardized: clipped - not": found["standardized, clipped"].percent
        - ws.percent,
        "accuracy, clipped: he - standardized": found["he, clipped"].percent
        - found["standardized, clipped"].percent,
    }
