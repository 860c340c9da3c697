"""From what a wrong answer did to what its author did: the mistake that behaves the same."""

from dataclasses import dataclass

from coursekit.checking.expected import expected
from coursekit.checking.local import Local
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Trace, equal, observe


@dataclass(frozen=True)
class Diagnosis:
    """The mistake (or pair of mistakes) whose whole trace equals the learner's."""

    name: str
    explanation: str


def diagnose(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    """Name the mistake whose every observation equals the learner's; single ones, then pairs."""
    for name, mistake in exercise.mistakes.items():
        if expected(exercise.name, name, seed).equals(mine):
            return Diagnosis(name, mistake.explanation)
    given_back = Local(lambda *a, **k: a[0], name=exercise.name)
    if mine.steps and equal(exercise, mine, observe(exercise, given_back, seed, beside=mine)):
        return Diagnosis("returns_input", "You returned the first argument as it came in.")
    for a, b, _ in exercise.pairs():
        name = f"{a.name}+{b.name}"
        if expected(exercise.name, name, seed).equals(mine):
            return Diagnosis(name, f"Two things at once. {a.explanation} {b.explanation}")
    return None
