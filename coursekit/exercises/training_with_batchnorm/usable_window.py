"""The exercise usable_window of the lesson training_with_batchnorm."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.training_with_batchnorm.inputs import between, read

RATES = np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])


def sweeps(rng):
    def good(*rows, of=7, seeds=4):
        """Accuracies of which all runs of these rates reach 0.9."""
        accuracy = read(rng, of, seeds, high=0.85)
        accuracy[list(rows)] = read(rng, len(rows), seeds, low=0.92)
        return accuracy

    yield "7 rates, the three in the middle usable", (good(2, 3, 4), RATES, 0.9)
    holed = good(0, 1, 3, 4, 5, 6)
    yield "usable below a gap and above it", (holed, RATES, 0.9)
    order = np.array([4, 0, 6, 2, 5, 1, 3])
    yield "the same rates in another order", (holed[order], RATES[order], 0.9)
    one = good(1, 2, 3, 4)
    one[3, 2], one[1, 0] = 0.62, 0.4
    yield "a single run of a rate falls short, its mean does not", (one, RATES, 0.75)
    lost = good(1, 2, 3, 4, 5)
    lost[4, 1], lost[5, 2:] = np.nan, np.nan
    yield "runs that diverged", (lost, RATES, 0.9)
    yield "two stretches of the same length", (good(0, 1, 4, 5), RATES, 0.9)
    yield "a longer one first, then a shorter", (good(0, 1, 2, 5), RATES, 0.9)
    yield "no rate is usable", (good(), RATES, 0.9)
    yield "all are, by 3 runs each", (good(*range(5), of=5, seeds=3), RATES[:5], 0.9)
    exact = np.array([[0.5, 0.75], [0.75, 0.75], [1.0, 0.75]])
    yield "exactly on the target", (exact, RATES[:3], 0.75)


def any_sweep(rng):
    L, S = draws.sizes(rng, 2)
    accuracy = read(rng, L, S)
    for rate in range(L):
        if rng.random() < 0.5:
            accuracy[rate] = read(rng, S, low=0.96)
        if rng.random() < 0.15:
            accuracy[rate, rng.integers(S)] = np.nan
    lrs = np.cumprod(rng.uniform(1.5, 4, L)) * 1e-3
    order = rng.permutation(L) if rng.random() < 0.3 else np.arange(L)
    return draws.laid(rng, accuracy[order]), lrs[order], between(rng, 0.6, 0.95)


@exercise(
    cases=sweeps,
    domain=any_sweep,
    hints=(
        "Two questions, one after the other: which rates are usable, and which of those are "
        "neighbours once the rates are in order?",
        "Try usable rates 0.001, 0.003 and 0.03, 0.1, 0.3 with an unusable 0.01 between them. Do "
        "you return three rates? And what is (nan >= 0.9)?",
        "order = np.argsort(___)\nusable = (accuracy >= target).___(axis=1)[___]\n"
        "best = run = lrs[:0]\nfor lr, good in zip(lrs[order], usable, strict=True):\n"
        "    run = ___ if good else ___\n    if len(run) > len(best):\n        best = run\n"
        "return best",
    ),
    points=2,
    minutes=10,
    difficulty=3,
    ask="Add two rates between each pair of neighbours. What happens to the number of usable "
    "rates, and what to the factor between the lowest and the highest?",
)
def usable_window(accuracy, lrs, target):
    """The longest unbroken stretch of usable rates, from low to high; of equals the lower. -> (K,)

    accuracy is (L, S): S runs at each of the rates lrs (L,), which come in any order. A rate is
    usable if every run reads `target` or more; a run that diverged is nan, and reads nothing.
    """
    order = np.argsort(lrs)
    usable = (accuracy >= target).all(axis=1)[order]
    best = run = lrs[:0]
    for lr, good in zip(lrs[order], usable, strict=True):
        run = np.append(run, lr) if good else lrs[:0]
        if len(run) > len(best):
            best = run
    return best


@usable_window.alternative
def all_stretches_and_their_lengths(accuracy, lrs, target):
    pairs = sorted(zip(lrs.tolist(), accuracy.tolist(), strict=True))
    rates, good = [p[0] for p in pairs], [all(a >= target for a in p[1]) for p in pairs]
    stretches = [
        rates[i:j] for i in range(len(rates)) for j in range(i, len(rates) + 1) if all(good[i:j])
    ]
    return max(stretches, key=len)


@usable_window.alternative
def by_edges(accuracy, lrs, target):
    order = lrs.argsort()
    good = np.nan_to_num(accuracy, nan=-1.0).min(1)[order] >= target
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(int), [0]])))
    starts, ends = edges[::2], edges[1::2]
    if len(starts) == 0:
        return np.empty(0)
    k = (ends - starts).argmax()
    return lrs[order][starts[k] : ends[k]]


@usable_window.alternative
def by_the_word(accuracy, lrs, target):
    from itertools import groupby

    table = sorted((lr, bool(np.all(row >= target))) for lr, row in zip(lrs, accuracy, strict=True))
    best: tuple = ()
    for good, group in groupby(table, key=lambda pair: pair[1]):
        rates = tuple(lr for lr, _ in group)
        if good and len(rates) > len(best):
            best = rates
    return best
