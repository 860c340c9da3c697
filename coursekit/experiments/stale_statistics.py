"""How well does a network read digits with the statistics that training has left behind?

A small convolutional network with batch norm trains once per seed. Its layers normalize by the
batch, whatever their momentum: so one training has several running averages follow it, one for
each momentum, and all of them are judged with the same weights.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from coursekit.data import digit_split
from coursekit.devices import device, generator, one_thread
from coursekit.training import SGD

BATCH, LR = 64, 0.1
MOMENTA = (0.9, 0.1, 0.01, 0.001)
CHECKPOINTS = (20, 60, 200)
SIZES = (1, 2, 4, 16, 64, 250)
ORDERS = ("shuffled", "sorted by class")


class Stored(NamedTuple):
    """What one batch norm keeps for evaluation, (C,) each."""

    mean: torch.Tensor
    var: torch.Tensor


class Moment(NamedTuple):
    """The network after some steps, and what each momentum would have stored in each layer."""

    step: int
    net: nn.Sequential
    stored: dict[float, list[Stored]]


class Finding(NamedTuple):
    """Test accuracies; the first axis is the seeds."""

    stored: np.ndarray  # (seeds, checkpoints, momenta), in evaluation
    startless: np.ndarray  # the same, once the share of the start, 0 and 1, is taken out
    batch: np.ndarray  # (seeds, checkpoints), the same weights, by batches of 250
    fresh: np.ndarray  # (seeds, checkpoints), in evaluation after recalibration
    by_class: np.ndarray  # (seeds,), the last, recalibrated with batches of one class each
    forgotten: np.ndarray  # (seeds, ORDERS, SIZES), the last, normalized by the test batch


def network(seed: int) -> nn.Sequential:
    """Three convolutions, each with batch norm and ReLU, an average over pixels, a linear layer."""
    net = nn.Sequential(
        *block(1, 16), *block(16, 32, stride=2), *block(32, 32),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10),
    )  # fmt: skip
    source = generator(seed)
    for layer in net:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=source)
    nn.init.zeros_(net[-1].bias)  # type: ignore[arg-type]
    return net.to(device())


def block(inputs: int, outputs: int, stride: int = 1) -> tuple[nn.Module, ...]:
    conv = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
    return conv, nn.BatchNorm2d(outputs), nn.ReLU()


def norms(net) -> list[nn.BatchNorm2d]:
    """The batch norms of a network, from the input on."""
    return [layer for layer in net if isinstance(layer, nn.BatchNorm2d)]


def statistics(net) -> list[Stored]:
    """A copy of what each batch norm of a network stores now."""
    states = [norm.state_dict() for norm in norms(net)]
    return [Stored(s["running_mean"].clone(), s["running_var"].clone()) for s in states]


def images(split: str):
    """Standardized images (N, 1, 8, 8) and labels (N,) of "train" or "test"."""
    found = digit_split()
    x, y = getattr(found, split), getattr(found, f"{split}_labels")
    return (x - found.train.mean()) / found.train.std(), y


def train(seed: int, *, checkpoints=CHECKPOINTS, momenta=MOMENTA) -> Iterator[Moment]:
    """Train by SGD with momentum; stop at each checkpoint. The network goes on changing after it.

    With momentum 1, a layer's buffers are the last batch's mean and variance. Every momentum's
    running average is made of those.
    """
    (x, y), source, net = images("train"), generator(1000 + seed), network(seed)
    for norm in norms(net):
        norm.momentum = 1.0
    start = statistics(net)
    stored = {m: start for m in momenta}
    sgd = SGD(net.parameters(), LR, momentum=0.9)
    for step in range(1, max(checkpoints) + 1):
        rows = torch.randint(len(x), (BATCH,), generator=source).to(x.device)
        net.train()
        loss = F.cross_entropy(net(x[rows]), y[rows])
        sgd.descend(loss)
        batch = statistics(net)
        stored = {m: moved(old, batch, m) for m, old in stored.items()}
        if step in checkpoints:
            yield Moment(step, net, stored)


def moved(old: list[Stored], batch: list[Stored], momentum: float) -> list[Stored]:
    """One step of a running average, in every layer."""
    return [
        Stored(*(torch.lerp(a, b, momentum) for a, b in zip(o, n, strict=True)))
        for o, n in zip(old, batch, strict=True)
    ]


def without_start(stored: list[Stored], momentum: float, step: int) -> list[Stored]:
    """Take out what the start, mean 0 and variance 1, still weighs after some steps."""
    left = (1 - momentum) ** step
    return [Stored(mean / (1 - left), (var - left) / (1 - left)) for mean, var in stored]


@torch.no_grad()
def use(net, stored: list[Stored]) -> None:
    """Put statistics into a network's layers."""
    for norm, (mean, var) in zip(norms(net), stored, strict=True):
        norm.load_state_dict({"running_mean": mean, "running_var": var}, strict=False)


