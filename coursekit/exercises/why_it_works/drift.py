"""The exercise drift of the lesson why_it_works."""

from itertools import pairwise

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.why_it_works.inputs import units


def moments(rng):
    """Units that wander by a spread or two, up and down; every axis of its own length."""
    for label, (T, N, D), eps in (
        ("4 moments of (5, 3), eps = 0.1", (4, 5, 3), 0.1),
        ("2 moments of (3, 6), eps = 0.3", (2, 3, 6), 0.3),
        ("3 moments of (4, 4), eps = 0.1", (3, 4, 4), 0.1),
        ("5 moments of (7, 1), one unit", (5, 7, 1), 1e-5),
        ("3 moments of (1, 5), one sample, eps = 0.5", (3, 1, 5), 0.5),
    ):
        h = units(rng, T, N, D)
        stretched = np.geomspace(1, 3, T).reshape(-1, 1, 1) if T > 1 else 1
        step = rng.uniform(1, 3, (T, 1, D)) * rng.choice([-1.0, 1.0], (T, 1, D))
        yield label, (stretched * (h + np.cumsum(step, axis=0)), eps)
    yield "eps left out", (units(rng, 3, 6, 2),)


def any_moments(rng):
    T, N, D = draws.sizes(rng, 3)
    spread = np.array([draws.size(rng, 1e-6, 1e6) for _ in range(D)])
    h = spread * (rng.standard_normal((T + 1, N, D)) + 3 * rng.standard_normal((T + 1, 1, D)))
    return draws.laid(rng, h), draws.eps(rng)


@exercise(
    cases=moments,
    domain=any_moments,
    hints=(
        "Each unit has a mean at each moment. Take the differences between a moment and the next, "
        "and a unit of length to measure them in.",
        "Let one unit move by +2 of its deviations and another by −2: the drift is 2, not 0. "
        "Multiply all of h by 10 with eps tiny: does your drift stay?",
        "mean, std = h.mean(axis=___), np.sqrt(h.var(axis=___) + eps)  # (T, D)\n"
        "moved = np.abs(mean[1:] - mean[___]) / std[___]\nreturn moved.mean(axis=___)",
    ),
    points=2,
    minutes=8,
    difficulty=2,
    ask="The drift of a batch norm's outputs is 0 before γ and β. Is the drift of what the next "
    "norm is handed 0, too?",
)
def drift(h, eps=1e-5):
    """How far units' means move, in deviations before the move. h (T, N, D) -> (T - 1,)"""
    mean = h.mean(axis=1)  # (T, D)
    std = np.sqrt(h.var(axis=1) + eps)
    moved = np.abs(mean[1:] - mean[:-1]) / std[:-1]
    return moved.mean(axis=1)


@drift.alternative
def moment_by_moment(h, eps=1e-5):
    found = []
    for before, after in pairwise(h):
        unit = (before.var(0) + eps) ** 0.5
        found.append(np.mean(abs(after.mean(0) - before.mean(0)) / unit))
    return found


@drift.alternative
def by_diff_and_einsum(h, eps=1e-5):
    _, N, D = h.shape
    mean = np.einsum("tnd->td", h) / N
    centered = h - mean[:, None]
    var = np.einsum("tnd,tnd->td", centered, centered) / N
    return np.einsum("td->t", np.abs(np.diff(mean, axis=0)) / np.sqrt(var + eps)[:-1]) / D


@drift.alternative
def unit_by_unit(h, eps=1e-5):
    total = 0.0
    for j in range(h.shape[2]):
        column = h[:, :, j]
        means, spreads = column.mean(axis=1), np.sqrt(np.var(column, axis=1) + eps)
        total = total + np.abs(means[1:] - means[:-1]) / spreads[:-1]
    return total / h.shape[2]
