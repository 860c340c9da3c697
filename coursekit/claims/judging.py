"""From values to a verdict, by rule: nobody's opinion enters after the bars are fixed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from coursekit.claims.claim import Bar, Claim
from coursekit.statistics import interval, share

# Sixty intervals of 95 % would be expected to miss three times. Verdicts rest on 99 %.
LEVEL = 0.99


class Finding(NamedTuple):
    """What one bar's effect came out as: its mean over seeds, its interval, and met or not."""

    bar: Bar
    value: float
    low: float
    high: float
    n: int  # seeds
    met: bool | None  # None: the interval holds the bar, or there is none


def weigh(bar: Bar, values: Sequence[float]) -> Finding:
    """Compare an effect's values (n,), one for each seed, with its bar.

    A value that is no finite number leaves the bar open: a lost run is no evidence.
    """
    if not np.isfinite(values).all():
        return Finding(bar, np.nan, np.nan, np.nan, len(values), None)
    if bar.share:
        value, low, high = share(round(sum(values)), len(values), LEVEL)
    else:
        mean, half = interval(values, level=LEVEL)
        ends = np.array([mean, mean - half, mean + half])
        value, low, high = (np.exp(ends) if bar.log else ends).tolist()
    above = -np.inf if bar.above is None else bar.above
    below = np.inf if bar.below is None else bar.below
    met = None
    if np.isfinite([low, high]).all():
        if above < low and high < below:
            met = True
        elif high < above or below < low:
            met = False
    return Finding(bar, value, low, high, len(values), met)


def verdict(claim: Claim, findings: Sequence[Finding]) -> str:
    """The word for a claim: that of its row, or the one that follows from its findings."""
    if not claim.bars:
        return claim.verdict
    met = {finding.met for finding in findings}
    if met == {True}:
        return "holds"
    if met == {False}:
        return "fails"
    return "undecided" if None in met else "needs a condition"


def findings(claim: Claim, effects: Mapping[str, Mapping[str, Sequence[float]]]) -> list[Finding]:
    """Weigh every bar of a claim.

    Args:
        effects: trial -> effect -> values (n,).

    Raises:
        KeyError: a trial or an effect is missing.
    """
    return [weigh(bar, effects[bar.trial][bar.effect]) for bar in claim.bars]