@torch.no_grad()
def accuracy(net, batch_size: int | None = None, order: str = "shuffled") -> float:
    """The share of test images read correctly: in evaluation, or normalized by the test batch.

    Args:
        batch_size: None for evaluation; else eval() is forgotten, and images come in batches of
            this many. The buffers are put back.
        order: "shuffled", or "sorted by class".
    """
    x, y = images("test")
    if batch_size is None:
        net.eval()
        return share_right(net(x), y)
    before = statistics(net)
    rows = (y if order == "sorted by class" else torch.arange(len(y))).argsort(stable=True)
    net.train()
    answers = torch.cat([net(part) for part in x[rows].split(batch_size)])
    use(net, before)
    return share_right(answers, y[rows])


def share_right(answers, y) -> float:
    return (answers.argmax(1) == y).float().mean().item()


def batches_of_one_class(size: int = BATCH) -> list[torch.Tensor]:
    """The training images, ten batches with one digit in each."""
    x, y = images("train")
    return [x[y == digit][:size] for digit in range(10)]


@torch.no_grad()
def recalibrate(net: nn.Sequential, batches: Iterable[torch.Tensor]) -> None:
    """Average the batches' statistics anew, as the lesson's exercise does: each sample counts once.

    `deploy.recalibrate` pools them instead: it adds how far apart the means of the batches lie.
    """
    before, seen = [norm.momentum for norm in norms(net)], 0
    net.train()
    for x in batches:
        seen += len(x)
        for norm in norms(net):
            norm.momentum = len(x) / seen
        net(x)
    for norm, momentum in zip(norms(net), before, strict=True):
        norm.momentum = momentum
    net.eval()


def measure(
    seeds: Iterable[int], *, checkpoints=CHECKPOINTS, momenta=MOMENTA, sizes=SIZES
) -> Finding:
    """Train once from every seed, and evaluate with every kind of statistics."""
    one_thread()
    rows = [judged(seed, checkpoints, momenta, sizes) for seed in seeds]
    return Finding(*map(np.array, zip(*rows, strict=True)))


def judged(seed: int, checkpoints, momenta, sizes):
    """One seed's row of a Finding."""
    x = images("train")[0]
    stored, startless, batch, fresh = [], [], [], []
    for step, net, averages in train(seed, checkpoints=checkpoints, momenta=momenta):
        stored.append([with_statistics(net, averages[m]) for m in momenta])
        parts = {m: without_start(averages[m], m, step) for m in momenta}
        startless.append([with_statistics(net, part) for part in parts.values()])
        batch.append(accuracy(net, 250))
        recalibrate(net, x.split(BATCH))
        fresh.append(accuracy(net))
    forgotten = [[accuracy(net, size, order) for size in sizes] for order in ORDERS]
    recalibrate(net, batches_of_one_class())
    return stored, startless, batch, fresh, accuracy(net), forgotten


def with_statistics(net, stored: list[Stored]) -> float:
    use(net, stored)
    return accuracy(net)


def effects(found: Finding) -> dict[str, np.ndarray]:
    """Points of accuracy after 60 steps, and after 200 with eval() forgotten."""
    middle, last = 1, len(CHECKPOINTS) - 1
    lost = {m: found.batch[:, middle] - found.stored[:, middle, n] for n, m in enumerate(MOMENTA)}
    at_rest = found.stored[:, last, MOMENTA.index(0.1)]
    shuffled, by_class = (found.forgotten[:, n] for n in range(2))
    return {
        "lost with momentum 0.01": 100 * lost[0.01],
        "lost with momentum 0.1": 100 * lost[0.1],
        "lost with momentum 0.9": 100 * lost[0.9],
        "won by fresh statistics over momentum 0.01": 100
        * (found.fresh[:, middle] - found.stored[:, middle, MOMENTA.index(0.01)]),
        "lost with test batches of 2": 100 * (at_rest - shuffled[:, SIZES.index(2)]),
        "lost with test batches of one class": 100 * (at_rest - by_class[:, SIZES.index(16)]),
        "lost with statistics from batches of one class": 100
        * (found.fresh[:, last] - found.by_class),
    }
