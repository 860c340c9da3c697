"""Folding batch norm into the layer before it: the same function, but is it still easy to round?

A trained network is folded. Its channels are then rescaled, as a ReLU network allows without
changing the function: what one layer gains the next gives back. Its weights are rounded to 8 bits,
with one step for each matrix or one for each channel.

Source: Nagel et al. 2019, section 3, https://arxiv.org/abs/1906.04721
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from coursekit.devices import generator
from coursekit.training import digits, mlp, train
from coursekit.training.network import BatchNorm, Linear

LR, STEPS, SPREAD, LEVELS = 0.1, 150, 1.5, 127


def fold(net) -> list[tuple[Tensor, Tensor]]:
    """Weights (R, in, out) and biases (R, 1, out) of each linear layer, batch norms folded in."""
    out: list[tuple[Tensor, Tensor]] = []
    for layer in net:
        if isinstance(layer, Linear):
            out.append((layer.weight.detach().double(), layer.bias.detach().double()))
        elif isinstance(layer, BatchNorm):
            weight, bias = out.pop()
            scale = layer.weight * torch.rsqrt(layer.running_var + layer.eps)
            shift = layer.bias.detach() - layer.running_mean * scale.detach()
            scale = scale.detach()
            out.append((weight * scale, bias * scale + shift))
    return out


def rescaled(layers, seeds: Sequence[int]) -> list[tuple[Tensor, Tensor]]:
    """The same function with channels of very different size."""
    sources, out = [generator(5_000_000 + seed) for seed in seeds], []
    back = None
    for n, (weight, bias) in enumerate(layers):
        if back is not None:
            weight = weight / back.transpose(1, 2)
        if n < len(layers) - 1:
            drawn = [torch.randn(1, weight.shape[2], generator=g) for g in sources]
            back = torch.exp(SPREAD * torch.stack(drawn)).double()
            weight, bias = weight * back, bias * back
        out.append((weight, bias))
    return out


def rounded(layers, axes: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
    """Weights on 255 levels, one step for each slice over these axes."""
    out = []
    for weight, bias in layers:
        step = weight.abs().amax(axes, keepdim=True) / LEVELS
        out.append(((weight / step).round() * step, bias))
    return out


def answers(layers, x: Tensor) -> Tensor:
    """What the folded network says: (R, N, classes)."""
    for n, (weight, bias) in enumerate(layers):
        x = torch.baddbmm(bias, x, weight)
        x = x if n == len(layers) - 1 else x.relu()
    return x


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test accuracy in percent of each form, and by how much folding moved an output."""
    problem = digits()
    build = partial(mlp, depth=3, norm="batch")
    run = train(build, problem, seeds=seeds, lr=LR, steps=steps, title="to be folded")
    net = run.net.cpu().double().eval()
    x = torch.tensor(problem.x_test).double().expand(len(seeds), -1, -1)
    y = torch.tensor(problem.y_test)
    with torch.no_grad():
        before, folded = net(x), fold(net)
        spread = rescaled(folded, seeds)
        forms = {
            "folded": folded,
            "rescaled": spread,
            "folded, one step": rounded(folded, (1, 2)),
            "rescaled, one step": rounded(spread, (1, 2)),
            "rescaled, a step for each channel": rounded(spread, (1,)),
        }
        found = {
            name: 100 * (answers(layers, x).argmax(-1) == y).double().mean(1).numpy()
            for name, layers in forms.items()
        }
        moved = (answers(folded, x) - before).abs().amax((1, 2)).numpy()
    return {**found, "moved": moved}


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy lost to rounding; and what folding changed."""
    return {
        "folding moved an output by": found["moved"],
        "lost to one step": found["folded"] - found["folded, one step"],
        "rescaled: lost to one step": found["rescaled"] - found["rescaled, one step"],
        "rescaled: won back by a step for each channel": found["rescaled, a step for each channel"]
        - found["rescaled, one step"],
    }
