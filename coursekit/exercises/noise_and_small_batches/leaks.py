"""The exercise leaks of the lesson noise_and_small_batches."""

import numpy as np

from coursekit.checking import draws, exercise


def batch_norm(x, eps=1e-3):
    """Each feature by its own mean and variance over the rows: (N, D)."""
    centred = x - x.sum(0) / len(x)
    return centred / np.sqrt((centred * centred).sum(0) / len(x) + eps)


def ghosts(group):
    """The same in groups of neighbouring rows."""
    return lambda x: np.concatenate([batch_norm(x[i : i + group]) for i in range(0, len(x), group)])


def layer_norm(x):
    """Each row by itself: (N, D)."""
    return batch_norm(x.T).T


def so_far(x):
    """Less the mean of the rows up to this one: a row moves itself and those after it."""
    return x - np.cumsum(x, axis=0) / np.arange(1, len(x) + 1)[:, None]


def shuffled(x):
    """Batch norm of groups of two that are not neighbours: row i with row i + half."""
    half = len(x) // 2
    y = np.empty_like(x)
    for i in range(half):
        y[[i, i + half]] = batch_norm(x[[i, i + half]])
    y[2 * half :] = x[2 * half :]
    return y


def one_column(x):
    """(N, 3): the first and the last column see only their row, the middle one the next row too."""
    nxt = np.roll(x, -1, axis=0)
    return np.stack([x[:, 0], x[:, -1] - 3 * nxt[:, -1], x.sum(1)], axis=1)


def faintly(x):
    """Each row and two millionths of the first one's first number."""
    return x + 2e-6 * x[0, 0]


def balanced(x):
    """Row 0 moves two columns of every row by as much, one up and one down."""
    return x + x[0, 0] * np.array([1.0, -1.0] + [0.0] * (x.shape[1] - 2))


def rounded(x):
    """Nothing but its row, and 1e-9 of what the whole batch adds up to: no more than rounding."""
    return 2 * x + 1e-9 * x.sum()


def pair(rng, N, D):
    """Two batches, the second larger than the first in every number."""
    x = rng.permuted(np.tile(np.linspace(1, 2, N)[:, None], (1, D)), axis=0)
    x = x + rng.uniform(0, 0.05, (N, D))
    return x, x + rng.uniform(1.5, 3, (N, D))


def suspects(rng):
    """Who sees whom: all, nobody, neighbours, those before; faintly, in one column, by rounding."""
    yield "f is batch norm, 5 rows", (batch_norm, *pair(rng, 5, 3))
    yield "f is ghost batch norm in groups of 3, 7 rows", (ghosts(3), *pair(rng, 7, 4))
    yield "f is layer norm, 4 rows", (layer_norm, *pair(rng, 4, 5))
    yield "f subtracts the mean of the rows so far, 6 rows", (so_far, *pair(rng, 6, 2))
    yield "f normalizes row i with row i + 3, 6 rows", (shuffled, *pair(rng, 6, 4))
    yield "f lets row i see row i + 1, in one column of 3, 6 rows", (one_column, *pair(rng, 6, 4))
    yield "f lets all rows see row 0, faintly, 5 rows", (faintly, *pair(rng, 5, 4))
    yield "f lets row 0 move two columns, one up, one down, 4 rows", (balanced, *pair(rng, 4, 3))
    yield "f sees its row, and the rest by rounding, 5 rows", (rounded, *pair(rng, 5, 3))
    yield "f uses stored statistics, 3 rows", (lambda x: (x - 1.5) / 0.3, *pair(rng, 3, 4))
    x, others = pair(rng, 4, 5)
    others[2] = x[2]
    yield "f is batch norm, and sample 2 is replaced by its like, 4 rows", (batch_norm, x, others)


def any_suspect(rng):
    """Any of these, on four rows or more."""
    N, D = draws.sizes(rng, 2, low=4, high=9)
    known = [batch_norm, ghosts(3), layer_norm, so_far, shuffled, one_column, faintly, balanced]
    known += [rounded, np.tanh, lambda x: x - x.mean(0)]
    return known[rng.integers(len(known))], *pair(rng, N, D)


@exercise(
    cases=suspects,
    domain=any_suspect,
    hints=(
        "One question for each sample j: if it is replaced, and nothing else, whose outputs move?",
        "Try yours where a row sees only those before it. Is the table's lower left half True, or "
        "the upper right? And in batch norm, is every entry True but the diagonal?",
        "N, y = len(x), f(x)\nmoved = np.zeros((N, N), dtype=bool)\nfor j in range(N):\n"
        "    mixed = ___\n    mixed[j] = ___\n"
        "    moved[___] = (np.abs(f(mixed) - y) > 1e-6).any(axis=___)\n"
        "np.fill_diagonal(moved, ___)\nreturn moved",
    ),
    points=2,
    minutes=9,
    difficulty=3,
    ask="In evaluation the table of a network with batch norm is empty. Does that say that nothing "
    "leaked while it was trained?",
)
def leaks(f, x, others):
    """Who moves whose output? [i, j]: output i depends on sample j. -> (N, N) of True and False

    f maps (N, D) to (N, K). Sample j alone is replaced by others[j]; an output has moved if one of
    its numbers changed by more than 1e-6. A sample is no mate of its own: False on the diagonal.
    """
    N, y = len(x), f(x)
    moved = np.zeros((N, N), dtype=bool)
    for j in range(N):
        mixed = x.copy()
        mixed[j] = others[j]
        moved[:, j] = (np.abs(f(mixed) - y) > 1e-6).any(axis=1)
    np.fill_diagonal(moved, False)
    return moved


@leaks.alternative
def by_masks(f, x, others):
    N, columns = len(x), []
    for j in range(N):
        here = np.arange(N)[:, None] == j
        change = np.max(abs(f(np.where(here, others, x)) - f(x)), axis=1)
        columns.append((change > 1e-6) & ~here[:, 0])
    return np.stack(columns, axis=1)


@leaks.alternative
def output_by_output(f, x, others):
    table = []
    for i in range(len(x)):
        row = []
        for j in range(len(x)):
            swapped = np.vstack([x[:j], others[j : j + 1], x[j + 1 :]])
            off = np.abs(f(swapped)[i] - f(x)[i]).max()
            row.append(bool(i != j and off > 1e-6))
        table.append(row)
    return table


@leaks.alternative
def turned_at_the_end(f, x, others):
    y, rows = f(x), []
    for j, new in enumerate(others):
        mixed = np.array(x)
        mixed[j] = new
        rows.append(np.linalg.norm(f(mixed) - y, ord=np.inf, axis=1) > 1e-6)
    return np.array(rows).T & (np.eye(len(x)) == 0)


@leaks.mistake(
    "You asked whether an output is the same where a sample is alone. That says that it has mates "
    "which matter, and not which. Replace them one by one."
)
def asked_alone(f, x, others):
    y = f(x)
    moved = [np.abs(f(x[i : i + 1])[0] - y[i]).max() > 1e-6 for i in range(len(x))]
    return np.array(moved)[:, None] & (np.eye(len(x)) == 0)
