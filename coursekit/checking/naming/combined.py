"""Several slips at once: combinations of what already explains a part of what is wrong."""

import itertools
from collections.abc import Iterator
from time import process_time

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
ROWS = 60  # rows that are combined, those first that explain most


def combined(mine: Wrong, trace: Trace, table: Table) -> tuple[Single, ...] | None:
    """The rows that together do, on the public inputs, all that the answer does."""
    started = process_time()
    for number, parts in enumerate(_likely(mine, table)):
        if number >= TRIES or process_time() - started > SECONDS:
            return None
        if behaves(mine, parts, trace):
            return parts
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
    """Rows that stand apart and explain everything together; then those that nearly do."""
    equal = table.like(printed(mine.seen, mine.exercise.rtol)) & ~table.right & mine.wrong
    contradicts = (mine.seen.right & ~table.right).any(axis=1)
    explains = (equal & mine.telling).any(axis=1) & ~contradicts
    rows = [
        row
        for row in np.flatnonzero(explains)
        if table.singles[row].places and table.singles[row].kind in SPOKEN
    ]
    rows.sort(key=lambda row: (-int(equal[row].sum()), table.singles[row].rank))
    rows = rows[:ROWS]
    rest: list[tuple[int, ...]] = []
    for size in range(2, PARTS + 1):
        for some in itertools.combinations(rows, size):
            whole = np.logical_or.reduce([equal[row] for row in some])
            needed = all(
                (equal[row] & ~np.logical_or.reduce([equal[o] for o in some if o != row])).any()
                for row in some
            )
            if needed and whole[mine.wrong].all() and _stand_apart(table, some):
                yield tuple(table.singles[row] for row in some)
            elif size == 2:
                rest.append(some)
        if len(rows) ** size > 100_000:
            break
    for some in rest:
        if _stand_apart(table, some):
            yield tuple(table.singles[row] for row in some)


def _stand_apart(table: Table, some: tuple[int, ...]) -> bool:
    singles = [table.singles[row] for row in some]
    return all(apart(a.places, b.places) for a, b in itertools.combinations(singles, 2))


def holds(here: Wrong, parts: tuple[Single, ...], trace: Trace) -> bool:
    """True if they do so on the inputs that are judged, too; public ones were tried."""
    return here.seed == PUBLIC_SEED or behaves(here, parts, trace)
