"""Images change after training: do statistics of the new images, without labels, repair the harm?

Networks with batch norm learn digits. The test images then get another contrast or brightness, and
what batch norm stores is measured anew on some of them, other ones than those that are read.

Source: Li et al. 2016, Algorithm 1, https://arxiv.org/abs/1603.04779
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from coursekit.devices import generator, one_thread
from coursekit.training import digits, mlp, train
from coursekit.training.network import BatchNorm

LR, STEPS, IMAGES, DIGIT = 0.1, 150, 64, 3
SHIFTS: dict[str, tuple[float, float] | None] = {  # (a, b): pixels from 0 to 1 become a * p + b
    "as trained": (1.0, 0.0),
    "low contrast": (0.25, 0.0),
    "brighter": (1.0, 0.5),
    "own contrast each": None,
}
ARMS = ("as stored", "adapted", "adapted to threes")


def shifted(x: Tensor, line: tuple[float, float] | None, white: float, source) -> Tensor:
    """The images (N, D) as they look then; black is x's smallest pixel and white is given."""
    black = x.min()
    pixels = (x - black) / (white - black)
    if line is None:  # contrast lognormal, brightness normal
        pixels = torch.exp(0.8 * torch.randn(len(x), 1, generator=source)) * pixels
        pixels = pixels + 0.5 * torch.randn(len(x), 1, generator=source)
    else:
        pixels = line[0] * pixels + line[1]
    return pixels * (white - black) + black


def adapt(net, x: Tensor) -> None:
    """Store the statistics of x (N, D), in every replica and every layer."""
    norms = [m for m in net.modules() if isinstance(m, BatchNorm)]
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    net.train()(x.expand(len(next(net.parameters())), -1, -1))
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum
    net.eval()


def statistics(net) -> list[Tensor]:
    """A copy of all that is stored."""
    return [b.clone() for b in net.buffers()]


def restore(net, kept: list[Tensor]) -> None:
    """Put a copy back."""
    for buffer, values in zip(net.buffers(), kept, strict=True):
        buffer.copy_(values)


@torch.no_grad()
def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, dict[str, np.ndarray]]:
    """Accuracy in percent, shift -> arm -> (seeds,), on the 250 test images that nothing adapts."""
    one_thread()
    problem = digits()
    build = partial(mlp, depth=3, norm="batch")
    with torch.enable_grad():
        net = train(build, problem, seeds=seeds, lr=LR, steps=steps, title="to be adapted").net
    net = net.cpu().eval()
    kept = statistics(net)
    x, y = torch.tensor(problem.x_test), torch.tensor(problem.y_test)
    half, white = len(x) // 2, float(x.max())
    out = {}
    for shift, line in SHIFTS.items():
        seen = shifted(x, line, white, generator(7))
        new, labels, test = seen[half:], y[half:], seen[:half]
        sets = (None, new[:IMAGES], new[labels == DIGIT])
        found = {}
        for arm, images in zip(ARMS, sets, strict=True):
            if images is not None:
                adapt(net, images)
            answers = net(test.expand(len(seeds), -1, -1)).argmax(-1)
            found[arm] = 100 * (answers == y[:half]).double().mean(1).numpy()
            restore(net, kept)
        out[shift] = found
    return out


def effects(found: dict[str, dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Points of accuracy."""
    quarter, own, same = (found[s] for s in ("low contrast", "own contrast each", "as trained"))
    return {
        "low contrast: adapted - as stored": quarter["adapted"] - quarter["as stored"],
        "own contrast each: adapted - as stored": own["adapted"] - own["as stored"],
        "as trained: lost by adapting to threes": same["as stored"] - same["adapted to threes"],
    }
