"""The exercise mend_epoch of the lesson noise_and_small_batches."""

import numpy as np

from coursekit.checking import draws, exercise


def rows(rng, N, D):
    """(N, D): columns of their own size and mean."""
    return np.geomspace(0.3, 20, D) * (rng.uniform(1, 3, D) + rng.standard_normal((N, D)))


def stored(rng, D):
    """A mean and a variance that no batch here is near to: (D,) both."""
    return rng.normal(-9, 1, D), rng.uniform(0.5, 2, D)


def epochs(rng):
    """A short last batch of each kind, none at all, and rows that make no batch; then one of one.

    A last batch of one row comes last: its variance with N − 1 is 0 / 0.
    """

    def epoch(N, D):
        return rows(rng, N, D), rng.permutation(N).tolist()

    yield "14 rows × 3 features, batches of 6, so that 2 are left, momentum = 0.37", (
        *epoch(14, 3), 6, stored(rng, 3), 0.37,
    )  # fmt: skip
    yield "17 rows × 4 features, batches of 6, so that 5 are left, momentum = 0.2", (
        *epoch(17, 4), 6, stored(rng, 4), 0.2,
    )  # fmt: skip
    yield "12 rows × 5 features, batches of 4, so that none are left, momentum = 0.37", (
        *epoch(12, 5), 4, stored(rng, 5), 0.37,
    )  # fmt: skip
    yield "8 of 20 rows × 3 features, batches of 3, momentum left out", (
        rows(rng, 20, 3), rng.permutation(20)[:8].tolist(), 3, stored(rng, 3),
    )  # fmt: skip
    yield "3 rows × 2 features, batches of 4, so that there is no batch", (
        *epoch(3, 2), 4, stored(rng, 2), 0.37,
    )  # fmt: skip
    yield "9 rows × 4 features, one batch of 9, momentum = 1", (
        *epoch(9, 4), 9, stored(rng, 4), 1.0,
    )  # fmt: skip
    yield "11 rows × 3 features, batches of 5, so that 1 is left, momentum = 0.37", (
        *epoch(11, 3), 5, stored(rng, 3), 0.37,
    )  # fmt: skip


def any_epoch(rng):
    """Any number of rows and any order of all or some of them, batches of two rows or more."""
    N, D, size = draws.sizes(rng, 3, low=2, high=14)
    x = draws.columns(rng, N, D, 1e-6, 1e6)
    of = draws.columns(rng, 5, D, 1e-6, 1e6)
    order = rng.permutation(N)[: rng.integers(1, N + 1)].tolist()
    return draws.laid(rng, x), order, size, (of.mean(0), of.var(0)), round(rng.uniform(), 3)


@exercise(
    cases=epochs,
    domain=any_epoch,
    hints=(
        "The spot check takes one size of data set. What changes if it has two rows more, or one?",
        "Let size be 6, and order have 14 rows. Which rows are in the last batch that your loop "
        "takes, and how much does that batch move what is stored, beside one of 6?",
        "for start in range(0, len(order) - ___ + ___, size):\n"
        "    batch = x[order[start : start + size]]",
    ),
    minutes=6,
    difficulty=3,
    returns=("mean", "var"),
    planted="last_batch_kept",
    mend=True,
    ask="A loader of yours must see every row in every epoch. What would you do with the last "
    "batch instead of dropping it?",
)
def mend_epoch(x, order, size, running, momentum=0.1):
    """What batch norm has stored, mean and variance, after one epoch in batches of `size` rows.

    x is (N, D); order is a list of row numbers, as the epoch takes them, of all rows or of some.
    Rows that do not fill a batch at the end are left out. running is what was stored before, (mean,
    var), both (D,). Each batch moves both: momentum is its weight, its stored variance divides by
    size − 1.
    """
    mean, var = running
    for start in range(0, len(order) - size + 1, size):
        batch = x[order[start : start + size]]
        mean = (1 - momentum) * mean + momentum * batch.mean(axis=0)
        var = (1 - momentum) * var + momentum * batch.var(axis=0, ddof=1)
    return mean, var


@mend_epoch.alternative
def short_batches_skipped(x, order, size, running, momentum=0.1):
    mean, var = running
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        if len(rows) == size:
            mean = mean + momentum * (x[rows].mean(0) - mean)
            var = var + momentum * (x[rows].var(0, ddof=1) - var)
    return mean, var


@mend_epoch.alternative
def order_cut_to_whole_batches(x, order, size, running, momentum=0.1):
    batches = x[order[: len(order) // size * size]].reshape(-1, size, x.shape[1])
    kept = [np.array(s, dtype=float) for s in running]
    for batch in batches:
        seen = batch.mean(0), ((batch - batch.mean(0)) ** 2).sum(0) / (size - 1)
        for s, new in zip(kept, seen, strict=True):
            s *= 1 - momentum
            s += momentum * new
    return tuple(kept)


@mend_epoch.alternative
def weights_worked_out_first(x, order, size, running, momentum=0.1):
    count = len(order) // size
    weights = momentum * (1 - momentum) ** np.arange(count)[::-1]
    left, batches = (1 - momentum) ** count, [x[order[i * size :][:size]] for i in range(count)]
    mean, var = left * running[0], left * running[1]
    for w, batch in zip(weights, batches, strict=True):
        mean, var = mean + w * batch.mean(0), var + w * np.var(batch, axis=0, ddof=1)
    return [mean, var]


@mend_epoch.alternative
def taken_while_they_last(x, order, size, running, momentum=0.1):
    mean, var = running
    waiting = list(order)
    while len(waiting) >= size:
        batch, waiting = x[waiting[:size]], waiting[size:]
        mean, var = (
            (1 - momentum) * old + momentum * new
            for old, new in zip((mean, var), (batch.mean(0), batch.var(0, ddof=1)), strict=True)
        )
    return mean, var
