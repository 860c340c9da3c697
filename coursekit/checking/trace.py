"""Everything an answer was seen to do: named observations, and how it ended."""

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from coursekit.checking.answer import (
    Answer,
    AnswerCrashed,
    AnswerError,
    AnswerTimeout,
    Unsolved,
)
from coursekit.checking.compare import ANSWER, compare
from coursekit.checking.domain import then_drawn
from coursekit.checking.local import INNER, copy, parameters
from coursekit.checking.result import Difference
from coursekit.checking.returned import returned_names
from coursekit.checking.rounding import explains
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.words import line
from coursekit.errors import ExerciseError, JudgeError, SandboxError

Stop = Unsolved | AnswerError | AnswerTimeout | AnswerCrashed


class ScriptFailed(Exception):
    """An exercise's own code raised: its cases, its script, or what compares for it.

    Of an answer this says something only where it gave another value than the right one first.
    """

    def __init__(self, error: Exception, doing: str):
        while_doing = f", while trying: {doing}" if doing else ""
        super().__init__(f"{type(error).__name__}: {error}{while_doing}")
        self.doing = doing


class Given(NamedTuple):
    """One call: its arguments, and what came of it.

    `direct` where it was the answer itself that was called, and not what it had returned.
    """

    arguments: tuple
    direct: bool
    value: Any = ...


class Step(NamedTuple):
    """One observation; a wrong value in it fails on `rung`."""

    label: str
    value: Any
    rung: str = "values"
    given: "Given | None" = None  # what the answer was last called with, where it keeps that
    seed: int = PUBLIC_SEED
    place: int = -1  # among the observations of that seed


@dataclass(frozen=True)
class Trace:
    """The observations of one run of an exercise's script."""

    steps: tuple[Step, ...]
    stopped: Stop | None  # the exception that ended the run early
    doing: str  # what was being tried when it stopped
    mutated: frozenset[str]
    given: "Given | None" = None  # what it was called with when it stopped
    parted: bool = False  # it was watched only until it left another trace

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(step.label for step in self.steps)

    def step(self, label: str) -> Step:
        """The observation of that label."""
        return next(step for step in self.steps if step.label == label)

    def __getitem__(self, label: str) -> Any:
        return self.step(label).value


def observe(exercise: Exercise, answer: Answer, seed: int, *, beside: Trace | None = None) -> Trace:
    """Run the exercise's script on an answer and keep a copy of every observation.

    With another trace `beside` it, only until the two part.

    Raises:
        ScriptFailed: the script, its cases or a comparison raised.
    """
    steps: list[Step] = []
    stopped: Stop | None = None
    parted = False
    answer.mutated.clear()
    answer.returned.clear()
    answer.doing = ""
    try:
        observations = exercise.script(answer, exercise.rng(seed))
        if exercise.domain and seed != PUBLIC_SEED:
            observations = then_drawn(observations, exercise, answer, seed)
        for observation in observations:
            step = _step(observation)
            given = getattr(answer, "given", None)
            step = step._replace(value=copy(step.value), given=given)
            steps.append(step._replace(seed=seed, place=len(steps)))
            if beside is not None and not _same_place(exercise, beside.steps, steps):
                parted = True
                break
    except (Unsolved, AnswerError, AnswerTimeout, AnswerCrashed) as error:
        stopped = error
    except (JudgeError, SandboxError):
        raise
    except Exception as error:
        raise ScriptFailed(error, answer.doing) from error
    changed = frozenset(_names(exercise, answer.mutated) - set(exercise.writes))
    given = getattr(answer, "given", None)
    return Trace(tuple(steps), stopped, answer.doing, changed, given, parted)


def _step(observation: Any) -> Step:
    """What a script yielded, as a step.

    Raises:
        ExerciseError: it is no observation; says what is.
    """
    match observation:
        case (str(), _) | (str(), _, str()):
            return Step(*observation)
        case (str() as label, _, rung):
            raise ExerciseError(f"{label!r} is yielded on a rung {line(rung)}, which is no name")
    raise ExerciseError(
        "a script yields a label in quotes, a value and perhaps a rung: "
        f'`yield "output", value`; it yielded {line(observation)}'
    )


def _names(exercise: Exercise, places: set[int]) -> set[str]:
    """Arguments as the exercise calls them, whatever the answer does."""
    asked = [p.rstrip("=") for p in parameters(exercise.right) or [] if not p.startswith("*")]
    known = dict(enumerate(asked)) | {INNER: "its input"}
    return {known.get(place, f"argument {place + 1}") for place in places}


def _same_place(exercise: Exercise, others: tuple[Step, ...], steps: list[Step]) -> bool:
    """True if the last of these steps is what the other trace holds there."""
    n = len(steps)
    return len(others) >= n and differ(exercise, others[n - 1], steps[-1]) is None


def first_difference(
    exercise: Exercise, mine: Trace, right: Trace
) -> tuple[str, Difference] | None:
    """The label and Difference of the first observation where two traces part, or None.

    Observations are compared in order; a run that stopped early differs nowhere by itself.
    """
    for got, want in zip(mine.steps, right.steps, strict=False):
        found = differ(exercise, got, want)
        if found:
            rung = want.rung if found.rung == "values" else found.rung
            return got.label, replace(found, rung=rung)
    return None


def differ(exercise: Exercise, got: Step, want: Step) -> Difference | None:
    """How one observation differs from the one expected; None if it does not.

    What a script observed goes by its label: it need not be what the answer returned.
    """
    found = compare(
        got.value,
        want.value,
        rtol=exercise.rtol,
        atol=exercise.atol,
        path=ANSWER if exercise.cases else want.label,
        names=returned_names(exercise),
    )
    if found is None or explains(exercise, want.seed, want.place, got.value, want.value):
        return None
    return found


def equal(exercise: Exercise, a: Trace, b: Trace) -> bool:
    """True if answer a behaved as b did: same values, same end, same arguments changed."""
    return (
        not (a.parted or b.parted)
        and len(a.steps) == len(b.steps)
        and a.mutated == b.mutated
        and _same_end(a.stopped, b.stopped)
        and first_difference(exercise, a, b) is None
    )


def _same_end(a: Stop | None, b: Stop | None) -> bool:
    return type(a) is type(b) and getattr(a, "kind", None) == getattr(b, "kind", None)


def same_words(a: Stop | None, b: Stop | None) -> bool:
    """True if two errors say the same, or were raised by the same line of code."""
    said = [_plain(getattr(error, "message", "")) for error in (a, b)]
    lines = [getattr(error, "where", "").partition(": ")[2] for error in (a, b)]
    return said[0] == said[1] or lines[0] == lines[1] != ""


def _plain(words: str) -> str:
    """Without what differs from run to run, or is cut differently on the way out of a box.

    Nor with the called function's own name, which Python puts in front: a mistake's is another.
    """
    words = re.sub(r"^[\w.<>]+\(\) ", "", words)
    return " ".join(re.sub(r"0x[0-9a-fA-F…]+", "", words).split())[:200]
