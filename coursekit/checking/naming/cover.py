"""Which rows of a table explain an answer: all that is wrong in it, or all of some output's.

A row counts for an output if it has every value that the answer gave there, and is right wherever
the answer is. A crash explains nothing: it must be a wrong value that both have.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from coursekit.checking.compare import to_array
from coursekit.checking.expected import expected
from coursekit.checking.naming.leaves import (
    MISSING,
    Output,
    Seen,
    alike,
    leaves,
    seen,
    telling,
    whole_numbers,
)
from coursekit.checking.naming.prints import printed
from coursekit.checking.naming.single import NAMED, SPOKEN, Single
from coursekit.checking.naming.table import Table
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Trace

MOST = 0.75  # of the wrong cases, where an exercise has one output
LEAST = 3  # wrong values that are shared, where there is a corner or none of them is particular
TRIED = 5  # rows that are run to see if they are what they look like


class Wrong(NamedTuple):
    """An answer's values on a seed's inputs, and what is asked there."""

    exercise: Exercise
    seed: int
    seen: Seen
    wrong: np.ndarray  # of bool: a value came, and is not the right one
    telling: np.ndarray  # of bool: and it is particular
    outputs: tuple[Output, ...]  # of each leaf
    scattered: frozenset[Output] = frozenset()  # one number is asked for, and an array came
    counts: int = 0  # different whole numbers among what is wrong
    mutated: frozenset[str] = frozenset()  # arguments that it changed

    @property
    def open(self) -> tuple[Output, ...]:
        """The outputs in which something is wrong."""
        return tuple(
            dict.fromkeys(o for o, bad in zip(self.outputs, self.wrong, strict=True) if bad)
        )

    def of(self, output: Output) -> np.ndarray:
        """True for the leaves of an output that came."""
        return np.array([o == output for o in self.outputs]) & self.seen.came


def wrong_in(exercise: Exercise, mine: Trace, seed: int) -> Wrong:
    """What is wrong in a trace."""
    found = seen(exercise, mine, seed)
    right = seen(exercise, expected(exercise, "", seed).trace(), seed)
    wrong = found.came & ~found.right
    pairs = zip(found.values, right.values, wrong, strict=True)
    beside = [(got, want) if bad else None for got, want, bad in pairs]
    special = np.array([pair is not None and telling(*pair) for pair in beside], dtype=bool)
    outputs = tuple(leaf.output for leaf in leaves(exercise, seed))
    both = zip(outputs, beside, strict=True)
    many = frozenset(output for output, pair in both if pair and _scatters(*pair))
    numbers = (whole_numbers(got) for got, bad in zip(found.values, wrong, strict=True) if bad)
    counts = len(frozenset().union(*numbers))
    return Wrong(exercise, seed, found, wrong, special, outputs, many, counts, mine.mutated)


def _scatters(got: Any, want: Any) -> bool:
    """True if a number is asked for, and an array of them came."""
    mine, right = to_array(got), to_array(want)
    return mine is not None and right is not None and right.ndim == 0 < mine.ndim


class Cause(NamedTuple):
    """A row, the outputs that it explains, and the labels of those of their cases it does not."""

    single: Single
    outputs: tuple[Output, ...]
    corner: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()  # arguments that the answer changes, and the row does not


def explained(mine: Wrong, equal: np.ndarray, right: np.ndarray, *, named: bool) -> Cause | None:
    """What a behaviour explains, from where it equals the answer and where it is right.

    Args:
        equal: (leaves,) of bool: it has what the answer has.
        right: (leaves,) of bool: what it has is right.
        named: it is a mistake that somebody made, and no edit that a machine came upon.
    """
    if (mine.seen.right & ~right).any():
        return None  # it contradicts what passed
    equal = np.where(mine.seen.right, True, equal & ~right)
    covered = [o for o in mine.open if equal[mine.of(o)].all()]
    shown = [o for o in covered if (mine.of(o) & mine.telling).any()]
    if len(covered) < len(mine.open) or not (shown or _enough(mine, named)):
        covered = shown
    corner: tuple[str, ...] = ()
    if not covered and len(set(mine.outputs)) == 1:
        shared, whole = mine.telling & equal, int(mine.wrong.sum())
        if shared.sum() >= max(LEAST, MOST * whole):
            covered = list(mine.open)
            asked = leaves(mine.exercise, mine.seed)
            odd = mine.wrong & ~equal
            corner = tuple(leaf.label for leaf, bad in zip(asked, odd, strict=True) if bad)
    return Cause(Single("", "", ()), tuple(covered), corner) if covered else None


def _enough(mine: Wrong, named: bool) -> bool:
    """True if there is much that is wrong, though nothing of it is particular.

    A plan whose seeds are no list is wrong in one word, wherever it is tried: some edit does that,
    too, and nobody can tell what for. So an edit must have different numbers with the answer.
    """
    return (int(mine.wrong.sum()) if named else mine.counts) >= LEAST


def causes(mine: Wrong, table: Table) -> list[Cause]:
    """The rows that explain an output of an answer on the public inputs, the best ones first."""
    equal = table.like(printed(mine.seen, mine.exercise.rtol))
    agrees = ~(mine.seen.right & ~table.right).any(axis=1)
    shares = (equal & ~table.right & mine.wrong).any(axis=1)
    found = []
    for row in np.flatnonzero(agrees & shares):  # of the others nothing is explained
        single = table.singles[row]
        cause = explained(mine, equal[row], table.right[row], named=single.kind == NAMED)
        if cause is not None:
            found.append(cause._replace(single=single))
    return sorted(found, key=lambda c: (bool(c.corner), -_weight(mine, c), c.single.rank))


def _weight(mine: Wrong, cause: Cause) -> int:
    """How many wrong values a cause explains."""
    return sum(int((mine.of(o) & mine.wrong).sum()) for o in cause.outputs)


def confirmed(
    cause: Cause, mine: Wrong, here: Wrong, run: Callable[[Single, int], Trace | None]
) -> Cause | None:
    """The cause as far as it holds, value by value, on the inputs that are judged.

    Args:
        mine: the answer on the public inputs, where the cause was found.
        here: the answer on the inputs that are judged; the same object where these are public.
        run: gives the trace of a row on a seed's inputs.
    """
    for where in dict.fromkeys((mine.seed, here.seed)):
        about = mine if where == mine.seed else here
        trace = run(cause.single, where)
        if trace is None or trace.mutated - about.mutated:
            return None  # what it is named for may be the argument that it changes
        theirs = seen(about.exercise, trace, where)
        pairs = zip(about.seen.values, theirs.values, strict=True)
        equal = [got is not MISSING and alike(about.exercise, got, one) for got, one in pairs]
        same = np.array(equal, dtype=bool)
        found = explained(about, same, theirs.right, named=cause.single.kind == NAMED)
        if found is None:
            return None
        kept = tuple(o for o in cause.outputs if o in found.outputs)
        changed = about.mutated - trace.mutated
        cause = cause._replace(outputs=kept, corner=found.corner, changed=changed)
        if not kept:
            return None
    return cause


def greedy(
    mine: Wrong, here: Wrong, found: list[Cause], run: Callable[[Single, int], Trace | None]
) -> list[Cause]:
    """Few causes that together explain as many outputs as can be; each has been run."""
    kept: list[Cause] = []
    open_ = set(mine.open)
    tried = 0
    while open_ and tried < TRIED:
        left = [c._replace(outputs=tuple(o for o in c.outputs if o in open_)) for c in found]
        left = [c for c in left if c.outputs and (_spoken(c) or set(c.outputs) == set(mine.open))]
        if not left:
            break
        best = min(left, key=lambda c: (bool(c.corner), -_weight(mine, c), c.single.rank))
        found = [c for c in found if c.single is not best.single]
        tried += 1
        if cause := confirmed(best, mine, here, run):
            kept.append(cause)
            open_ -= set(cause.outputs)
    return kept


def _spoken(cause: Cause) -> bool:
    return cause.single.kind in SPOKEN
