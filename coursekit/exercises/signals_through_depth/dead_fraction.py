"""The exercise dead_fraction of the lesson signals_through_depth."""

import numpy as np

from coursekit.checking import draws, exercise


def activations(rng):
    """Units that are silent in various ways, and samples that are."""
    h = rng.uniform(0.5, 2, (4, 4))
    h[:, 1] = 0
    h[2:, 3] = 0
    yield "4 samples, 4 units, one silent, tol = 0", (h, 0.0)
    h = rng.uniform(0.5, 2, (6, 5))
    h[1] = 0  # a sample that excites no unit
    h[:, 0] = 0
    h[:, 2] = 0
    h[:5, 3] = 0  # alive, in one sample alone
    yield "6 samples, 5 units, one sample silent, tol = 0", (h, 0.0)
    h = rng.uniform(-2, 2, (5, 14))
    h[:, :2] = 1e-6 * rng.uniform(-1, 1, (5, 2))  # dead
    h[:, 2] = 0.7  # constant, and not silent
    h[:, [3, 4, 12]] = -np.abs(h[:, [3, 4, 12]])  # always negative: alive, and more than are dead
    h[:, 5:8] = np.array([2, -2, 1, -1, 0])[:, None]  # their mean is 0
    h[:, 8:12] = np.array([0, 0, 0.004, 0, 0])[:, None]  # above tol once, below it on average
    yield "5 samples, 14 units of both signs, tol = 0.001", (h, 1e-3)
    yield "nothing is silent", (rng.uniform(1, 2, (3, 2)), 1e-3)
    yield "everything is", (np.zeros((3, 2)), 0.0)
    edge = np.array([[0.5, 0.5, -0.5], [-0.5, 0.25, 0.75], [0.5, -0.5, 0.5]])
    yield "entries at tol itself, tol = 0.5", (edge, 0.5)


def any_activations(rng):
    """Entries of both signs below, above and beyond tol, and units that are silent throughout."""
    N, D = draws.sizes(rng, 2)
    tol = float(rng.choice([0.0, draws.size(rng, 1e-6, 1e3)]))
    h = (tol or 1) * rng.choice([0, 0.2, 0.9, 1.1, 5], (N, D)) * draws.sign(rng, N, D)
    h[:, rng.random(D) < 0.3] *= 0.15
    return draws.laid(rng, h), tol


@exercise(
    cases=activations,
    domain=any_activations,
    hints=(
        "Two questions, one after the other. Which entries are silent? Which units are silent in "
        "all samples?",
        "What do you get for h = [[0, 1], [0, 0]]? Three of its four entries are silent, and one "
        "of its two units is dead.",
        "silent = np.abs(h) <= ___  # (N, D)\ndead = silent.___(axis=___)  # (D,)\n"
        "return dead.mean()",
    ),
    points=2,
    minutes=5,
    difficulty=2,
    ask="A unit is dead on this batch. Does it follow that it is dead on every batch?",
)
def dead_fraction(h, tol):
    """The share of units within ±tol for every sample of the batch. (N, D) -> number

    tol is 0 or more, and an entry of exactly tol or −tol is within. The share is from 0 to 1.
    """
    silent = np.abs(h) <= tol  # (N, D)
    dead = silent.all(axis=0)  # (D,)
    return dead.mean()


@dead_fraction.alternative
def by_largest(h, tol):
    return np.mean(np.max(np.abs(h), axis=0) <= tol)


@dead_fraction.alternative
def by_counting(h, tol):
    dead = 0
    for unit in h.T:
        dead += all(-tol <= value <= tol for value in unit)
    return dead / h.shape[1]


@dead_fraction.alternative
def by_those_alive(h, tol):
    alive = (h**2 > tol**2).any(0)
    return 1 - np.count_nonzero(alive) / alive.size
