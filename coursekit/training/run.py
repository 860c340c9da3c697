"""Train R replicas by SGD with momentum, and say what became of each."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.bars import bar
from coursekit.devices import device, generator, one_thread
from coursekit.errors import ArgumentError
from coursekit.training.adam import Adam
from coursekit.training.problem import Problem
from coursekit.training.sgd import SGD

Build = Callable[[Sequence[int], Problem], nn.Module]
ORDER = 1_000_000  # added to a seed: the order of batches is drawn apart from the weights


class Run(NamedTuple):
    """What became of each replica; from `sweep`, (lr, seed) stand in the place of R."""

    loss: np.ndarray  # (R, steps): on each step's batch, before the step; nan from divergence on
    accuracy: np.ndarray  # (R, E): on the test set, in eval mode; nan where there is no answer
    at: np.ndarray  # (E,): how many steps had been taken when accuracy was measured
    diverged: np.ndarray  # (R,): the first step whose loss was no finite number; -1 for never
    net: nn.Module  # as the last step left it, in eval mode


class Trainer:
    """R replicas under training, one step at a time.

    A replica whose loss becomes nan goes on computing nan, for itself alone: no operation here
    mixes replicas, and each one's gradient is that of its own loss.
    """

    def __init__(
        self,
        net: nn.Module,
        problem: Problem,
        *,
        seeds: Sequence[int],
        lr: float | Sequence[float],
        batch: int = 64,
        momentum: float = 0.9,
        optimizer: type[SGD] | type[Adam] = SGD,
    ):
        if batch > len(problem.x):
            raise ArgumentError(
                f"a batch of {batch} needs as many rows; there are {len(problem.x)}"
            )
        rates = np.asarray(lr, dtype=float)
        if rates.shape not in ((), (len(seeds),)):
            raise ArgumentError(
                f"give one lr, or one for each of {len(seeds)} seeds; got {rates.size}"
            )
        self.x = torch.tensor(problem.x).to(device())
        self.y = torch.tensor(problem.y).to(device())
        self.net = net.to(device(), self.x.dtype)
        rate = torch.tensor(rates.reshape(-1, 1, 1)).to(device(), self.x.dtype)  # (R, 1, 1)
        self.optimizer = optimizer(self.net.parameters(), rate, momentum)
        different = sorted(set(seeds))
        self.orders = [batches(seed, len(problem.x), batch) for seed in different]
        self.order_of = torch.tensor([different.index(seed) for seed in seeds])

    def step(self) -> Tensor:
        """Take one step; return each replica's loss before it, (R,)."""
        rows = torch.stack([next(order) for order in self.orders])[self.order_of].to(device())
        self.net.train()
        logits = self.net(self.x[rows])  # (R, B, classes)
        loss = F.cross_entropy(logits.flatten(0, 1), self.y[rows].flatten(), reduction="none")
        losses = loss.view(len(rows), -1).mean(1)
        self.optimizer.descend(losses.sum())
        return losses.detach()


def batches(seed: int, rows: int, size: int) -> Iterator[Tensor]:
    """Row numbers (size,), batch after batch without end: every epoch draws a new order.

    The rows that do not fill a batch at the end of an epoch are left out of it.
    """
    source = generator(ORDER + seed)
    while True:
        order = torch.randperm(rows, generator=source)
        yield from order[: rows - rows % size].view(-1, size)


@torch.no_grad()
def accuracy(net: nn.Module, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The share of rows that each replica reads correctly in eval mode. (N, D), (N,) -> (R,)

    It is nan for a replica that answers with anything but finite numbers.
    """
    weight = next(net.parameters())
    inputs = torch.tensor(x).to(weight.device, weight.dtype).expand(len(weight), -1, -1)
    logits = net.eval()(inputs).cpu()  # (R, N, classes)
    right = (logits.argmax(-1) == torch.tensor(y).flatten()).double().mean(1)
    return np.where(logits.isfinite().all(-1).all(-1), right, np.nan)


def train(
    build: Build,
    problem: Problem,
    *,
    seeds: Sequence[int],
    lr: float | Sequence[float],
    steps: int,
    every: int | None = None,
    batch: int = 64,
    momentum: float = 0.9,
    optimizer: type[SGD] | type[Adam] = SGD,
    title: str = "training",
) -> Run:
    """Train one network for each seed, all side by side.

    Args:
        build: (seeds, problem) -> a network of as many replicas, such as `mlp` or a partial of it.
        problem: what to learn.
        seeds: one for each replica; a seed decides initial weights and order of batches.
        lr: the learning rate, or one for each replica.
        steps: how many to take.
        every: measure test accuracy after so many steps; only at the end if left out.
        batch: rows in a batch.
        momentum: of v = momentum · v + gradient, w = w − lr · v, as in `torch.optim.SGD`.
        optimizer: SGD or Adam.
        title: what the progress bar says.

    Raises:
        ArgumentError: there are fewer rows than a batch holds, or lr is a list of another length.
    """
    one_thread()
    trainer = Trainer(
        build(seeds, problem),
        problem,
        seeds=seeds,
        lr=lr,
        batch=batch,
        momentum=momentum,
        optimizer=optimizer,
    )
    losses, scores, at = [], [], []
    for done in bar(range(1, steps + 1), title):
        losses.append(trainer.step())
        if done == steps or (every and done % every == 0):
            scores.append(accuracy(trainer.net, problem.x_test, problem.y_test))
            at.append(done)
    loss = torch.stack(losses, dim=1).cpu().double().numpy()
    lost = np.logical_or.accumulate(~np.isfinite(loss), axis=1)
    score = np.stack(scores, axis=1)
    gone = lost.any(1) | np.isnan(score[:, -1])  # the last step's damage no loss has seen
    diverged = np.where(gone, steps - lost.sum(1), -1)
    return Run(np.where(lost, np.nan, loss), score, np.array(at), diverged, trainer.net.eval())


def sweep(
    build: Build, problem: Problem, *, seeds: Sequence[int], lrs: Sequence[float], **options
) -> Run:
    """Train every seed at every learning rate as one computation; arrays start (lr, seed, …).

    Args:
        options: those of `train`.
    """
    shape = len(lrs), len(seeds)
    run = train(
        build, problem, seeds=[*seeds] * len(lrs), lr=np.repeat(lrs, len(seeds)).tolist(), **options
    )
    return run._replace(
        loss=run.loss.reshape(*shape, -1),
        accuracy=run.accuracy.reshape(*shape, -1),
        diverged=run.diverged.reshape(shape),
    )
