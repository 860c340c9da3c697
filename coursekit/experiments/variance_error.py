"""How wrong does a variance come out, and how biased is it?

`feature_errors` runs the algorithms of `coursekit.moments` in three precisions on the columns of a
table. They work in the precision of the data and add row after row, as a plain loop does: libraries
that sum in pairs, or in a wider type, err less. The truth is the exact variance of the numbers *as
stored* in that precision, so that the algorithm is judged and not the rounding of the data.

`batch_bias` draws batches from a population and compares their variances with the population's.
"""

from collections.abc import Sequence
from statistics import pvariance
from typing import NamedTuple

import numpy as np

from coursekit.moments import ALGORITHMS

PRECISIONS = ("float16", "float32", "float64")


class Errors(NamedTuple):
    """What `feature_errors` measured; P precisions, A algorithms, S row orders, D features."""

    ratio: np.ndarray  # (P, D): |mean| / standard deviation of the stored numbers
    unit: np.ndarray  # (P,): the largest relative error of one rounding
    relative: np.ndarray  # (P, A, S, D): |computed / exact − 1|; inf where it is no number


def feature_errors(
    x: np.ndarray, seeds: Sequence[int], precisions: Sequence[str] = PRECISIONS
) -> Errors:
    """Measure every algorithm in every precision on the columns of x.

    Args:
        x: (N, D), float64.
        seeds: each shuffles the rows once; the order of a sum changes its rounding.
        precisions: names of NumPy's float types.
    """
    orders = [np.random.default_rng(seed).permutation(len(x)) for seed in seeds]
    ratio, unit, relative = [], [], []
    for name in precisions:
        stored = x.astype(name)
        truth = exact_variance(stored)
        ratio.append(np.abs(stored.astype(float).mean(0)) / np.sqrt(truth))
        unit.append(float(np.finfo(name).eps) / 2)
        relative.append([_errors(a, stored, truth, orders) for a in ALGORITHMS.values()])
    return Errors(np.array(ratio), np.array(unit), np.array(relative))


def exact_variance(x: np.ndarray) -> np.ndarray:
    """The biased variance of each column, free of rounding until the last step. (N, D) -> (D,)"""
    return np.array([pvariance(column) for column in x.T.astype(float).tolist()])


def _errors(algorithm, stored, truth, orders) -> list[np.ndarray]:
    """(S, D). Overflow is a finding here, not a warning."""
    with np.errstate(all="ignore"):
        computed = np.array([algorithm(stored[o], 0).variance() for o in orders], dtype=float)
        wrong = np.abs(computed / truth - 1)
    return list(np.where(np.isfinite(wrong), wrong, np.inf))


class Bias(NamedTuple):
    """Averages over many batches, in units of the population's; S seeds, B batch sizes."""

    divided_by_n: np.ndarray  # (S, B): variance with ddof=0
    divided_by_n_minus_1: np.ndarray  # (S, B): variance with ddof=1
    its_root: np.ndarray  # (S, B): standard deviation with ddof=1


def batch_bias(
    population: np.ndarray, sizes: Sequence[int], seeds: Sequence[int], batches: int = 1000
) -> Bias:
    """Draw batches with replacement and average their variances, against the population's.

    Args:
        population: (M,); its own variance, divided by M, is the truth.
        sizes: of the batches, each at least 2.
        seeds: one average each.
        batches: per seed and size.
    """
    true = population.var()
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for n in sizes:
            var = rng.choice(population, (batches, n)).var(axis=1, ddof=1) / true
            rows.append([var.mean() * (n - 1) / n, var.mean(), np.sqrt(var).mean()])
    return Bias(*np.array(rows).reshape(len(seeds), len(sizes), 3).transpose(2, 0, 1))
