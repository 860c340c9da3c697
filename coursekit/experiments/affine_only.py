"""What can gamma and beta learn alone? Every weight matrix stays as it was drawn.

Against them: the same number of weights, chosen at random from all of them, in a network whose
batch norms' gamma and beta stand still.

Source: Frankle, Schwab & Morcos 2021, https://arxiv.org/abs/2003.00152
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from coursekit.bars import bar
from coursekit.devices import generator, one_thread
from coursekit.training import SGD, digits, mlp
from coursekit.training.network import Affine, Linear
from coursekit.training.run import Trainer, accuracy

DEPTH, LR, STEPS = 3, 0.1, 150
WIDTHS = (50, 200)


class Masked(SGD):
    """SGD that moves only what its masks leave free."""

    def __init__(self, parameters, lr, masks):
        super().__init__(parameters, lr)
        self.masks = masks

    def step(self, gradients) -> None:
        super().step([g * m for g, m in zip(gradients, self.masks, strict=True)])


def masks(net, seeds: Sequence[int], arm: str) -> list[torch.Tensor]:
    """1 where a parameter may move: "gamma and beta", "as many weights" or "all"."""
    affine = {id(p) for m in net.modules() if isinstance(m, Affine) for p in m.parameters()}
    matrices = {id(m.weight) for m in net.modules() if isinstance(m, Linear)}
    free = sum(p[0].numel() for p in net.parameters() if id(p) in affine)
    total = sum(p[0].numel() for p in net.parameters() if id(p) in matrices)
    sources, out = [generator(4_000_000 + seed) for seed in seeds], []
    for p in net.parameters():
        if arm == "as many weights" and id(p) in matrices:
            drawn = [torch.rand(p.shape[1:], generator=g) < free / total for g in sources]
            out.append(torch.stack(drawn).to(p))
        else:
            moves = arm == "all" or (arm == "gamma and beta" and id(p) in affine)
            out.append(torch.full_like(p, float(moves)))
    return out


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test accuracy in percent: "50, gamma and beta" and so on -> (seeds,)."""
    one_thread()
    found = {}
    for width in WIDTHS:
        build = partial(mlp, depth=DEPTH, width=width, norm="batch")
        for arm in ("gamma and beta", "as many weights"):
            net = build(seeds, digits())
            trainer = Trainer(net, digits(), seeds=seeds, lr=LR)
            trainer.optimizer = Masked(trainer.net.parameters(), LR, masks(trainer.net, seeds, arm))
            for _ in bar(range(steps), f"{width}, {arm}"):
                trainer.step()
            score = accuracy(trainer.net, digits().x_test, digits().y_test)
            found[f"{width}, {arm}"] = 100 * np.nan_to_num(score)
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Accuracy in percent, and in points against as many weights."""
    out = {}
    for width in WIDTHS:
        affine, weights = (
            found[f"{width}, {arm}"] for arm in ("gamma and beta", "as many weights")
        )
        out[f"width {width}: gamma and beta"] = affine
        out[f"width {width}: gamma and beta - as many weights"] = affine - weights
    out["gained by width"] = (
        found[f"{WIDTHS[1]}, gamma and beta"] - found[f"{WIDTHS[0]}, gamma and beta"]
    )
    return out
