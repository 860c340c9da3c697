"""What becomes of training if the backward pass takes batch norm's mean or variance for constants?

A network of `depth` blocks (linear with bias, batch norm, ReLU) and a linear layer reads digits.
Forward, all arms are the same. Backward, two switches in one line tell them apart:

    dx = inv_std * (g - mean_path * mean(g) - var_path * x_hat * mean(g * x_hat))

Every array has a first axis of R replicas, which never meet: arms, learning rates and seeds are
trained side by side.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from coursekit import data
from coursekit.bars import bar

EPS, BATCH, DEPTH, WIDTH = 1e-5, 64, 3, 32
RATES = (0.03, 0.1, 0.3, 1.0, 3.0)


class Arm(NamedTuple):
    """Which paths a backward pass keeps."""

    mean_path: int
    var_path: int
    norm: bool = True


ARMS = {
    "both paths": Arm(1, 1),
    "mean constant": Arm(0, 1),
    "variance constant": Arm(1, 0),
    "both constant": Arm(0, 0),
    "no norm": Arm(1, 1, norm=False),
}


class Digits(NamedTuple):
    """Pixels (N, 64) with mean 0 and variance 1 over all, and labels (N,)."""

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


@lru_cache
def digits() -> Digits:
    """1297 images to train on, 500 to test on, the same for every seed."""
    images, labels = data.digits()
    order = np.random.default_rng(0).permutation(len(labels))
    x, y = images.reshape(-1, 64)[order], labels[order]
    x = (x - x[:1297].mean()) / x[:1297].std()
    return Digits(x[:1297], y[:1297], x[1297:], y[1297:])


def start(seeds: Sequence[int], depth: int = DEPTH, width: int = WIDTH) -> dict[str, np.ndarray]:
    """Draw one network for each seed: W and b of every layer, gamma and beta of every block.

    Weights are He's, biases uniform up to 1 / sqrt(fan_in), as PyTorch draws them.
    """
    sizes, params = [64, *[width] * depth, 10], {}
    rngs = [np.random.default_rng([seed, 5]) for seed in seeds]
    for k, (a, b) in enumerate(pairwise(sizes)):
        params[f"W{k}"] = np.stack([r.standard_normal((a, b)) * np.sqrt(2 / a) for r in rngs])
        params[f"b{k}"] = np.stack([r.uniform(-1, 1, (1, b)) / np.sqrt(a) for r in rngs])
        if k < depth:
            params[f"gamma{k}"] = np.ones((len(rngs), 1, b))
            params[f"beta{k}"] = np.zeros((len(rngs), 1, b))
    return params


class Pass(NamedTuple):
    """One pass forward and back: the loss (R,), and what the backward pass found on its way."""

    loss: np.ndarray
    gradients: dict[str, np.ndarray]  # of every parameter
    x_hat: list[np.ndarray]  # (R, N, width), of every block
    dx_hat: list[np.ndarray]  # its gradient


def one_pass(params, x, labels, *, norm=True, mean_path=1.0, var_path=1.0, eps=EPS) -> Pass:
    """Go forward and back once.

    Args:
        params: of `start`.
        x: (R, N, 64); labels: (R, N).
        norm: leave batch norm out if False (gamma and beta stay).
        mean_path, var_path: 1 or 0, or an array (R, 1, 1) of them.
    """
    depth = sum(key.startswith("gamma") for key in params)
    inputs, x_hats, scales, h = [], [], [], x
    for k in range(depth):
        u = h @ params[f"W{k}"] + params[f"b{k}"]
        x_hat, inv_std = _normalized(u, eps) if norm else (u, 1.0)
        inputs.append(h)
        x_hats.append(x_hat)
        scales.append(inv_std)
        h = np.maximum(params[f"gamma{k}"] * x_hat + params[f"beta{k}"], 0)
    loss, dz = _cross_entropy(h @ params[f"W{depth}"] + params[f"b{depth}"], labels)
    found = _linear(depth, h, dz)
    dh, dx_hats = dz @ params[f"W{depth}"].swapaxes(1, 2), []
    for k in reversed(range(depth)):
        x_hat, gamma = x_hats[k], params[f"gamma{k}"]
        dy = dh * (gamma * x_hat + params[f"beta{k}"] > 0)
        found |= {f"gamma{k}": (dy * x_hat).sum(1, keepdims=True)}
        found |= {f"beta{k}": dy.sum(1, keepdims=True)}
        dx_hats.append(du := gamma * dy)
        if norm:
            mean, along = (v.mean(1, keepdims=True) for v in (du, du * x_hat))
            du = scales[k] * (du - mean_path * mean - var_path * x_hat * along)
        found |= _linear(k, inputs[k], du)
        dh = du @ params[f"W{k}"].swapaxes(1, 2)
    return Pass(loss, found, x_hats, dx_hats[::-1])


def _normalized(u, eps):
    centered = u - u.mean(1, keepdims=True)
    inv_std = 1 / np.sqrt((centered**2).mean(1, keepdims=True) + eps)
    return centered * inv_std, inv_std


def _linear(k: int, h, du) -> dict[str, np.ndarray]:
    return {f"W{k}": h.swapaxes(1, 2) @ du, f"b{k}": du.sum(1, keepdims=True)}


def _cross_entropy(z, labels):
    """The loss (R,), a mean over the batch, and its gradient in the logits z (R, N, 10)."""
    z = z - z.max(2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(2, keepdims=True))
    hit = np.eye(10, dtype=z.dtype)[labels]
    return -(log_p * hit).sum(2).mean(1), (np.exp(log_p) - hit) / z.shape[1]


class History(NamedTuple):
    """What was seen at every step, before it was taken: (steps + 1, R)."""

    loss: np.ndarray  # of that step's batch
    bias: np.ndarray  # length of all biases that stand before a batch norm, together
    weight: np.ndarray  # length of all weights before one


def train(params, seeds, rates, *, steps: int, **options):
    """Descend for so many steps; each replica with its seed's batches and its own rate.

    Args:
        params: of `start`; left as it is.
        seeds, rates: (R,)
        options: of `one_pass`.

    Returns:
        the parameters (dict) and the History.
    """
    found, rows, dtype = digits(), [], params["W0"].dtype
    images, lr = found.train.astype(dtype), np.reshape(rates, (-1, 1, 1)).astype(dtype)
    rngs = [np.random.default_rng([seed, 6]) for seed in seeds]
    for _ in bar(range(steps + 1), "training"):
        batch = np.stack([r.choice(len(images), BATCH, replace=False) for r in rngs])
        seen = one_pass(params, images[batch], found.train_labels[batch], **options)
        rows.append((seen.loss, _length(params, "b"), _length(params, "W")))
        if len(rows) <= steps:
            params = {key: p - lr * seen.gradients[key] for key, p in params.items()}
    return params, History(*np.array(rows).swapaxes(0, 1))


def _length(params, kind: str):
    """(R,): the length of all W or all b but the last layer's."""
    depth = sum(key.startswith("gamma") for key in params)
    return np.sqrt(sum((params[f"{kind}{k}"] ** 2).sum((1, 2)) for k in range(depth)))


