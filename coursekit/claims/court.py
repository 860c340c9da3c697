"""Five claims before a court: raw tables of the ledger, two arms and a bar for each."""

from typing import NamedTuple

import numpy as np

from coursekit.claims.evidence import STORED
from coursekit.claims.judging import LEVEL
from coursekit.claims.record import load
from coursekit.claims.rows import CLAIMS
from coursekit.errors import ArgumentError
from coursekit.statistics import student


class Case(NamedTuple):
    """What one claim comes down to: is a larger than b by more than the bar?

    a, b: (n,), one number for each seed, b all 0 where the table holds a difference already.
    """

    claim: int
    question: str
    a: np.ndarray
    b: np.ndarray
    bar: float
    t: float  # Student's factor for n seeds, of an interval of 99 %


# claim: the question, the experiment, its effects for both arms ("" for 0), and the effect of which
# the ledger has the bar. It is that of the difference, except for claim 50: there the ledger's bar
# is batch norm's alone, and that the court holds the distance to layer norm against it is its own.
_ASKED = {
    10: (
        "Of 5 initial scales, does batch norm train at {bar:g} more than no norm?",
        "initial_scale", "scales that work, batch", "scales that work, none",
        "scales that work, batch - none",
    ),
    50: (
        "Do neighbours give away {bar:g} points more labels under batch norm than under layer "
        "norm?",
        "leakage", "batch: right in train mode", "layer: right in train mode",
        "batch: right in train mode",
    ),
    70: (
        "Does batch norm before the activation read {bar:g} points more than after it?",
        "placement", "relu: accuracy, before - after", "",
        "relu: accuracy, before - after",
    ),
    84: (
        "Does batch norm read {bar:g} points more than SkipInit, which has no norm?",
        "residual_blocks", "batch - none", "skipinit - none",
        "skipinit - batch",
    ),
    141: (
        "At far too high a rate, does a norm on queries and keys save {bar:g} points?",
        "query_key", "accuracy at the highest rate, normalized - plain", "",
        "accuracy at the highest rate, normalized - plain",
    ),
}  # fmt: skip


def cases() -> list[Case]:
    """The five, from the stored tables.

    Raises:
        ArgumentError: a table did not come with the course.
    """
    found = []
    for claim, (question, trial, a, b, effect) in _ASKED.items():
        record = load(trial, STORED)
        if record is None:
            raise ArgumentError(f"nothing is stored of {trial}: install the course again")
        first = np.array(record.effects[a])
        second = np.array(record.effects[b]) if b else np.zeros_like(first)
        bar, t = _bar(claim, effect), student(len(first), LEVEL)
        found.append(Case(claim, question.format(bar=bar), first, second, bar, t))
    return found


def _bar(claim: int, effect: str) -> float:
    """The ledger's bar of an effect, to be exceeded: below -4 is -a above 4."""
    bar = next(bar for bar in CLAIMS[claim].bars if bar.effect == effect)
    if bar.above is not None:
        return float(bar.above)
    assert bar.below is not None  # one of the two is there
    return -float(bar.below)
