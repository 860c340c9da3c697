"""The exercise accumulation_gap of the lesson noise_and_small_batches."""

import numpy as np

from coursekit.checking import draws, exercise


def squares(x, y):
    """The gradient of mean((x w − y)²) at w = 1, no row of which knows of another: (D,)."""
    return 2 * x.T @ (x.sum(1) - y) / len(x)


def normalized_squares(x, y, eps=0.1):
    """The same of x̂, whose mean and variance are those of the rows given: (D,)."""
    mean = x.sum(0) / len(x)
    centred = x - mean
    return squares(centred / np.sqrt((centred * centred).sum(0) / len(x) + eps), y)


def turned(x, y):
    """One that points the other way where few rows are given, and is shorter: (D,)."""
    return (1 if len(x) > 4 else -0.4) * squares(x, y)


def longer(x, y):
    """One whose length, and nothing else, falls with the number of rows: (D,)."""
    return squares(x, y) * 10 / len(x)


def data(rng, N, D):
    """(N, D) and (N,): features of their own size and mean, and targets that drift."""
    x = np.geomspace(0.5, 3, D) * (rng.uniform(0.5, 1.5, D) + rng.standard_normal((N, D)))
    return x, 6 * rng.standard_normal(N) + np.linspace(-6, 6, N)


def batches(rng):
    """Rows that know nothing of each other, and rows that share statistics; even parts and not."""
    yield "12 rows in parts of 4, a mean and a variance in each part", (
        normalized_squares, *data(rng, 12, 3), 4,
    )  # fmt: skip
    yield "11 rows in parts of 4, so that 3 are left, a mean and a variance in each", (
        normalized_squares, *data(rng, 11, 5), 4,
    )  # fmt: skip
    yield "13 rows in parts of 6, so that 1 is left, a mean and a variance in each", (
        normalized_squares, *data(rng, 13, 2), 6,
    )  # fmt: skip
    yield "10 rows in parts of 4, no norm", (squares, *data(rng, 10, 3), 4)
    yield "10 rows in parts of 3, a gradient that turns round in small parts", (
        turned, *data(rng, 10, 4), 3,
    )  # fmt: skip
    yield "9 rows in parts of 2, a gradient that is longer in small parts", (
        longer, *data(rng, 9, 3), 2,
    )  # fmt: skip
    yield "6 rows in one part of 8", (normalized_squares, *data(rng, 6, 4), 8)


def any_batch(rng):
    """Any of these gradients, parts of two rows or more: of one, normalized, nothing is left."""
    N, D = draws.sizes(rng, 2, low=2, high=14)
    known = squares, normalized_squares, turned, longer
    x, y = data(rng, N, D)
    return known[rng.integers(len(known))], draws.laid(rng, x), y, int(rng.integers(2, 10))


@exercise(
    cases=batches,
    domain=any_batch,
    atol=1e-9,  # of what is exactly 0 or 1 without a norm
    hints=(
        "Accumulation is a loop: take a part, ask for its gradient, add it up. The gradient that "
        "you get is that of the part's *mean* loss. What must it be multiplied by so that every "
        "row counts as in the whole batch?",
        "Without a norm nothing may be lost: is your cosine 1 and your difference 0 for 10 rows in "
        "parts of 4? If only that case is off, look at the weight of the last part, of 2 rows.",
        "whole, summed = grad(x, y), 0\nfor start in range(0, len(x), ___):\n"
        "    part = slice(start, ___)\n"
        "    summed = summed + ___ / ___ * grad(x[part], y[part])\n"
        "cosine = summed @ whole / (___ * ___)\n"
        "return cosine, np.linalg.norm(___) / np.linalg.norm(___)",
    ),
    points=2,
    minutes=9,
    difficulty=3,
    returns=("cosine", "off"),
    ask="You may change one layer of the network so that accumulation is exact again. Which, and "
    "into what?",
)
def accumulation_gap(grad, x, y, size):
    """How far the gradient that parts of `size` rows, 2 or more, add up to is from the whole's.

    grad(x, y) -> (P,), the gradient of the mean loss over the rows that it is given. Each row is
    to count as much as in the whole; the last part may be smaller. -> cosine between the two, and
    the length of their difference over the whole batch's length
    """
    whole, summed = grad(x, y), 0
    for start in range(0, len(x), size):
        part = slice(start, start + size)
        summed = summed + len(x[part]) / len(x) * grad(x[part], y[part])
    cosine = summed @ whole / (np.linalg.norm(summed) * np.linalg.norm(whole))
    return cosine, np.linalg.norm(summed - whole) / np.linalg.norm(whole)


@accumulation_gap.alternative
def by_a_weighted_average(grad, x, y, size):
    ends = range(size, len(x), size)
    parts = list(zip(np.split(x, ends), np.split(y, ends), strict=True))
    found = np.average([grad(*p) for p in parts], axis=0, weights=[len(p[1]) for p in parts])
    a, b = found, grad(x, y)
    return (a * b).sum() / ((a * a).sum() * (b * b).sum()) ** 0.5, (
        ((a - b) ** 2).sum() / (b**2).sum()
    ) ** 0.5


@accumulation_gap.alternative
def sums_of_losses(grad, x, y, size):
    """Turn each mean loss's gradient into that of the sum, and divide once at the end."""
    total, start = np.zeros_like(grad(x, y)), 0
    while start < len(x):
        rows = x[start : start + size]
        total += len(rows) * grad(rows, y[start : start + size])
        start += size
    summed, whole = total / len(x), grad(x, y)
    unit = [v / np.sqrt(v @ v) for v in (summed, whole)]
    off = np.sqrt(np.sum((whole - summed) ** 2) / np.sum(whole**2))
    return [float(np.dot(*unit)), float(off)]


@accumulation_gap.alternative
def gaps_in_torch(grad, x, y, size):
    import torch

    number = np.arange(len(x)) // size
    summed = sum(np.mean(number == k) * grad(x[number == k], y[number == k]) for k in set(number))
    a, b = torch.from_numpy(summed), torch.from_numpy(grad(x, y))
    cosine = torch.nn.functional.cosine_similarity(a, b, dim=0)
    return cosine.item(), ((a - b).norm() / b.norm()).item()


@accumulation_gap.mistake(
    "The last part is filled up with rows that were in another part. It holds what is left."
)
def last_part_filled_up(grad, x, y, size):
    whole, summed = grad(x, y), 0
    starts = range(0, len(x), size)
    for start in starts:
        rows = np.arange(start, start + size) % len(x)
        summed = summed + grad(x[rows], y[rows]) / len(starts)
    cosine = summed @ whole / (np.linalg.norm(summed) * np.linalg.norm(whole))
    return cosine, np.linalg.norm(summed - whole) / np.linalg.norm(whole)
