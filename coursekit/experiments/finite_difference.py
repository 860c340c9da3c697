"""How wrong is a gradient that is measured by finite differences, and which step is the best?

A step too large measures a chord in place of the slope; one too small drowns in rounding. The judge
is the exact gradient of batch norm, in float64, at the numbers *as stored* in the precision that is
tried.

Each feature is a problem of its own: the loss of column j is sum(y[:, j] * dy[:, j]). Steps are
counted in the feature's own unit, s = sqrt(var + eps), which is what x is divided by.
"""

from typing import NamedTuple

import numpy as np

from coursekit.experiments import hidden_features
from coursekit.norms import normalize, normalize_backward

EPS = 1e-5
STEPS = 10.0 ** np.arange(-12, 0.01, 0.25)
RULES = {"central": (1, -1), "forward": (1, 0)}  # the two points that are compared, in steps


class Curves(NamedTuple):
    """Relative errors of measured gradients; S seeds, H steps, D features."""

    steps: np.ndarray  # (H,), in units of each feature's s
    units: np.ndarray  # (S, D): s
    errors: dict[tuple[str, str], np.ndarray]  # (rule, precision) -> (S, H, D)

    def best(self, rule: str, precision: str) -> np.ndarray:
        """The step with the smallest error, in the unit of x. (S, D)"""
        return self.steps[self.errors[rule, precision].argmin(1)] * self.units

    def curve(self, rule: str, precision: str) -> np.ndarray:
        """The typical error at each step: the geometric mean over features. (S, H)"""
        return np.exp(np.log(self.errors[rule, precision]).mean(2))


def batch_norm(x, eps=EPS):
    """x_hat of x (..., N, D) over N, in x's own precision all the way."""
    centered = x - x.mean(-2, keepdims=True)
    return centered / np.sqrt((centered**2).mean(-2, keepdims=True) + eps)


def measured_gradient(x, dy, steps, rule="central"):
    """Measure the gradient of each column's sum(batch_norm(x) * dy), in x's precision.

    Args:
        x, dy: (N, D).
        steps: (H,) or (H, D), in the unit of x.

    Returns:
        (H, N, D)
    """
    h = np.reshape(steps, (len(steps), 1, 1, -1)).astype(x.dtype)
    one_row = np.eye(len(x), dtype=x.dtype)[:, :, None]  # (N, N, 1): which sample is moved
    up, down = (batch_norm(x + k * h * one_row) for k in RULES[rule])  # (H, N, N, D)
    return ((up - down) * dy).sum(-2) / (np.ptp(RULES[rule]) * h[:, 0])


def relative_errors(x, dy, steps, rule="central", precision="float64"):
    """Compare measured gradients with the exact ones, each column's lengths. -> (H, D)

    Args:
        x, dy: (N, D); rounded to `precision` first, for both sides.
        steps: (H,) or (H, D), in the unit of x.
    """
    x, dy = x.astype(precision), dy.astype(precision)
    x_hat, inv_std = normalize(x.astype(float), 0, EPS)
    exact = normalize_backward(dy.astype(float), x_hat, inv_std, 0)
    miss = measured_gradient(x, dy, steps, rule).astype(float) - exact
    return np.linalg.norm(miss, axis=1) / np.linalg.norm(exact, axis=0)


def measure(batches, seeds, *, cases, steps=STEPS):
    """Draw a batch and a dy from each seed, and measure its gradient with every step.

    Args:
        batches: rng -> x (N, D).
        cases: pairs (rule, precision).
    """
    units: list[np.ndarray] = []
    errors: dict[tuple[str, str], list[np.ndarray]] = {case: [] for case in cases}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        x = batches(rng)
        dy, s = rng.standard_normal(x.shape), np.sqrt(x.var(0) + EPS)
        units.append(s)
        for case in cases:
            errors[case].append(relative_errors(x, dy, np.outer(steps, s), *case))
    return Curves(
        np.asarray(steps), np.array(units), {c: np.array(rows) for c, rows in errors.items()}
    )


def from_rows(table, size=8):
    """Batches of so many rows of a table (M, D)."""
    return lambda rng: table[rng.choice(len(table), size, replace=False)]


def from_layer(pixels, width=32, size=8):
    """Batches of what a random first layer makes of pixels (M, D), each with a layer of its own."""
    return lambda rng: hidden_features(from_rows(pixels, size)(rng), width, rng)