def measure(seeds, *, rates=RATES, steps=200, arms=tuple(ARMS)):
    """Train every arm from every seed with every learning rate, in float32.

    Returns:
        arm -> History, each array (steps + 1, rates, seeds).
    """
    pairs = [(rate, seed) for rate in rates for seed in seeds]
    out: dict[str, History] = {}
    for norm in (True, False):
        group = [name for name in arms if ARMS[name].norm is norm]
        if not group:
            continue
        each_seed = [seed for _ in group for _, seed in pairs]
        paths = np.repeat([ARMS[name][:2] for name in group], len(pairs), axis=0)
        mean_path, var_path = paths.astype(np.float32).T[:, :, None, None]
        with np.errstate(all="ignore"):  # a network that diverges is a finding
            _, history = train(
                {k: p.astype(np.float32) for k, p in start(each_seed).items()},
                each_seed,
                [rate for _ in group for rate, _ in pairs],
                steps=steps,
                norm=norm,
                mean_path=mean_path,
                var_path=var_path,
            )
        shape = (steps + 1, len(group), len(rates), len(seeds))
        split = [v.reshape(shape).swapaxes(0, 1) for v in history]
        out |= {name: History(*(v[i] for v in split)) for i, name in enumerate(group)}
    return {name: out[name] for name in arms}


def removed(seen: Pass):
    """The share of each block's gradient that batch norm's backward takes out of it. (blocks, R)

    It is the square of what lies along 1 and along x_hat, over the square of all, features summed.
    """
    rows = []
    for x_hat, g in zip(seen.x_hat, seen.dx_hat, strict=True):
        N = g.shape[1]
        along_1 = g.sum(1) ** 2 / N
        along_x_hat = (g * x_hat).sum(1) ** 2 / np.maximum((x_hat**2).sum(1), 1e-30)
        rows.append((along_1 + along_x_hat).sum(1) / (g**2).sum((1, 2)))
    return np.array(rows)
