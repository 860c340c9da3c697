"""What initial weights do to signals, to gradients and to training, ten layers deep.

Every arm is the same network with other initial weights. `tuned` chooses each arm's learning rate
by its *training* loss on seeds that are not shown, so that no test image takes part in the choice.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from coursekit.devices import device
from coursekit.statistics import steps_to as steps_to
from coursekit.training import Problem, mlp, sweep, train
from coursekit.training.network import Linear

DEPTH, ROWS = 10, 256
RATES = (0.003, 0.01, 0.03, 0.1)
TUNING = (100, 101, 102)  # seeds


@torch.no_grad()
def lsuv(seeds: Sequence[int], problem: Problem, **options) -> nn.Sequential:
    """Build `mlp` and scale its layers, first to last, until each puts out a std of 1.

    One factor for each layer, measured on the first 256 training rows. The paper starts from
    orthogonal weights; these are Gaussian.

    Source: Mishkin & Matas 2016, Algorithm 1, https://arxiv.org/abs/1511.06422
    """
    net = mlp(seeds, problem, **options)
    h = inputs(net, problem, ROWS)
    for layer in net:
        if isinstance(layer, Linear):
            layer.weight.div_(layer(h).std((1, 2), correction=0, keepdim=True))
        h = layer(h)
    return net


ARMS: dict[str, Callable[..., nn.Sequential]] = {
    "PyTorch's default": partial(mlp, depth=DEPTH, init="torch"),
    "1/√n": partial(mlp, depth=DEPTH, init="lecun"),
    "He": partial(mlp, depth=DEPTH, init="he"),
    "LSUV": partial(lsuv, depth=DEPTH, init="he"),
}


def inputs(net: nn.Sequential, problem: Problem, rows: int) -> torch.Tensor:
    """The first training rows for each replica, where the network is: (R, rows, D)."""
    weight = next(net.parameters())
    x = torch.tensor(problem.x[:rows]).to(weight.device, weight.dtype)
    return x.expand(len(weight), -1, -1)


@torch.no_grad()
def activations(net: nn.Sequential, problem: Problem, rows: int = ROWS) -> list[np.ndarray]:
    """What the hidden layers put out, and at last the logits: arrays (R, rows, units)."""
    h, seen = inputs(net, problem, rows), []
    for n, layer in enumerate(net):
        h = layer(h)
        if n == len(net) - 1 or isinstance(net[n + 1], Linear):
            seen.append(h.cpu().numpy())
    return seen


def gradient_sizes(net: nn.Sequential, problem: Problem, rows: int = 128) -> np.ndarray:
    """The norm of each weight matrix's gradient, first layer to last: (R, L)."""
    x = inputs(net, problem, rows)
    y = torch.tensor(problem.y[:rows]).to(x.device)
    loss = F.cross_entropy(net(x).flatten(0, 1), y.repeat(len(x)), reduction="sum") / rows
    weights = [layer.weight for layer in net if isinstance(layer, Linear)]
    gradients = torch.autograd.grad(loss, weights)
    return torch.stack([g.flatten(1).norm(dim=1) for g in gradients], dim=1).cpu().numpy()


class Tuned(NamedTuple):
    """What one arm made of each learning rate, and the one it gets."""

    loss: np.ndarray  # (rates,): training loss, averaged over steps and seeds; inf if one diverged
    accuracy: np.ndarray  # (rates, seeds): at the end; only shown, not chosen by
    rate: float


def tuned(
    build, problem: Problem, *, steps: int, rates=RATES, seeds=TUNING, title="tuning"
) -> Tuned:
    """Choose the learning rate with the lowest average training loss."""
    found = sweep(build, problem, seeds=seeds, lrs=rates, steps=steps, title=title)
    loss = np.where(np.isnan(found.loss), np.inf, found.loss).mean((1, 2))
    return Tuned(loss, found.accuracy[..., -1], rates[int(loss.argmin())])


def compare(arms, problem: Problem, *, seeds, steps: int, every: int = 10):
    """Tune every arm, then train it from fresh seeds.

    Args:
        arms: names in ARMS.

    Returns:
        arm -> (Tuned, Run)
    """
    found = {}
    for arm in arms:
        chosen = tuned(ARMS[arm], problem, steps=steps, title=f"{arm}: tuning")
        run = train(
            ARMS[arm], problem, seeds=seeds, lr=chosen.rate, steps=steps, every=every, title=arm
        )
        found[arm] = chosen, run
    return found


def at_the_start(arm: str, problem: Problem, seeds: Sequence[int], act: str = "relu"):
    """An arm's networks before the first step, on the device."""
    return ARMS[arm](seeds, problem, act=act).to(device())
