"""Is the loss smoother along the step that training takes? With batch norm and without.

At moments of training the gradient is followed for several lengths. Seen there: how much the loss
varies, and how far the gradient moves from what it was, relative to its length ("predictiveness").

Source: Santurkar et al. 2018, figure 4, https://arxiv.org/abs/1805.11604
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from coursekit.bars import bar
from coursekit.devices import one_thread
from coursekit.training import Trainer, digits, mlp

LENGTHS, LRS, EVERY = (0.05, 0.1, 0.2, 0.4), {"relu": 0.03, "tanh": 0.03}, 6


def losses(net, x, y) -> torch.Tensor:
    """Each replica's loss on its batch: (R,)."""
    found = F.cross_entropy(net(x).flatten(0, 1), y.flatten(), reduction="none")
    return found.view(y.shape).mean(1)


def gradient(net, x, y) -> tuple[list[torch.Tensor], torch.Tensor]:
    """The gradient of each replica's own loss, parameter by parameter, and the losses (R,)."""
    loss = losses(net, x, y)
    return list(torch.autograd.grad(loss.sum(), list(net.parameters()))), loss.detach()


def lengths(parts: list[torch.Tensor]) -> torch.Tensor:
    """The length of each replica's vector: (R,)."""
    return torch.stack([p.flatten(1).square().sum(1) for p in parts]).sum(0).sqrt()


def look(net, x, y) -> tuple[np.ndarray, np.ndarray]:
    """The range of the loss along the gradient, and its largest relative change: (R,) each."""
    parameters = list(net.parameters())
    start, loss = gradient(net, x, y)
    kept = [p.detach().clone() for p in parameters]
    seen, moved = [loss], []
    for length in LENGTHS:
        with torch.no_grad():
            for p, old, g in zip(parameters, kept, start, strict=True):
                p.copy_(old - length * g)
        there, loss = gradient(net, x, y)
        seen.append(loss)
        change = [a - b for a, b in zip(there, start, strict=True)]
        moved.append(lengths(change) / lengths(start))
    with torch.no_grad():
        for p, old in zip(parameters, kept, strict=True):
            p.copy_(old)
    track = torch.stack(seen)
    spread = track.max(0).values - track.min(0).values
    return spread.cpu().numpy(), torch.stack(moved).max(0).values.cpu().numpy()


def measure(seeds: Sequence[int], *, steps: int = 60) -> dict[str, np.ndarray]:
    """Medians over moments: "relu, none" … -> (2, seeds), loss range and gradient change."""
    one_thread()
    found = {}
    for act, lr in LRS.items():
        for norm in ("none", "batch"):
            build = partial(
                mlp, depth=6, act=act, norm=norm, init="he" if act == "relu" else "lecun"
            )
            trainer = Trainer(build(seeds, digits()), digits(), seeds=seeds, lr=lr)
            rows = []
            for done in bar(range(steps), f"{act}, {norm}"):
                if done % EVERY == 0:
                    picked = torch.stack([next(order) for order in trainer.orders])
                    rows.append(look(trainer.net.train(), trainer.x[picked], trainer.y[picked]))
                trainer.step()
            found[f"{act}, {norm}"] = np.median(np.array(rows), axis=0)
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Logarithms of none over batch: above 0, batch norm is the smoother."""
    out = {}
    for act in LRS:
        spread, change = np.log(found[f"{act}, none"] / found[f"{act}, batch"])
        out[f"{act}: loss range, none / batch"] = spread
        out[f"{act}: gradient change, none / batch"] = change
    return out
