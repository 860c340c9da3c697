"""What domains are made of: sizes, scales, tables and layouts as a statement allows them."""

import numpy as np
from numpy.random import Generator

LARGE, SMALL = 1e12, 1e-19  # the sizes of numbers that a statement without a unit allows
FLAT = 30.0  # of what has no spread, at most


def sizes(rng: Generator, n: int, low: int = 1, high: int = 7) -> tuple[int, ...]:
    """n lengths of axes, no two equal; every third time one of them is 1, where 1 is allowed."""
    found = [int(k) for k in rng.choice(np.arange(max(low, 2), high + 1), n, replace=False)]
    if n and low == 1 and rng.random() < 1 / 3:
        found[rng.integers(n)] = 1
    return tuple(found)


def size(rng: Generator, low: float = SMALL, high: float = LARGE) -> float:
    """A positive number; every size as likely as any other, a third of them near 1."""
    if low < 0.5 < 2 < high and rng.random() < 1 / 3:
        low, high = 0.5, 2.0
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def eps(rng: Generator, x: np.ndarray | None = None) -> float:
    """A term that keeps a variance above 0; beside float32 one that its digits do not drown."""
    single = x is not None and x.dtype == np.float32
    return float(rng.choice([0.1, 0.3, 1.0] if single else [1e-5, 1e-3, 0.1, 0.3, 1.0]))


def sign(rng: Generator, *shape: int) -> np.ndarray:
    """1 and -1."""
    return rng.choice([-1.0, 1.0], shape)


def affine(rng: Generator, D: int) -> tuple[np.ndarray, np.ndarray]:
    """gamma and beta (D,) of either sign; now and then one of them is 0."""
    gamma, beta = sign(rng, 2, D) * rng.uniform(0.2, 3, (2, D))
    if rng.random() < 0.2:
        (gamma if rng.random() < 0.5 else beta)[rng.integers(D)] = 0
    return gamma, beta


def columns(
    rng: Generator,
    n: int,
    d: int,
    low: float = SMALL,
    high: float = LARGE,
    far: float = 100.0,
) -> np.ndarray:
    """(n, d): columns of their own size, with a mean of up to `far` times their spread.

    Every fourth table has a column that never changes, or that nearly never does. One row, which
    has no spread, stays below 30, as what never changes does: divided by √eps, the digits that are
    lost would show.
    """
    high = min(high, FLAT) if n == 1 else high
    spread = np.array([size(rng, low, high) for _ in range(d)])
    mean = sign(rng, d) * np.array([size(rng, 0.01, far) for _ in range(d)])
    x = spread * (mean + rng.standard_normal((n, d)))
    if rng.random() < 0.25:
        j = rng.integers(d)
        x[:, j] = sign(rng) * size(rng, max(low, 1e-3), min(high, FLAT))
        if rng.random() < 0.5:
            x[rng.integers(n), j] *= 1 + 1e-3
    return x


def floats(rng: Generator, *arrays: np.ndarray) -> list[np.ndarray]:
    """The same arrays, all in float64 or, every fourth time, all in float32."""
    kind = np.float32 if rng.random() < 0.25 else np.float64
    return [np.asarray(a, kind) for a in arrays]


def laid(rng: Generator, x: np.ndarray) -> np.ndarray:
    """The same values in another layout: as they are, turned, or with gaps between.

    Never backwards: torch takes no such array, and answers may use it.
    """
    kind = rng.integers(3)
    if kind == 1:
        return np.asfortranarray(x)
    if kind == 2:
        wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
        wide[..., ::2] = x
        return wide[..., ::2]
    return x
