"""Batch norm in a recurrent network: do the statistics of one step of time fit the others?

A tanh network reads a digit row by row. Its recurrent input is normalized by the batch; running
statistics are kept for all steps of time together, or for each on its own.

Source: Cooijmans et al. 2017, section 3, https://arxiv.org/abs/1603.09025
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from coursekit.devices import generator
from coursekit.training import accuracy, digits, train
from coursekit.training.network import INITS, BatchNorm, LayerNorm, Linear

TIMES, WIDTH, LR, STEPS = 8, 32, 0.1, 150


class Recurrent(nn.Module):
    """h = tanh(norm(h W + x_t U)), read out from the last h."""

    def __init__(self, seeds: Sequence[int], norm: str):
        super().__init__()
        sources, R = [generator(seed) for seed in seeds], len(seeds)
        self.inward = Linear(sources, 8, WIDTH, INITS["lecun"])
        self.again = Linear(sources, WIDTH, WIDTH, INITS["lecun"])
        self.out = Linear(sources, WIDTH, 10, INITS["lecun"])
        kinds: dict[str, Callable] = {"none": lambda *_: nn.Identity(), "layer": LayerNorm}
        make = kinds.get(norm, BatchNorm)
        count = TIMES if norm == "each step" else 1
        self.norms = nn.ModuleList([make(R, WIDTH) for _ in range(count)])
        self.variances: list[torch.Tensor] = []

    def forward(self, x):
        R, B, _ = x.shape
        h, self.variances = x.new_zeros(R, B, WIDTH), []
        for t, row in enumerate(x.view(R, B, TIMES, 8).unbind(2)):
            z = self.again(h) + self.inward(row)
            self.variances.append(z.detach().var(1).mean(1))
            h = torch.tanh(self.norms[t % len(self.norms)](z))
        return self.out(h)


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """arm -> (3, seeds): percent right in eval mode, the same weights by the batch, and the largest
    variance of a step's recurrent input over the smallest."""
    problem, found = digits(), {}
    x = torch.tensor(problem.x_test).expand(len(seeds), -1, -1)
    y = torch.tensor(problem.y_test)
    for norm in ("none", "layer", "all steps", "each step"):

        def build(seeds, problem, norm=norm):
            return Recurrent(seeds, norm)

        run = train(build, problem, seeds=seeds, lr=LR, steps=steps, title=norm)
        net = run.net
        with torch.no_grad():
            in_eval = accuracy(net, problem.x_test, problem.y_test)
            by_batch = (
                (net.train()(x.to(next(net.parameters()))).argmax(-1).cpu() == y).double().mean(1)
            )
        spread = torch.stack(net.variances)  # type: ignore[arg-type]
        ratio = (spread.max(0).values / spread.min(0).values).cpu().numpy()
        found[norm] = np.array([100 * np.nan_to_num(in_eval), 100 * by_batch.numpy(), ratio])
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy, and a ratio of variances as a logarithm."""
    gap = {arm: both[1] - both[0] for arm, both in found.items()}
    return {
        "gap, statistics of all steps": gap["all steps"],
        "gap, statistics of each step": gap["each step"],
        "gap, all steps - each step": gap["all steps"] - gap["each step"],
        "accuracy, none - each step": found["none"][0] - found["each step"][0],
        "accuracy, layer norm - none": found["layer"][0] - found["none"][0],
        "variance, largest / smallest step": np.log(found["all steps"][2]),
    }
