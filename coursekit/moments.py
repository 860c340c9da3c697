"""Mean and variance by five algorithms: what a norm computes first, and what can go wrong there.

    one_pass    sums of x and x ** 2, then E[x^2] - E[x]^2: fast, and wrong when the mean is large
    shifted     one_pass after subtracting the first value
    two_pass    the mean, then the squares of the distances to it: `norms` do so in wider sums
    welford     one value at a time, never looking back
    chan        moments of halves, merged: what processes that share a batch do

Each works in the precision of x, so that its error can be seen; `error_study` measures it.
"""

import statistics
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from coursekit.errors import ArgumentError, ShapeError
from coursekit.norms.checks import check_real


class Moments(NamedTuple):
    """How many values, their mean, and the sum of squared distances to it: enough to merge."""

    n: np.ndarray | int
    mean: np.ndarray | float
    m2: np.ndarray | float

    def variance(self, ddof: int = 0):
        """Divide m2 by n - ddof: 0 describes these values, 1 estimates where they came from.

        Raises:
            ArgumentError: there are not more than ddof values.
        """
        if np.any(np.asarray(self.n) <= ddof):
            raise ArgumentError(
                f"a variance with ddof = {ddof} needs more than {ddof} values; "
                f"got n = {np.min(self.n)}"
            )
        return self.m2 / _at_least_one(self.n - ddof, self.m2)


EMPTY = Moments(0, 0.0, 0.0)


def one_pass(x, axes=None, mask=None) -> Moments:
    """Sum x and x ** 2 in one sweep. Wrong when the mean is large; kept to show it.

        m2 = sum(x^2) - sum(x)^2 / M

    The two terms agree in their first digits, and float32 has only seven: m2 can be negative.

    Args:
        x: any shape.
        axes: the axes to reduce; all by default.
        mask: broadcasts against x; False leaves a value out.

    Returns:
        Moments of x's remaining axes.

    Raises:
        ShapeError: mask does not broadcast against x.
        ArgumentError: x is complex.

    Source: Chan, Golub & LeVeque 1983, the textbook algorithm, https://doi.org/10.1080/00031305.1983.10483115
    """
    rows, keep = _rows(x, axes, mask)
    n = keep.sum(0)
    total, squares = rows.sum(0), (rows**2).sum(0)
    mean = total / _at_least_one(n, x)
    return Moments(n, mean, squares - total * mean)


def shifted(x, axes=None, mask=None) -> Moments:
    """Subtract the first value, then sweep once: the mean that is left is small.

    Args, Returns and Raises: as `one_pass`.

    Source: Chan, Golub & LeVeque 1983, shifted data, https://doi.org/10.1080/00031305.1983.10483115
    """
    rows, keep = _rows(x, axes, mask)
    first = np.take_along_axis(rows, keep.argmax(0)[None], 0)  # the first value that counts
    n, mean, m2 = one_pass(rows - first, 0, keep)
    return Moments(n, mean + first[0], m2)


def two_pass(x, axes=None, mask=None) -> Moments:
    """Find the mean, then sum the squared distances to it: exact while plain sums of x are.

    Args, Returns and Raises: as `one_pass`.

    Source: Chan, Golub & LeVeque 1983, the two-pass algorithm, https://doi.org/10.1080/00031305.1983.10483115
    """
    rows, keep = _rows(x, axes, mask)
    n = keep.sum(0)
    mean = rows.sum(0) / _at_least_one(n, x)
    centered = np.where(keep, rows - mean, 0)
    return Moments(n, mean, (centered**2).sum(0))


def welford(x, axes=None, mask=None) -> Moments:
    """Take the values one at a time, as a stream would bring them.

    Args, Returns and Raises: as `one_pass`.

    Source: Welford 1962, https://doi.org/10.1080/00401706.1962.10490022
    """
    rows, keep = _rows(x, axes, mask)
    n = np.zeros(rows.shape[1:], int)
    mean = m2 = np.zeros(rows.shape[1:], x.dtype)
    for row, kept in zip(rows, keep, strict=True):
        after = welford_update(Moments(n, mean, m2), row)
        n, mean, m2 = (
            np.where(kept, new, old) for new, old in zip(after, (n, mean, m2), strict=True)
        )
    return Moments(n, mean, m2)


def welford_update(moments: Moments, x) -> Moments:
    """Add one value: its distance to the old mean times its distance to the new one.

    Args:
        moments: so far; start with EMPTY.
        x: like moments.mean.

    Returns:
        Moments with x among the values.

    Source: Welford 1962, https://doi.org/10.1080/00401706.1962.10490022
    """
    n, mean, m2 = moments
    check_real(np.asarray(x))
    n = n + 1
    delta = x - mean
    mean = mean + delta / _at_least_one(n, x)
    return Moments(n, mean, m2 + delta * (x - mean))


