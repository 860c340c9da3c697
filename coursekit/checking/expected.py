"""What the right answer and each wrong one do: run once for each seed, and only as far as asked."""

from functools import lru_cache

from coursekit.checking.local import Local
from coursekit.checking.task import REGISTRY, Exercise
from coursekit.checking.trace import Trace, equal, first_difference, observe

ROOM = 2048  # behaviours remembered: those of every lesson, a few tens of megabytes


class Behaviour:
    """The right answer (""), a named mistake, or a pair ("a+b"), on one seed's inputs."""

    def __init__(self, exercise: Exercise, name: str, seed: int):
        self.exercise, self.seed = exercise, seed
        self.function = exercise.behaviour(name)
        self.seen: Trace | None = None  # as far as anybody asked

    def trace(self) -> Trace:
        """All of it."""
        if self.seen is None or self.seen.parted:
            self.seen = self._run()
        return self.seen

    def equals(self, mine: Trace) -> bool:
        """True if an answer did the same from the first observation to the last.

        The run ends where the two part; what was seen until there serves the next answer.
        """
        if self.seen is None or (self.seen.parted and self._agrees(mine)):
            self.seen = self._run(beside=mine)
        return equal(self.exercise, mine, self.seen)

    def _agrees(self, mine: Trace) -> bool:
        """True if what was seen so far does not tell the two apart."""
        assert self.seen is not None
        longer = len(mine.steps) >= len(self.seen.steps)
        return longer and first_difference(self.exercise, mine, self.seen) is None

    def _run(self, beside: Trace | None = None) -> Trace:
        answer = Local(self.function, name=self.exercise.name)
        return observe(self.exercise, answer, self.seed, beside=beside)


@lru_cache(maxsize=ROOM)
def expected(exercise_name: str, behaviour: str, seed: int) -> Behaviour:
    """The behaviour of that name; the same object each time, with what it was seen to do."""
    exercise = REGISTRY[exercise_name]
    assert isinstance(exercise, Exercise)
    return Behaviour(exercise, behaviour, seed)
