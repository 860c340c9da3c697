"""Are four batches of 8, gradients added up, one batch of 32? With batch norm they are not."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

from coursekit.devices import device, generator, one_thread
from coursekit.training import digits, mlp

ROWS, PART = 32, 8


def gradients(net, x, y) -> torch.Tensor:
    """All parameters' gradients of each replica's mean loss, in one vector: (R, P)."""
    R = len(x)
    loss = F.cross_entropy(net(x).flatten(0, 1), y.flatten()) * R
    found = torch.autograd.grad(loss, list(net.parameters()))
    return torch.cat([g.flatten(1) for g in found], dim=1)


def measure(seeds: Sequence[int], *, rows: int = ROWS, part: int = PART) -> dict[str, np.ndarray]:
    """The accumulated gradient against the large batch's, in float64: norm -> (2, seeds).

    The first row is the cosine between the two, the second the length of their difference over the
    large batch's.
    """
    one_thread()
    problem, found = digits(), {}
    order = [torch.randperm(len(problem.x), generator=generator(seed))[:rows] for seed in seeds]
    picked = torch.stack(order)
    x = torch.tensor(problem.x, dtype=torch.float64)[picked].to(device())
    y = torch.tensor(problem.y)[picked].to(device())
    for norm in ("none", "layer", "batch"):
        net = mlp(seeds, problem, norm=norm).to(device(), torch.float64).train()
        whole = gradients(net, x, y)
        parts = [gradients(net, *p) for p in zip(x.split(part, 1), y.split(part, 1), strict=True)]
        summed = torch.stack(parts).mean(0)
        cosine = F.cosine_similarity(summed, whole, dim=1)
        off = (summed - whole).norm(dim=1) / whole.norm(dim=1)
        found[norm] = torch.stack([cosine, off]).cpu().numpy()
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """How far the accumulated gradient is from the large batch's."""
    return {f"{norm}: relative difference": off for norm, (_, off) in found.items()} | {
        "batch: cosine": found["batch"][0]
    }
