"""A trained network meets images of a quarter of the contrast: what is batch norm to do meanwhile?

Batch norm goes on as in training, or is frozen as it is, or is adapted to the new images first and
frozen then. Each arm has the rate, of five, at which its training loss was lowest on two other
seeds, and learns from the same few images.
"""

from collections.abc import Sequence
from copy import deepcopy
from functools import partial

import numpy as np
import torch

from coursekit.devices import one_thread
from coursekit.training import Problem, Trainer, accuracy, digits, mlp, train
from coursekit.training.network import BatchNorm

LR, STEPS, TUNED, IMAGES, CONTRAST = 0.1, 150, 40, 128, 0.25
RATES, TUNING = (0.01, 0.03, 0.1, 0.3, 1.0), (900_001, 900_002)
ARMS = ("moving", "frozen", "adapted, then frozen")


def darker(problem: Problem, contrast: float) -> Problem:
    """The same test images and the first training images, at so much of their contrast."""
    black = problem.x.min()
    x, x_test = (black + contrast * (a - black) for a in (problem.x[:IMAGES], problem.x_test))
    return Problem(x, problem.y[:IMAGES], x_test, problem.y_test)


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


def tuned(arm: str, net, problem: Problem, seeds: Sequence[int], rates, steps: int):
    """Last losses, (R,), and test accuracy in percent, (R,), of replicas at rates (R,)."""
    net = deepcopy(net)
    x = torch.tensor(problem.x).expand(len(seeds), -1, -1)
    if arm != "moving":
        if arm == "adapted, then frozen":
            adapt(net, x)
        freeze(net)
    trainer = Trainer(net, problem, seeds=seeds, lr=rates)
    losses = [trainer.step().cpu().numpy() for _ in range(steps)]
    right = 100 * np.nan_to_num(accuracy(net, problem.x_test, problem.y_test))
    return np.nan_to_num(np.mean(losses[-10:], 0), nan=np.inf), right


def measure(
    seeds: Sequence[int], *, steps: int = STEPS, tune: int = TUNED, contrast: float = CONTRAST
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Test accuracy in percent at that contrast, arm -> (seeds,), and each arm's rate."""
    one_thread()
    build, dark = partial(mlp, depth=3, norm="batch"), darker(digits(), contrast)

    def trained(chosen):
        return train(build, digits(), seeds=chosen, lr=LR, steps=steps, title="before").net.cpu()

    tries = [(rate, seed) for rate in RATES for seed in TUNING]
    before, tuning = trained(seeds), trained([seed for _, seed in tries])
    out = {"not tuned": 100 * accuracy(before, dark.x_test, dark.y_test)}
    chosen = {}
    for arm in ARMS:
        loss, _ = tuned(arm, tuning, dark, [s for _, s in tries], [r for r, _ in tries], tune)
        chosen[arm] = RATES[int(loss.reshape(len(RATES), -1).mean(1).argmin())]
        out[arm] = tuned(arm, before, dark, seeds, [chosen[arm]] * len(seeds), tune)[1]
    return out, chosen
