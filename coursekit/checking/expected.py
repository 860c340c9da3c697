"""What the right answer and each wrong one do: run once for each seed, and only as far as asked."""

from functools import lru_cache

from coursekit.checking.answer import AnswerError, AnswerTimeout
from coursekit.checking.local import Local
from coursekit.checking.task import Exercise
from coursekit.checking.trace import (
    ScriptFailed,
    Trace,
    equal,
    first_difference,
    observe,
    same_words,
)
from coursekit.errors import JudgeError

TIME = 20.0  # seconds of the processor's for each call of a mistake; some never end
ROOM = 2048  # behaviours remembered: those of every lesson, a few tens of megabytes


class Behaviour:
    """The right answer (""), a named mistake, or a pair ("a+b"), on one seed's inputs.

    The right answer has all the time that it needs. What is cut short by a limit, or by a fault of
    the exercise's, is not what it does, and never remembered.
    """

    def __init__(self, exercise: Exercise, name: str, seed: int):
        self.exercise, self.name, self.seed = exercise, name, seed
        self.function = exercise.behaviour(name)
        self.seen: Trace | None = None  # as far as anybody asked

    def trace(self) -> Trace:
        """All of it.

        Raises:
            JudgeError: it is the right answer, and stops before the end.
            ScriptFailed: see `observe`.
        """
        if self.seen is not None and not self.seen.parted:
            return self.seen
        seen = self._run()
        if seen.stopped and not self.name:
            why = str(seen.stopped) or "NotImplementedError"
            at = f" at {seen.doing!r}" if seen.doing else ""
            raise JudgeError(f"the right answer stops{at}: {why}")
        return self._remembered(seen)

    def equals(self, mine: Trace) -> bool:
        """True if an answer did the same from the first observation to the last.

        The run ends where the two part; what was seen until there serves the next answer. An error
        is no behaviour: where no wrong value came before it, it must also be the same error.
        """
        seen = self.seen
        if seen is None or (seen.parted and self._agrees(mine)):
            try:
                seen = self._run(beside=mine)
            except ScriptFailed:
                return False
            if _cut_short(seen):
                return False  # not compared this time
            self._remembered(seen)
        if not equal(self.exercise, mine, seen):
            return False
        if not isinstance(mine.stopped, AnswerError) or same_words(mine.stopped, seen.stopped):
            return True
        right = expected(self.exercise, "", self.seed).trace()
        return first_difference(self.exercise, mine, right) is not None

    def _remembered(self, seen: Trace) -> Trace:
        """The same; kept where nothing stopped it, for an error need not come again."""
        if seen.stopped is None:
            self.seen = seen
        return seen

    def _agrees(self, mine: Trace) -> bool:
        """True if what was seen so far does not tell the two apart."""
        assert self.seen is not None
        longer = len(mine.steps) >= len(self.seen.steps)
        return longer and first_difference(self.exercise, mine, self.seen) is None

    def _run(self, beside: Trace | None = None) -> Trace:
        answer = Local(self.function, name=self.exercise.name, timeout=TIME if self.name else None)
        return observe(self.exercise, answer, self.seed, beside=beside)


def _cut_short(seen: Trace) -> bool:
    """True if it was the machine that ended it: its next run may go on."""
    stopped = seen.stopped
    short = isinstance(stopped, AnswerError) and stopped.kind == "MemoryError"
    return short or isinstance(stopped, AnswerTimeout)


@lru_cache(maxsize=ROOM)
def expected(exercise: Exercise, behaviour: str, seed: int) -> Behaviour:
    """The behaviour of that name; the same object each time, with what it was seen to do.

    It is this exercise's: one that is defined anew, under whatever name, is another.
    """
    return Behaviour(exercise, behaviour, seed)
