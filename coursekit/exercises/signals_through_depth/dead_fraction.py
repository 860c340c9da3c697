"""The exercise dead_fraction of the lesson signals_through_depth."""

import numpy as np

from coursekit.checking import exercise


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
    h[:, 3:5] = -np.abs(h[:, 3:5])  # always negative: alive
    h[:, 5:8] = np.array([2, -2, 1, -1, 0])[:, None]  # their mean is 0
    h[:, 8:12] = np.array([0, 0, 0.004, 0, 0])[:, None]  # above tol once, below it on average
    yield "5 samples, 14 units of both signs, tol = 0.001", (h, 1e-3)
    yield "nothing is silent", (rng.uniform(1, 2, (3, 2)), 1e-3)
    yield "everything is", (np.zeros((3, 2)), 0.0)


@exercise(
    cases=activations,
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
    """The share of units within ±tol for every sample of the batch. (N, D) -> number"""
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


SILENT = {
    "within": lambda h, tol: np.abs(h) <= tol,
    "strictly": lambda h, tol: np.abs(h) < tol,
    "not above": lambda h, tol: h <= tol,
    "zero": lambda h, tol: h == 0,
}
UNITS = {
    "all": lambda s: s.all(axis=0),
    "any": lambda s: s.any(axis=0),
    "samples": lambda s: s.all(axis=1),
    "entries": lambda s: s,
    "first": lambda s: s[0],
}
RESULT = {
    "share": lambda d: d.mean(),
    "alive": lambda d: 1 - d.mean(),
    "count": lambda d: d.sum(),
    "percent": lambda d: 100 * d.mean(),
    "which": lambda d: d,
}


@dead_fraction.variant
def _(h, tol, *, silent="within", units="all", result="share"):
    return RESULT[result](UNITS[units](SILENT[silent](h, tol)))


dead_fraction.switch(
    "zeros_counted",
    "That is the share of silent *entries*. ReLU silences half of them in a healthy network; a "
    "unit is dead if it is silent in every sample.",
    units="entries",
)
dead_fraction.switch(
    "silent_samples",
    "You asked which samples excite no unit (axis 1). Ask which units no sample excites: axis 0.",
    units="samples",
)
dead_fraction.switch(
    "once_is_enough",
    "You called a unit dead that is silent in some sample. Dead is silent in all of them.",
    units="any",
)
dead_fraction.switch(
    "first_sample_only",
    "You looked at the first sample alone. A unit that is silent there may speak in another.",
    units="first",
)
dead_fraction.switch(
    "strictly_below",
    "You compared with <. At tol = 0 then nothing is ever dead; use <=.",
    silent="strictly",
)
dead_fraction.switch(
    "sign_ignored",
    "Large negative values count as silent in yours. Compare the absolute value with tol.",
    silent="not above",
)
dead_fraction.switch(
    "tol_ignored",
    "You compared with 0; tol is there for activations that are tiny and not 0.",
    silent="zero",
)
dead_fraction.switch("alive_for_dead", "That is the share of units alive.", result="alive")
dead_fraction.switch(
    "count_for_share", "That is a number of units. Divide by how many there are.", result="count"
)
dead_fraction.switch("percent", "That is in percent; return a share, 0 to 1.", result="percent")
dead_fraction.switch(
    "which_for_how_many",
    "That says which units are dead. Return their share: the mean of that.",
    result="which",
)


@dead_fraction.mistake(
    "You averaged each unit over the batch first. Positive and negative values then cancel."
)
def mean_near_zero(h, tol):
    return (np.abs(h.mean(axis=0)) <= tol).mean()


@dead_fraction.mistake(
    "You averaged each unit's size over the batch. A unit that speaks in one sample of many is "
    "alive; take the largest size, not the mean."
)
def quiet_on_average(h, tol):
    return (np.abs(h).mean(axis=0) <= tol).mean()


@dead_fraction.mistake(
    "You asked which units never *change*. One that is always 0.7 says nothing about the sample, "
    "but it is not dead by this definition: it passes a gradient."
)
def constant_counted(h, tol):
    return (h.std(axis=0) <= tol).mean()
