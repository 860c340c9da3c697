"""What the formulas promise, tried on numbers: float64, random shapes in every seed.

Each effect is how far a promise is from being kept; or, where none is made, how much happens.
"""

from collections.abc import Sequence

import numpy as np
import torch

from coursekit.norms import (
    batch_norm,
    batch_norm_eval,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
    weight_norm,
    weight_norm_backward,
)

EPS = 1e-5


def measure(seeds: Sequence[int]) -> list[dict[str, float]]:
    """One dict of findings for each seed."""
    return [{**_axes(seed), **_batch(seed), **_others(seed)} for seed in seeds]


def _axes(seed: int) -> dict[str, float]:
    """Which norm is which, and what each does to one image's contrast and brightness."""
    rng = np.random.default_rng([seed, 21])
    spread, center = rng.uniform(0.5, 2, (6, 1, 1)), rng.standard_normal((6, 1, 1))
    x = rng.standard_normal((5, 6, 4, 3)) * spread + center
    one, zero = np.ones(6), np.zeros(6)
    by_layer = (x - x.mean((1, 2, 3), keepdims=True)) / np.sqrt(
        x.var((1, 2, 3), keepdims=True) + EPS
    )
    instance, batch = instance_norm(x, one, zero)[0], batch_norm(x, one, zero)[0]
    seen = x.copy()
    seen[0] = 0.3 * x[0] + 0.5  # the first image at another contrast and brightness
    alone = layer_norm(x[:1].reshape(1, -1), np.ones(72), np.zeros(72))[0]
    together = layer_norm(x.reshape(5, -1), np.ones(72), np.zeros(72))[0][:1]
    return {
        "group norm of 1 - layer norm": _gap(group_norm(x, one, zero, groups=1)[0], by_layer),
        "group norm of C - instance norm": _gap(group_norm(x, one, zero, groups=6)[0], instance),
        "contrast: instance norm moves": _gap(instance_norm(seen, one, zero)[0][0], instance[0]),
        "contrast: batch norm moves": _gap(batch_norm(seen, one, zero)[0][0], batch[0]),
        "contrast: batch norm moves the others": _gap(
            batch_norm(seen, one, zero)[0][1:], batch[1:]
        ),
        "layer norm, alone - in a batch": _gap(alone, together),
    }


def _batch(seed: int) -> dict[str, float]:
    """What batch norm leaves as it was, and what it cannot."""
    rng = np.random.default_rng([seed, 22])
    mixing = rng.standard_normal((6, 6))
    population = rng.standard_normal((4096, 6)) @ mixing + rng.standard_normal(6)
    x = population[:32]
    one, zero = np.ones(6), np.zeros(6)
    y = batch_norm(x, one, zero)[0]
    upper = np.triu_indices(6, 1)
    correlated = np.abs(np.corrcoef(y.T)[upper]).mean()
    same = np.abs(np.corrcoef(y.T) - np.corrcoef(x.T)).max()
    small = rng.standard_normal((64, 6)) * 0.01  # variance 1e-4, ten times eps
    v = small.var(0)
    kept = batch_norm(small, one, zero)[0].var(0)
    mean, var = population.mean(0), population.var(0)
    gamma, beta = np.sqrt(var + EPS), mean
    undone = batch_norm_eval(x, gamma, beta, mean, var)[0]
    in_training = batch_norm(x, gamma, beta)[0]
    twins = batch_norm(x[:2], one, zero, 1e-12)[0]
    shifted = batch_norm(x + 100 * rng.standard_normal(6), one, zero)[0]
    pixels = rng.standard_normal((4, 6, 3, 3))
    normal = batch_norm(pixels, one, zero)[0]
    return {
        "batch norm: variance - v / (v + eps)": _gap(kept, v / (v + EPS)),
        "batch norm: mean": float(np.abs(y.mean(0)).max()),
        "batch norm: correlation left": float(correlated),
        "batch norm: correlation changed": float(same),
        "undone in evaluation, error": _gap(undone, x),
        "undone in training, error": float(
            np.sqrt((((in_training - x) / np.sqrt(var)) ** 2).mean())
        ),
        "two samples: distance from 1": float(np.abs(np.abs(twins) - 1).max()),
        "bias before batch norm: change": _gap(shifted, y),
        "batch norm: a pixel's own mean": float(np.abs(normal.mean(0)).mean()),
        "batch norm: a channel's mean": float(np.abs(normal.mean((0, 2, 3))).max()),
    }


def _others(seed: int) -> dict[str, float]:
    """Weight norm, RMS norm, evaluation."""
    rng = np.random.default_rng([seed, 23])
    v, g = rng.standard_normal((5, 7)), rng.uniform(0.5, 2, (5, 1))
    w, cache = weight_norm(v, g)
    dv = weight_norm_backward(rng.standard_normal(w.shape), cache)[0]
    along = np.abs((dv * v).sum(1)) / (np.linalg.norm(dv, axis=1) * np.linalg.norm(v, axis=1))
    x = rng.standard_normal((8, 16)) + 3
    outputs, centered = x[:, :7] @ w.T, x - x.mean(1, keepdims=True)
    one, zero = np.ones(16), np.zeros(16)
    layer = layer_norm(x, one, zero)[0]
    norm = torch.nn.BatchNorm1d(16).double()
    norm(torch.tensor(x))
    before = norm.running_mean.clone()  # type: ignore[union-attr]
    trained = float((before - torch.zeros(16)).abs().max())
    norm.eval()(torch.tensor(x + 1))
    return {
        "weight norm: gradient along v": float(along.max()),
        "weight norm: v times 10": _gap(weight_norm(10 * v, g)[0], w),
        "weight norm: mean left in what a unit puts out": float(np.abs(outputs.mean(0)).mean()),
        "RMS norm of centred - layer norm": _gap(rms_norm(centered, one)[0], layer),
        "RMS norm - layer norm": _gap(rms_norm(x, one)[0], layer),
        "evaluation moves running_mean": float((norm.running_mean - before).abs().max()),  # type: ignore[operator]
        "training moves running_mean": trained,
    }


def _gap(a, b) -> float:
    return float(np.abs(a - b).max())


def effects(found: list[dict[str, float]]) -> dict[str, np.ndarray]:
    """As measured: (seeds,) each."""
    return {name: np.array([one[name] for one in found]) for name in found[0]}
