"""From what a wrong answer did to what its author did: the mistake that behaves the same."""

from dataclasses import dataclass
from functools import lru_cache

from coursekit.checking.local import Local
from coursekit.checking.task import REGISTRY, Exercise
from coursekit.checking.trace import Trace, equal, observe


@dataclass(frozen=True)
class Diagnosis:
    """The mistake (or pair of mistakes) whose whole trace equals the learner's."""

    name: str
    explanation: str


@lru_cache(maxsize=512)
def expected_trace(exercise_name: str, mistake: str, seed: int) -> Trace:
    """The trace of the right answer (mistake "") or of a named mistake; run once per seed."""
    exercise = REGISTRY[exercise_name]
    assert isinstance(exercise, Exercise)
    function = exercise.mistakes[mistake].function if mistake else exercise.right
    return observe(exercise, Local(function, name=exercise_name), seed)


def diagnose(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    """Name the mistake whose every observation equals the learner's; single ones, then pairs."""
    for name, mistake in exercise.mistakes.items():
        if equal(exercise, mine, expected_trace(exercise.name, name, seed)):
            return Diagnosis(name, mistake.explanation)
    for a, b, both in exercise.pairs():
        if equal(exercise, mine, observe(exercise, Local(both, name=exercise.name), seed)):
            return Diagnosis(
                f"{a.name}+{b.name}", f"Two things at once. {a.explanation} {b.explanation}"
            )
    return None
