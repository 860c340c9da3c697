"""Batches that do not look like the data: each holds only two of the ten classes.

Read in train mode, a network with batch norm does well on such batches, for it has learned to use
them; in evaluation the same weights meet other statistics.

Source: Wu & Johnson 2021, section 5, https://arxiv.org/abs/2105.07576
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

from coursekit.bars import bar
from coursekit.devices import device, generator, one_thread
from coursekit.training import SGD, accuracy, digits, mlp

LR, STEPS, BATCH = 0.1, 300, 64


def pairs(source, y) -> torch.Tensor:
    """Rows of two classes, half of each: (B,)."""
    two = torch.randperm(10, generator=source)[:2].tolist()
    rows = [torch.nonzero(y == c)[:, 0] for c in two]
    half = BATCH // 2
    return torch.cat([r[torch.randint(len(r), (half,), generator=source)] for r in rows])


def mixed(source, y) -> torch.Tensor:
    """Rows as they come: (B,)."""
    return torch.randint(len(y), (BATCH,), generator=source)


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test accuracy in eval mode, in percent: "batch, pairs" and so on -> (seeds,)."""
    one_thread()
    problem, found = digits(), {}
    x, y = torch.tensor(problem.x), torch.tensor(problem.y)
    for norm in ("none", "layer", "batch"):
        for name, rule in (("pairs", pairs), ("mixed", mixed)):
            net = mlp(seeds, problem, depth=2, norm=norm).to(device()).train()
            rate = LR if norm != "none" else LR / 2
            sources, sgd = [generator(seed) for seed in seeds], SGD(net.parameters(), rate, 0.0)
            for _ in bar(range(steps), f"{norm}, {name}"):
                rows = torch.stack([rule(g, y) for g in sources])
                logits = net.train()(x[rows].to(device()))
                labels = y[rows].flatten().to(device())
                sgd.descend(F.cross_entropy(logits.flatten(0, 1), labels) * len(seeds))
            score = accuracy(net, problem.x_test, problem.y_test)
            found[f"{norm}, {name}"] = 100 * np.nan_to_num(score)
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What batches of two classes cost, in points."""
    lost = {n: found[f"{n}, mixed"] - found[f"{n}, pairs"] for n in ("none", "layer", "batch")}
    return {f"{norm}: points lost": value for norm, value in lost.items()} | {
        "points lost, batch - layer": lost["batch"] - lost["layer"]
    }
