"""Two exercises that cost nothing to judge, and a question for the instructor."""

import numpy as np

from coursekit.checking import exercise, manual


def cases(rng):
    """Two arrays without symmetry."""
    yield "5 values", (rng.normal(3, 2, 5),)
    yield "7 values", (rng.normal(-1, 9, 7),)


@exercise(cases=cases, hints=("One operation.", "Which?", "return x / ___"))
def half(x):
    """Half of x (D,) -> (D,)."""
    return x / 2


@half.mistake("That is twice x; half of it was asked for.")
def doubled(x):
    return x * 2


@exercise(cases=cases, hints=("Two ends.", "Which?", "return x.___() - x.___()"), points=2)
def span(x):
    """Distance from the least value of x (D,) to the greatest."""
    return np.max(x) - np.min(x)


@span.mistake("That is the greatest value; subtract the least.")
def only_the_greatest(x):
    return np.max(x)


manual("why", "Why is the span never negative?", rubric=("names the order of the two ends",))
