"""A trained network meets images of a quarter of the contrast: what is batch norm to do meanwhile?

Batch norm goes on as in training, or is frozen as it is, or is adapted to the new images first and
frozen then. The arms learn from the same few images, which the first training has not seen. Each
has the rate, of five, at which its loss on further images was lowest for two other seeds.
"""

from collections.abc import Sequence
from copy import deepcopy
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from coursekit.devices import one_thread
from coursekit.training import Problem, Trainer, accuracy, digits, mlp, train
from coursekit.training.network import BatchNorm

LR, STEPS, TUNED, IMAGES, CONTRAST = 0.1, 150, 40, 128, 0.25
RATES, TUNING = (0.001, 0.003, 0.01, 0.03, 0.1), (900_001, 900_002)
ARMS = ("moving", "frozen", "adapted, then frozen")


def darker(problem: Problem, contrast: float) -> Problem:
    """Images that no training has seen, at so much of their contrast: some to learn from."""
    black = problem.x.min()
    x, y = black + contrast * (problem.x_test - black), problem.y_test
    return Problem(x[:IMAGES], y[:IMAGES], x[IMAGES:], y[IMAGES:])


def norms(net) -> list[BatchNorm]:
    """The batch norms of a network."""
    return [m for m in net.modules() if isinstance(m, BatchNorm)]


@torch.no_grad()
def adapt(net, x: torch.Tensor) -> None:
    """Store the statistics of x (R, N, D)."""
    kept = [norm.momentum for norm in norms(net)]
    for norm in norms(net):
        norm.momentum = 1.0
    net.train()(x)
    for norm, momentum in zip(norms(net), kept, strict=True):
        norm.momentum = momentum


class Frozen(BatchNorm):
    """A batch norm that stays in evaluation, whatever mode it is put into."""

    def train(self, mode: bool = True):
        return super().train(False)


def freeze(net) -> None:
    """Have every batch norm use what it has stored; γ and β are no parameters any more."""
    for norm in norms(net):
        norm.__class__ = Frozen
        for name in ("weight", "bias"):
            values = getattr(norm, name).detach()
            delattr(norm, name)
            norm.register_buffer(name, values)


def tuned(arm: str, net, problem: Problem, seeds: Sequence[int], rates, steps: int) -> nn.Module:
    """Copies of the replicas, after they have learned at these rates (R,)."""
    net = deepcopy(net)
    if arm == "adapted, then frozen":
        adapt(net, torch.tensor(problem.x).expand(len(seeds), -1, -1))
    if arm != "moving":
        freeze(net)
    trainer = Trainer(net, problem, seeds=seeds, lr=rates)
    for _ in range(steps):
        trainer.step()
    return net.cpu().eval()


@torch.no_grad()
def loss(net, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean loss of each replica, (R,)."""
    logits = net(torch.tensor(x).expand(len(next(net.parameters())), -1, -1))
    found = F.cross_entropy(logits.transpose(1, 2), torch.tensor(y).expand(len(logits), -1),
                            reduction="none").mean(1)  # fmt: skip
    return np.nan_to_num(found.numpy(), nan=np.inf)


def measure(
    seeds: Sequence[int], *, steps: int = STEPS, tune: int = TUNED, contrast: float = CONTRAST
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Test accuracy in percent at that contrast, arm -> (seeds,), and each arm's rate."""
    one_thread()
    build, dark = partial(mlp, depth=3, norm="batch"), darker(digits(), contrast)
    choosing, reading = (
        (dark.x_test[part], dark.y_test[part]) for part in (slice(IMAGES), slice(IMAGES, None))
    )

    def trained(chosen):
        return train(build, digits(), seeds=chosen, lr=LR, steps=steps, title="before").net.cpu()

    tries = [(rate, seed) for rate in RATES for seed in TUNING]
    before, tuning = trained(seeds), trained([seed for _, seed in tries])
    out, best = {"not tuned": 100 * accuracy(before, *reading)}, {}
    for arm in ARMS:
        net = tuned(arm, tuning, dark, [s for _, s in tries], [r for r, _ in tries], tune)
        best[arm] = RATES[loss(net, *choosing).reshape(len(RATES), -1).mean(1).argmin()]
        net = tuned(arm, before, dark, seeds, best[arm], tune)
        out[arm] = 100 * np.nan_to_num(accuracy(net, *reading))
    return out, best
