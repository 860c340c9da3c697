"""The exercise sync_moments of the lesson in_production."""

import numpy as np

from coursekit.checking import exercise

NOTHING = np.nan  # the mean of no rows


def part(rng, n, C, away=0.0):
    """What one process sends: n, mean, var; its images are of a kind of their own."""
    if n == 0:
        return 0, np.full(C, NOTHING), np.full(C, NOTHING)
    mean = away + rng.normal(0, 3, C)
    return n, mean, rng.uniform(0.2, 4, C) * (n > 1)


def crews(rng):
    """Processes of equal and unequal share; one with a single row; one without any; far from 0."""
    for counts, C in (((24, 8), 3), ((5, 5, 2), 4), ((9, 1), 2), ((7,), 3)):
        label = f"{' and '.join(map(str, counts))} rows × {C} features"
        yield label, ([part(rng, n, C) for n in counts],)
    yield "6, 0 and 3 rows × 3 features", ([part(rng, n, 3) for n in (6, 0, 3)],)
    yield "0, 4 and 9 rows × 2 features", ([part(rng, n, 2) for n in (0, 4, 9)],)
    yield "4 and 12 rows × 3 features, means near a million", (
        [part(rng, n, 3, away=1e6) for n in (4, 12)],
    )  # fmt: skip


def any_crew(rng):
    """One process or several, some of them without a row, one row or more in all."""
    C, away = int(rng.integers(1, 6)), float(rng.choice([0, 0, 1e4]))
    counts = rng.integers(0, 30, rng.integers(1, 6))
    counts[rng.integers(len(counts))] += 1
    return ([part(rng, int(n), C, away) for n in counts],)


@exercise(
    cases=crews,
    domain=any_crew,
    hints=(
        "A process with three times as many rows has three times as much to say. And what does the "
        "variance of each process not know of the others?",
        "Two processes have all their rows at 0 and all at 10. Both send variance 0. Is the "
        "variance of all rows 25 in yours?",
        "total = sum(n for n, _, _ in parts)\n"
        "mean = sum(n * m for n, m, _ in parts if n) / ___\n"
        "var = sum(n * (v + ___) for n, m, v in parts if n) / ___",
    ),
    points=3,
    minutes=9,
    difficulty=3,
    returns=("mean", "var"),
    ask="How many numbers does each process send for C channels? Does it depend on the image size?",
)
def sync_moments(parts):
    """Mean and variance of all rows, from what each process found for its own.

    parts: for each process (n, mean, var), of its n rows, with mean and var (C,); the variances
    divide by n, as yours is to divide by all. Rows may be spread unequally. A process without rows
    sends n = 0, and nan for both. Keep the digits where means are large. -> mean (C,), var (C,)
    """
    parts = [part for part in parts if part[0] > 0]
    total = sum(n for n, _, _ in parts)
    mean = sum(n * m for n, m, _ in parts) / total
    within = sum(n * v for n, _, v in parts) / total
    between = sum(n * (m - mean) ** 2 for n, m, _ in parts) / total
    return mean, within + between


@sync_moments.alternative
def two_by_two(parts):
    """Chan's formula, one process after another."""
    count, mean, m2 = 0, 0.0, 0.0
    for n, m, v in parts:
        if n == 0:
            continue
        delta, both = m - mean, count + n
        m2 = m2 + n * v + delta**2 * count * n / both
        mean = mean + delta * n / both
        count = both
    return mean, m2 / count


@sync_moments.alternative
def as_a_table(parts):
    counts = np.array([n for n, _, _ in parts], dtype=float)
    means, variances = (np.nan_to_num(np.stack([p[i] for p in parts])) for i in (1, 2))
    mean = np.average(means, axis=0, weights=counts)
    return mean, np.average(variances + (means - mean) ** 2, axis=0, weights=counts)


@sync_moments.alternative
def squares_around_the_first(parts):
    """The naive formula is safe once a mean has been taken off."""
    parts = [p for p in parts if p[0]]
    pivot, total = parts[0][1], sum(p[0] for p in parts)
    first = sum(n / total * (m - pivot) for n, m, _ in parts)
    second = sum(n / total * (v + (m - pivot) ** 2) for n, m, v in parts)
    return pivot + first, second - first**2


@sync_moments.alternative
def by_recursion(parts):
    def merged(rest):
        if len(rest) == 1:
            return rest[0]
        a, b = merged(rest[: len(rest) // 2]), merged(rest[len(rest) // 2 :])
        n = a[0] + b[0]
        p, q = a[0] / n, b[0] / n
        return n, p * a[1] + q * b[1], p * a[2] + q * b[2] + p * q * (a[1] - b[1]) ** 2

    return list(merged([p for p in parts if p[0] > 0])[1:])
