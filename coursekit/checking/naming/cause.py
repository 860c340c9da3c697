"""The cause of a wrong answer that no named mistake is all of: by output, by edit, by several."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from coursekit.checking.answer import Answer
from coursekit.checking.naming import combined
from coursekit.checking.naming.cover import Cause, Wrong, causes, confirmed, greedy, wrong_in
from coursekit.checking.naming.found import Diagnosis
from coursekit.checking.naming.prints import printed
from coursekit.checking.naming.single import NAMED, Single
from coursekit.checking.naming.store import table
from coursekit.checking.naming.table import Table, run
from coursekit.checking.naming.wording import diagnosis, together
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import Trace, observe

LOOKED_AT = 3  # rows that explain everything at first sight, and are run


class Row(NamedTuple):
    """Where a named mistake is right on the public inputs, and where it has what the answer has."""

    right: np.ndarray
    like: np.ndarray


class Looked:
    """An answer that was seen to be wrong, beside the table of its exercise.

    The table holds for the public inputs: an answer that is judged on others runs once more on
    those, when first needed.
    """

    def __init__(self, exercise: Exercise, answer: Answer, mine: Trace, seed: int):
        self.exercise, self.answer, self.mine, self.seed = exercise, answer, mine, seed
        self._public: Trace | None = mine if seed == PUBLIC_SEED else None
        self._wrong: tuple[Wrong, Wrong] | None = None
        self._named: dict[str, Row] | None = None

    def whole(self) -> Diagnosis | None:
        """The likeliest row that does all that the answer does."""
        if self.mine.stopped or self.table is None:
            return None
        mine, here = self.wrong
        every = [c for c in self.causes if set(c.outputs) == set(mine.open) and not c.corner]
        for cause in every[:LOOKED_AT]:
            found = confirmed(cause, mine, here, self.run)
            if found and not found.corner and set(found.outputs) == set(here.open):
                if not self.telling([found], here):
                    continue
                return diagnosis(self.exercise, [found], here.open, self.seed)
        return None

    def partly(self) -> Diagnosis | None:
        """Several slips that do all of it together; else what explains some of the outputs."""
        if self.table is None:
            return None
        mine, here = self.wrong
        by_output = greedy(mine, here, self.causes, self.run)
        if not self.telling(by_output, here):
            by_output = []
        explained = {output for cause in by_output for output in cause.outputs}
        if by_output and explained >= set(here.open) and not any(c.corner for c in by_output):
            return diagnosis(self.exercise, by_output, here.open, self.seed)
        if not self.mine.stopped and (parts := self.several(mine, here)):
            return together(self.exercise, parts)
        return diagnosis(self.exercise, by_output, here.open, self.seed) if by_output else None

    @staticmethod
    def telling(found: list[Cause], here: Wrong) -> bool:
        """Whether these causes lead to what is to be mended; edits without a name not always do.

        What a script sees at its places comes from one answer, so that an edit that leaves some of
        them is another thing; and where one number is asked for and many come, it says what was
        left out, though not of what.
        """
        if any(cause.single.kind == NAMED for cause in found):
            return True
        explained = {output for cause in found for output in cause.outputs}
        left = set(here.open) - explained
        return not (explained & here.scattered or any(output.place for output in left))

    def may(self, one: str, other: str) -> bool:
        """False if two named mistakes cannot together do what the answer does.

        Where it is right neither is wrong by itself; where it is wrong one of them is, and the only
        one that is has what the answer has. One that stands in no table may do anything.
        """
        if self._named is None:
            self._named = {}
            with suppress(Exception):  # without a table any pair may be the one
                self._named = self._of_the_named()
        a, b = self._named.get(one), self._named.get(other)
        if a is None or b is None:
            return True
        mine = self.wrong[0]
        explained = (~a.right & ~b.right) | (~a.right & a.like) | (~b.right & b.like)
        return bool((a.right & b.right)[mine.seen.right].all() and explained[mine.wrong].all())

    def _of_the_named(self) -> dict[str, Row]:
        if self.table is None:
            return {}
        mine = self.wrong[0]
        like = self.table.like(printed(mine.seen, self.exercise.rtol))
        rows = zip(self.table.singles, self.table.right, like, strict=True)
        return {one.words: Row(right, same) for one, right, same in rows if one.kind == NAMED}

    def several(self, mine: Wrong, here: Wrong) -> tuple[Single, ...] | None:
        """Rows that do together, and only so, what the answer does."""
        assert self.table is not None
        parts = combined.combined(mine, self.public, self.table)
        return parts if parts and combined.holds(here, parts, self.mine) else None

    @property
    def table(self) -> Table | None:
        return table(self.exercise)

    @property
    def public(self) -> Trace:
        """What the answer does on the public inputs."""
        if self._public is None:
            error = getattr(self.answer, "error", None)  # of the run that is reported
            self._public = observe(self.exercise, self.answer, PUBLIC_SEED)
            if error is not None:
                self.answer.error = error  # type: ignore[attr-defined]
        return self._public

    @property
    def wrong(self) -> tuple[Wrong, Wrong]:
        """What is wrong on the public inputs, and on those that are judged."""
        if self._wrong is None:
            mine = wrong_in(self.exercise, self.public, PUBLIC_SEED)
            public = self.seed == PUBLIC_SEED
            here = mine if public else wrong_in(self.exercise, self.mine, self.seed)
            self._wrong = mine, here
        return self._wrong

    @property
    def causes(self) -> list[Cause]:
        """The rows that explain an output, the best first."""
        assert self.table is not None
        return causes(self.wrong[0], self.table)

    @property
    def run(self) -> Callable[[Single, int], Trace | None]:
        return lambda single, seed: run(self.exercise, single, seed)
