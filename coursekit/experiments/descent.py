"""How many steps does gradient descent need on a linear model, and what has it learned by then?

The loss ½ · mean((Xw − y)²) is a bowl. Along each of its principal directions the excess over the
minimum shrinks by (1 − lr · curvature)² per step, so that a billion steps can be counted without
taking them; the tests take them where that is possible.

All arms start from the same function, which predicts the mean of the training targets.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coursekit import data

ARMS = ("raw", "centred", "standardized", "whitened")
FRACTIONS = (*np.linspace(0.05, 0.95, 19), 0.99)  # of the largest stable rate; each arm tries all


class Bowl(NamedTuple):
    """The principal directions of a loss, steepest first."""

    curvature: np.ndarray  # (D,)
    excess: np.ndarray  # (D,): how much of the loss above its minimum each direction holds


def tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Three real tables: x (N, D), and targets (N, K), classes as columns of 0 and 1."""
    wine, diabetes, cancer = data.wine(), data.diabetes(), data.breast_cancer()
    return {
        "wine": (wine.x, np.eye(3)[wine.y]),
        "diabetes": (diabetes.x, diabetes.y[:, None]),
        "breast cancer": (cancer.x, cancer.y[:, None].astype(float)),
    }


def transform(arm: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit an arm's shift (D,) and matrix (D, D) to x; inputs become (x − shift) @ matrix."""
    mean, D = x.mean(axis=0), x.shape[1]
    if arm == "raw":
        return np.zeros(D), np.eye(D)
    if arm == "centred":
        return mean, np.eye(D)
    if arm == "standardized":
        return mean, np.diag(1 / x.std(axis=0))
    _, s, Vt = np.linalg.svd(x - mean, full_matrices=False)
    return mean, Vt.T / s * np.sqrt(len(x)) @ Vt


def design(x: np.ndarray) -> np.ndarray:
    """Put a column of ones before the features, for the constant. (N, D) -> (N, D + 1)"""
    return np.column_stack([np.ones(len(x)), x])


def bowl(X: np.ndarray, y: np.ndarray) -> Bowl:
    """The loss of X (N, D) and y (N, K), seen from w = 0.

    From the singular values of X, which keep twice the digits that the Hessian's eigenvalues do.
    """
    U, s, _ = np.linalg.svd(X, full_matrices=False)
    return Bowl(s**2 / len(X), ((U.T @ y) ** 2).sum(axis=1) / (2 * len(X)))


def excess_left(loss: Bowl, lr: float, steps: int) -> float:
    """The share of the excess loss that is left after so many steps."""
    shrink = np.abs(1 - lr * loss.curvature)
    left = loss.excess * np.exp(2 * steps * np.log(np.maximum(shrink, 1e-300)))
    return float(left.sum() / loss.excess.sum())


def steps_to(loss: Bowl, lr: float, share: float) -> int:
    """The number of steps until only this share of the excess is left; lr must be stable."""
    few, many = 0, 1
    while excess_left(loss, lr, many) > share:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if excess_left(loss, lr, middle) > share else (few, middle)
    return many


def fewest_steps(loss: Bowl, share: float) -> int:
    """`steps_to` at the best of the learning rates in FRACTIONS."""
    limit = 2 / loss.curvature[0]
    return min(steps_to(loss, fraction * limit, share) for fraction in FRACTIONS)


def steps_promised(kappa, share):
    """At lr = 2 / (λmin + λmax) no start needs more: the error shrinks by (κ − 1) / (κ + 1)."""
    return -np.log(share) / (2 * np.log((kappa + 1) / (kappa - 1)))


class Speed(NamedTuple):
    """What `speed` measured; A arms, S seeds, T shares."""

    kappa: np.ndarray  # (A, S)
    steps: np.ndarray  # (A, S, T)


def speed(x: np.ndarray, y: np.ndarray, seeds: Sequence[int], shares: Sequence[float]) -> Speed:
    """Count each arm's steps at its own best learning rate, on a random 80 % of the rows per seed.

    Args:
        x: (N, D).
        y: (N, K).
        seeds: each draws its rows.
        shares: of the excess loss that may be left.
    """
    kappa, steps = [], []
    for arm in ARMS:
        losses = []
        for seed in seeds:
            rows = np.random.default_rng(seed).permutation(len(x))[: int(0.8 * len(x))]
            shift, matrix = transform(arm, x[rows])
            X, target = design((x[rows] - shift) @ matrix), y[rows] - y[rows].mean(axis=0)
            losses.append(bowl(X, target))
        kappa.append([b.curvature[0] / b.curvature[-1] for b in losses])
        steps.append([[fewest_steps(b, share) for share in shares] for b in losses])
    return Speed(np.array(kappa), np.array(steps, dtype=float))


def unexplained(
    x: np.ndarray, y: np.ndarray, seeds: Sequence[int], *, train: int, steps: Sequence[int]
) -> np.ndarray:
    """The share of the test targets' variance that is not explained, after some numbers of steps.

    Args:
        x: (N, D).
        y: (N, K).
        seeds: each draws the training rows; all others are the test set.
        train: number of training rows.
        steps: numbers of steps, each at lr = 1 / λmax.

    Returns:
        (A, S, T); 1 is no better than predicting the mean of the training targets.
    """
    found = np.empty((len(ARMS), len(seeds), len(steps)))
    for s, seed in enumerate(seeds):
        rows = np.random.default_rng(seed).permutation(len(x))
        inside, outside = rows[:train], rows[train:]
        target, truth = (y[r] - y[inside].mean(axis=0) for r in (inside, outside))
        for a, arm in enumerate(ARMS):
            shift, matrix = transform(arm, x[inside])
            X, X_test = (design((x[r] - shift) @ matrix) for r in (inside, outside))
            for t, weights in enumerate(weights_after(X, target, steps)):
                found[a, s, t] = ((X_test @ weights - truth) ** 2).sum() / (truth**2).sum()
    return found


def weights_after(X: np.ndarray, y: np.ndarray, steps: Sequence[int]) -> list[np.ndarray]:
    """The weights (D, K) after each number of steps from 0 at lr = 1 / λmax."""
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = np.log1p(-np.minimum((s / s[0]) ** 2, 1 - 1e-16))  # of the error, per step
    return [Vt.T @ ((-np.expm1(t * kept) / s)[:, None] * (U.T @ y)) for t in steps]
