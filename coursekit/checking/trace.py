"""Everything an answer was seen to do: named observations, and how it ended."""

from dataclasses import dataclass
from typing import Any

from coursekit.checking.answer import (
    Answer,
    AnswerCrashed,
    AnswerError,
    AnswerTimeout,
    Unsolved,
    copy,
)
from coursekit.checking.compare import compare
from coursekit.checking.result import Difference
from coursekit.checking.task import Exercise

Stop = Unsolved | AnswerError | AnswerTimeout | AnswerCrashed


@dataclass(frozen=True)
class Trace:
    """The observations of one run of an exercise's script."""

    steps: tuple[tuple[str, Any], ...]
    stopped: Stop | None  # the exception that ended the run early
    doing: str  # what was being tried when it stopped
    mutated: frozenset[str]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _ in self.steps)


def observe(exercise: Exercise, answer: Answer, seed: int) -> Trace:
    """Run the exercise's script on an answer and keep a copy of every observation."""
    steps: list[tuple[str, Any]] = []
    stopped: Stop | None = None
    answer.mutated.clear()
    try:
        for label, value in exercise.script(answer, exercise.rng(seed)):
            steps.append((label, copy(value)))
    except (Unsolved, AnswerError, AnswerTimeout, AnswerCrashed) as error:
        stopped = error
    return Trace(tuple(steps), stopped, answer.doing, frozenset(answer.mutated))


def first_difference(exercise: Exercise, mine: Trace, right: Trace) -> tuple[str, Any] | None:
    """The label and Difference of the first observation where two traces part, or None.

    Observations are compared in order; a run that stopped early differs nowhere by itself.
    """
    for (label, got), (_, want) in zip(mine.steps, right.steps, strict=False):
        found = difference(exercise, got, want)
        if found:
            return label, found
    return None


def difference(exercise: Exercise, got, want) -> Difference | None:
    """`compare` with the exercise's own tolerance."""
    return compare(got, want, rtol=exercise.rtol, atol=exercise.atol)


def equal(exercise: Exercise, a: Trace, b: Trace) -> bool:
    """True if answer a behaved as b did: same values, same end, same arguments changed."""
    return (
        len(a.steps) == len(b.steps)
        and a.mutated == b.mutated
        and _kind(a.stopped) == _kind(b.stopped)
        and first_difference(exercise, a, b) is None
    )


def _kind(stopped: Stop | None):
    return (type(stopped), getattr(stopped, "kind", None))
