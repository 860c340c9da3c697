"""What each named mistake and each single edit of a right answer does on the public inputs.

An edit that no case tells from the right answer is no row, and of edits that behave alike only the
likeliest is one.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from coursekit.checking.answer import AnswerTimeout
from coursekit.checking.edits import place, source_of
from coursekit.checking.expected import expected
from coursekit.checking.limits.guard import quiet
from coursekit.checking.local import Local
from coursekit.checking.mistake import Mistake
from coursekit.checking.naming.leaves import leaves, seen
from coursekit.checking.naming.made import answer_of, bases, function_of
from coursekit.checking.naming.operators import singles
from coursekit.checking.naming.prints import Print, printed, same
from coursekit.checking.naming.single import NAMED, SPOKEN, Single
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import Trace, observe

TIME = 0.5  # seconds of the processor's for each call of an edit


class Table(NamedTuple):
    """Rows are behaviours, columns the leaves of the exercise on its public inputs.

    A row of the kind NAMED is the mistake that is called as its words say; the others are edits.
    """

    singles: tuple[Single, ...]
    right: np.ndarray  # (rows, leaves) of bool: this value is the right one
    forms: np.ndarray  # (rows, leaves): see `prints`
    numbers: np.ndarray

    def like(self, mine: Print) -> np.ndarray:
        """(rows, leaves) of bool: where a row has what an answer has."""
        return same(mine, self.forms, self.numbers)

    def only(self, rows: list[int]) -> "Table":
        """The table of these rows."""
        kept = tuple(self.singles[row] for row in rows)
        return Table(kept, self.right[rows], self.forms[rows], self.numbers[rows])

    def and_also(self, other: "Table") -> "Table":
        """The rows of both."""
        arrays = (np.concatenate(pair) for pair in zip(self[1:], other[1:], strict=True))
        return Table(self.singles + other.singles, *arrays)


def of_mistakes(exercise: Exercise, names: list[str]) -> Table:
    """The rows of named mistakes."""
    return rows_of(exercise, [named(exercise.mistakes[name]) for name in names])


def of_edits(exercise: Exercise, *, few: bool = False) -> Table:
    """The rows of all single edits, or of those that earn their keep while somebody waits.

    Raises:
        OSError, TypeError, SyntaxError: the right answer's source cannot be read.
    """
    every = every_single(exercise)
    return rows_of(exercise, [single for single in every if single.kind in SPOKEN or not few])


def every_single(exercise: Exercise) -> list[Single]:
    """The single edits of the right answer, and of a backward's second one.

    Raises:
        OSError, TypeError, SyntaxError: a source cannot be read.
    """
    return [
        replace(single, base=base)
        for base in bases(exercise)
        for single in singles(source_of(answer_of(exercise, base)))
    ]


def named(mistake: Mistake) -> Single:
    """A named mistake as a row: where it is edits of the right answer, with their places."""
    source = source_of(mistake.written) if mistake.edits else ""
    return Single(NAMED, mistake.name, tuple(place(source, edit) for edit in mistake.edits))


def base(exercise: Exercise) -> Print:
    """The print of the right answer."""
    right = expected(exercise, "", PUBLIC_SEED).trace()
    return printed(seen(exercise, right, PUBLIC_SEED))


def rows_of(exercise: Exercise, wanted: list[Single]) -> Table:
    """A row for each of these that does something else than the right answer."""
    asked = base(exercise)
    kept: list[Single] = []
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for single in wanted:
        with quiet():
            trace = run(exercise, single, PUBLIC_SEED)
        if trace is None:
            continue
        found = seen(exercise, trace, PUBLIC_SEED)
        if not (found.came & ~found.right).any():
            continue  # near the right answer, or nothing but a crash
        mine, ok = printed(found, exercise.rtol), found.right
        row = ok, np.where(ok, asked.form, mine.form), np.where(ok, asked.number, mine.number)
        if single.kind == NAMED or not any(_twins(row, other, mine) for other in rows):
            kept.append(single)
            rows.append(row)
    width = len(leaves(exercise, PUBLIC_SEED))
    columns = [np.array([row[n] for row in rows]).reshape(len(kept), width) for n in range(3)]
    right, forms, numbers = columns
    return Table(
        tuple(kept), right.astype(np.bool_), forms.astype(np.uint16), numbers.astype(np.float32)
    )


def _twins(one: tuple, other: tuple, mine: Print) -> bool:
    """True if two rows cannot be told apart."""
    return bool(
        (one[0] == other[0]).all()
        and (one[1] == other[1]).all()
        and (np.abs(one[2].astype(np.float64) - other[2]) <= mine.size).all()
    )


def run(exercise: Exercise, single: Single, seed: int) -> Trace | None:
    """What a row does on a seed's inputs; None where it cannot be run to any end."""
    try:
        if single.kind == NAMED:
            return expected(exercise, single.words, seed).trace()
        function = function_of(exercise, single.places, single.base)
        trace = observe(exercise, Local(function, name=exercise.name, timeout=TIME), seed)
    except Exception:  # what it makes of the inputs is its own affair
        return None
    return None if isinstance(trace.stopped, AnswerTimeout) else trace