def chan(x, axes=None, mask=None) -> Moments:
    """Halve the values, find the moments of each half in the same way, and merge.

    Args, Returns and Raises: as `one_pass`.

    Source: Chan, Golub & LeVeque 1983, the pairwise algorithm, https://doi.org/10.1080/00031305.1983.10483115
    """
    rows, keep = _rows(x, axes, mask)
    if len(rows) < 2:
        return two_pass(rows, 0, keep)
    half = len(rows) // 2
    return merge(chan(rows[:half], 0, keep[:half]), chan(rows[half:], 0, keep[half:]))


def merge(a: Moments, b: Moments) -> Moments:
    """Merge the moments of two sets of values; the last term is what their means differ by.

    Args:
        a, b: with the same shapes. An empty set changes nothing.

    Returns:
        Moments of all values together.

    Source: Chan, Golub & LeVeque 1979, equation 2.1,
        http://i.stanford.edu/pub/cstr/reports/cs/tr/79/773/CS-TR-79-773.pdf
    """
    n = a.n + b.n
    delta = np.subtract(b.mean, a.mean)
    share = np.asarray(b.n, delta.dtype) / _at_least_one(n, delta)  # of b in all
    mean = a.mean + delta * share
    between = delta**2 * np.asarray(a.n, delta.dtype) * share
    return Moments(n, mean, a.m2 + b.m2 + between)


ALGORITHMS: dict[str, Callable[..., Moments]] = {
    algorithm.__name__: algorithm for algorithm in (one_pass, shifted, two_pass, welford, chan)
}


class Error(NamedTuple):
    """How wrong one algorithm was at one offset."""

    algorithm: str
    dtype: str
    offset: float  # the mean of the data; its standard deviation is 1
    error: float  # median over seeds of |var - true| / true, true for the data as rounded
    negative: float  # share of the seeds whose variance came out negative


def error_study(
    offsets: Iterable[float] = (1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6),
    dtypes: Iterable[str] = ("float32", "float64"),
    size: int = 256,
    seeds: int = 5,
) -> list[Error]:
    """Measure each algorithm's variance on N(offset, 1), against exact rational arithmetic.

    Args:
        offsets: means to try.
        dtypes: precisions to try: float16, float32, float64.
        size: values in each sample.
        seeds: samples at each offset.

    Returns:
        one Error for each algorithm, dtype and offset, ready to plot as error against offset.

    Source: the comparison of Chan, Golub & LeVeque 1983, https://doi.org/10.1080/00031305.1983.10483115
    """
    return [
        error
        for dtype in dtypes
        for offset in offsets
        for error in _compare(offset, dtype, size, seeds)
    ]


def _compare(offset, dtype, size, seeds):
    draws = (np.random.default_rng(seed).standard_normal(size) for seed in range(seeds))
    samples = [(offset + draw).astype(dtype) for draw in draws]
    truths = np.array([statistics.pvariance(map(float, sample)) for sample in samples])
    for name, algorithm in ALGORITHMS.items():
        with np.errstate(over="ignore", invalid="ignore"):  # in float16 that is a finding
            found = np.array([algorithm(sample).variance() for sample in samples], np.float64)
        errors = np.abs(found - truths) / np.where(truths > 0, truths, 1)
        errors[~np.isfinite(found)] = np.inf
        yield Error(name, dtype, offset, float(np.median(errors)), float((found < 0).mean()))


def _rows(x, axes, mask):
    """Bring the reduced axes together in front: x and what to keep of it, both (M, *others).

    What is left out becomes 0, so that not even a NaN of it can spread.
    """
    check_real(x)
    try:
        keep = np.broadcast_to(True if mask is None else mask, x.shape)
    except ValueError:
        raise ShapeError(
            f"mask must broadcast against x of shape {x.shape}; got {np.shape(mask)}"
        ) from None
    axes = tuple(range(x.ndim)) if axes is None else np.atleast_1d(axes)
    front = range(len(axes))
    moved, keep = np.moveaxis(x, axes, front), np.moveaxis(keep, axes, front)
    others = moved.shape[len(axes) :]
    rows = np.where(keep, moved, 0).reshape(-1, *others)
    return rows, keep.reshape(-1, *others)


def _at_least_one(n, like):
    """Give the count in the precision of `like`; an empty set divides by 1, not by 0."""
    return np.maximum(n, 1).astype(np.asarray(like).dtype)
