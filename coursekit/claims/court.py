"""Five claims before a court: raw tables of the ledger, two arms and a bar for each."""

from typing import NamedTuple

import numpy as np

from coursekit.claims.evidence import STORED
from coursekit.claims.judging import LEVEL
from coursekit.claims.record import load
from coursekit.errors import ArgumentError


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


# claim: the question, the experiment, its effects for both arms ("" for 0), the bar
_ASKED = {
    10: (
        "Of 5 initial scales, does batch norm train at 2 more than no norm?",
        "initial_scale", "scales that work, batch", "scales that work, none", 2.0,
    ),
    50: (
        "Do neighbours give away 50 points more labels under batch norm than under layer norm?",
        "leakage", "batch: right in train mode", "layer: right in train mode", 50.0,
    ),
    70: (
        "Does batch norm before the activation read 2 points more than after it?",
        "placement", "relu: accuracy, before - after", "", 2.0,
    ),
    84: (
        "Does batch norm read 4 points more than SkipInit, which has no norm?",
        "residual_blocks", "batch - none", "skipinit - none", 4.0,
    ),
    141: (
        "At far too high a rate, does a norm on queries and keys save 5 points?",
        "query_key", "accuracy at the highest rate, normalized - plain", "", 5.0,
    ),
}  # fmt: skip


def cases() -> list[Case]:
    """The five, from the stored tables.

    Raises:
        ArgumentError: a table did not come with the course.
    """
    from scipy.special import stdtrit  # Student's t at a probability

    found = []
    for claim, (question, trial, a, b, bar) in _ASKED.items():
        record = load(trial, STORED)
        if record is None:
            raise ArgumentError(f"nothing is stored of {trial}: install the course again")
        first = np.array(record.effects[a])
        second = np.array(record.effects[b]) if b else np.zeros_like(first)
        t = float(stdtrit(len(first) - 1, (1 + LEVEL) / 2))
        found.append(Case(claim, question, first, second, bar, t))
    return found
