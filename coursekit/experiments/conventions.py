"""What do two libraries' defaults do to the same network, and what does a wrong translation do?

One small convolutional network learns digits by SGD with momentum. Between the arms only the batch
norm layers differ: whose they are, and the two numbers that they were made with. After so many
steps the network is evaluated, with what its layers have stored until then.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from coursekit.bars import bar
from coursekit.data import DigitSplit, digit_split
from coursekit.devices import device, generator, one_thread
from coursekit.training import SGD

BATCH, LR = 32, 0.1
CHECKPOINTS = (10, 30, 60, 120)
Maker = Callable[..., nn.Module]  # maker(C, eps=…, momentum=…)


class Arm(NamedTuple):
    """How a network's batch norm layers are made: torch's momentum, the new batch's weight."""

    make: Maker
    momentum: float = 0.1
    eps: float = 1e-5


def arms(own: Maker) -> dict[str, Arm]:
    """The arms of the lesson; `own` makes the layer that is held against torch's."""
    return {
        "torch's layer, its defaults": Arm(nn.BatchNorm2d),
        "your layer, torch's defaults": Arm(own),
        "your layer, eps 0.001": Arm(own, eps=1e-3),
        "your layer, momentum 0.01": Arm(own, momentum=0.01),
        "your layer, momentum 0.99": Arm(own, momentum=0.99),
    }


def network(norm: Callable[[int], nn.Module], seed: int) -> nn.Sequential:
    """Convolution, norm, ReLU and pooling, twice; then a linear layer. Drawn on the CPU.

    Args:
        norm: makes a layer for C channels.
        seed: of the weights.
    """
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        norm(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False),
        norm(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    source = generator(seed)
    for layer in net:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=source)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return net.to(device())


class Step(NamedTuple):
    """What a training step leaves: how many were done, the network, and the batch's loss."""

    done: int
    net: nn.Sequential
    loss: float


def train(net, seed: int, *, steps: int):
    """Train in place on random batches of digits; yields after each step."""
    found, source = digit_split(), generator(1000 + seed)
    sgd = SGD(net.parameters(), LR, momentum=0.9)
    for done in range(1, steps + 1):
        rows = torch.randint(len(found.train), (BATCH,), generator=source).to(found.train.device)
        net.train()
        loss = F.cross_entropy(net(found.train[rows]), found.train_labels[rows])
        sgd.descend(loss)
        yield Step(done, net, loss.item())


@torch.no_grad()
def accuracy(net, found: DigitSplit | None = None) -> float:
    """The share of the 500 test images that the network reads in evaluation."""
    found = found or digit_split()
    net.eval()
    return (net(found.test).argmax(1) == found.test_labels).float().mean().item()


class Findings(NamedTuple):
    """Test accuracies (seeds, checkpoints) and training losses (seeds, steps), arm by arm."""

    accuracy: dict[str, np.ndarray]
    loss: dict[str, np.ndarray]


def measure(own: Maker, seeds, *, checkpoints=CHECKPOINTS) -> Findings:
    """Train every arm from every seed, `own` in the place of the learner's layer."""
    one_thread()
    table = arms(own)
    rows: dict[str, list] = {name: [] for name in table}
    for name, seed in bar([(name, seed) for name in table for seed in seeds], "networks"):
        rows[name].append(_one(table[name], seed, checkpoints))
    accuracies, losses = (
        {name: np.array([pair[i] for pair in pairs]) for name, pairs in rows.items()}
        for i in (0, 1)
    )
    return Findings(accuracies, losses)


def _one(arm: Arm, seed: int, checkpoints) -> tuple[list[float], list[float]]:
    net = network(lambda C: arm.make(C, eps=arm.eps, momentum=arm.momentum), seed)
    accuracies, losses = [], []
    for step in train(net, seed, steps=checkpoints[-1]):
        losses.append(step.loss)
        if step.done in checkpoints:
            accuracies.append(accuracy(net))
    return accuracies, losses
