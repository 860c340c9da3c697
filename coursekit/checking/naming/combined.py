"""Several slips at once: combinations of what already explains a part of what is wrong."""

import itertools
from collections.abc import Iterator
from time import process_time
from typing import NamedTuple

import numpy as np

from coursekit.checking.local import Local
from coursekit.checking.naming.cover import Wrong
from coursekit.checking.naming.leaves import alike, seen
from coursekit.checking.naming.made import function_of
from coursekit.checking.naming.prints import printed
from coursekit.checking.naming.single import SPOKEN, Single, apart
from coursekit.checking.naming.table import TIME, Table
from coursekit.checking.task import PUBLIC_SEED
from coursekit.checking.trace import Trace, observe

PARTS = 4  # slips at once, at most
TRIES = 400  # combinations that are run, at most
SECONDS = 0.1  # of the processor's, at most
BLIND = 12  # pairs that are tried though they leave something unexplained
ROWS = 60  # rows that are combined, those first that explain most


def combined(mine: Wrong, trace: Trace, table: Table) -> tuple[Single, ...] | None:
    """The rows that together do, on the public inputs, all that the answer does."""
    started = process_time()
    for parts in itertools.islice(_likely(mine, table), TRIES):
        if behaves(mine, parts, trace):
            return parts
        if process_time() - started > SECONDS:
            return None
    return None


def behaves(mine: Wrong, parts: tuple[Single, ...], trace: Trace) -> bool:
    """True if the right answer with all these edits does what the answer does."""
    exercise = mine.exercise
    try:
        function = function_of(exercise, [p for part in parts for p in part.places])
        answer = Local(function, name=exercise.name, timeout=TIME)
        theirs = observe(exercise, answer, mine.seed, beside=trace)
    except Exception:  # what it makes of the inputs is its own affair
        return False
    if theirs.parted or theirs.stopped or theirs.mutated - mine.mutated:
        return False
    found = seen(exercise, theirs, mine.seed)
    both = zip(mine.seen.values, found.values, strict=True)
    return all(alike(exercise, got, one) for got, one in both)


def _likely(mine: Wrong, table: Table) -> Iterator[tuple[Single, ...]]:
    """Rows that stand apart and explain everything together; then pairs that nearly do."""
    equal = table.like(printed(mine.seen, mine.exercise.rtol)) & ~table.right & mine.wrong
    contradicts = (mine.seen.right & ~table.right).any(axis=1)
    explains = (equal & mine.telling).any(axis=1) & ~contradicts
    found = [
        Explaining(table.singles[row], sum(1 << int(n) for n in np.flatnonzero(equal[row])))
        for row in np.flatnonzero(explains)
        if _may_be_combined(table.singles[row])
    ]
    found.sort(key=lambda one: (-one.leaves.bit_count(), one.single.rank))
    whole = sum(1 << int(n) for n in np.flatnonzero(mine.wrong))
    for size in range(2, PARTS + 1):
        yield from _covers(found[:ROWS], whole, size)
    pairs = itertools.combinations(found[:ROWS], 2)
    best = sorted(pairs, key=lambda p: -(p[0].leaves | p[1].leaves).bit_count())
    for some in best[:BLIND]:  # what is left over may come of both at once
        if some[0].leaves | some[1].leaves != whole and apart(*(one.single.places for one in some)):
            yield tuple(one.single for one in some)


def _may_be_combined(single: Single) -> bool:
    """True for likely edits of the one right answer in which named mistakes stand, too."""
    return bool(single.places) and not single.base and single.kind in SPOKEN


class Explaining(NamedTuple):
    """A row, and the wrong leaves that it explains, as the bits of a number."""

    single: Single
    leaves: int


def _covers(
    rows: list[Explaining], whole: int, size: int, chosen: tuple[Explaining, ...] = ()
) -> Iterator[tuple[Single, ...]]:
    """So many rows, which stand apart, that explain every leaf of a whole."""
    left = whole
    for one in chosen:
        left &= ~one.leaves
    if not left or not size:
        if not left and not size:
            yield tuple(one.single for one in chosen)
        return
    first = left & -left  # one of the chosen explains it, whichever else there are
    for one in rows:
        if one.leaves & first and all(apart(one.single.places, c.single.places) for c in chosen):
            yield from _covers(rows, whole, size - 1, (*chosen, one))


def holds(here: Wrong, parts: tuple[Single, ...], trace: Trace) -> bool:
    """True if they do so on the inputs that are judged, too; public ones were tried."""
    return here.seed == PUBLIC_SEED or behaves(here, parts, trace)
