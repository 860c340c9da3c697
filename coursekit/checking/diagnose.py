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


@lru_cache(maxsize=4096)
def expected_trace(exercise_name: str, behaviour: str, seed: int) -> Trace:
    """The trace of the right answer (""), a named mistake or a pair ("a+b"); run once per seed."""
    exercise = REGISTRY[exercise_name]
    assert isinstance(exercise, Exercise)
    return observe(exercise, Local(exercise.behaviour(behaviour), name=exercise_name), seed)


def diagnose(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    """Name the mistake whose every observation equals the learner's; single ones, then pairs."""
    for name, mistake in exercise.mistakes.items():
        if equal(exercise, mine, expected_trace(exercise.name, name, seed)):
            return Diagnosis(name, mistake.explanation)
    given_back = Local(lambda *a, **k: a[0], name=exercise.name)
    if mine.steps and equal(exercise, mine, observe(exercise, given_back, seed)):
        return Diagnosis("returns_input", "You returned the first argument as it came in.")
    for a, b, _ in exercise.pairs():
        name = f"{a.name}+{b.name}"
        if equal(exercise, mine, expected_trace(exercise.name, name, seed)):
            return Diagnosis(name, f"Two things at once. {a.explanation} {b.explanation}")
    return None
