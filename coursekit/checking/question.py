"""Questions beside the code: one right option with a reason for each, and guesses that teach."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coursekit.checking.compare import to_array
from coursekit.checking.result import Result
from coursekit.checking.task import enter
from coursekit.errors import ExerciseError


@dataclass(frozen=True)
class Quiz:
    """A multiple-choice question; every option carries the reason it is right or wrong."""

    name: str
    question: str
    options: dict[str, tuple[str, str]]  # letter -> (text, reason)
    answer: str
    lesson: str
    points: float = 0

    def judge(self, value: Any) -> Result:
        """Compare a chosen letter; an unanswered `...` is calm."""
        if value is ...:
            return self._result("unsolved", "not answered yet.", f"{self.name} = one letter.")
        letter = value.strip().lower() if isinstance(value, str) else value
        if letter not in self.options:
            letters = ", ".join(map(repr, self.options))
            return self._result("failed", f"answer with one of {letters}; got {value!r}.", "")
        text, reason = self.options[letter]
        if letter == self.answer:
            return self._result("passed", f"yes: {text}. {reason}", "Go on to the next question.")
        return self._result("failed", f"not {letter!r}: {reason}", "Choose again.", letter)

    def _result(self, status, message, next, diagnosis=None) -> Result:
        rung = "values" if status == "failed" else ""
        return Result(
            self.name, self.lesson, status, 0, 0, rung, message, diagnosis=diagnosis, next=next
        )

    def markdown(self) -> str:
        """The question with its lettered options, for the lesson's page."""
        lines = [f"- **{letter}** {text}" for letter, (text, _) in self.options.items()]
        return "\n".join([f"**{self.question}**", "", *lines])


@dataclass(frozen=True)
class Predict:
    """A number to guess before the experiment shows it; scored by distance, never punished."""

    name: str
    question: str
    truth: float | Callable[[], float]
    because: str
    lesson: str
    unit: str = ""
    scale: float = 1.0  # a miss of this much is "far"
    points: float = 0

    @property
    def value(self) -> float:
        """The truth, computed where it is a function."""
        return float(self.truth() if callable(self.truth) else self.truth)

    def judge(self, guess: Any) -> Result:
        """Say how far a guess is from the truth, and why the truth is what it is."""
        if guess is ...:
            return self._result(
                "unsolved", "no guess yet.", "Guess first: being wrong here is free."
            )
        array = to_array(guess)
        if array is None or array.size != 1 or not math.isfinite(float(array.reshape(()))):
            return self._result("failed", f"a number is needed; got {guess!r}.", "Type one number.")
        miss = abs(float(array.reshape(())) - self.value)
        words = f"the answer is {self.value:.3g}{self.unit}; you were {self._distance(miss)}."
        return self._result("passed", f"{words} {self.because}", "Run the next cell and see.")

    def _distance(self, miss: float) -> str:
        if miss <= 0.02 * self.scale:
            return "right"
        near = "close" if miss <= 0.25 * self.scale else "off"
        return f"{near}, by {miss:.3g}{self.unit}"

    def _result(self, status, message, next) -> Result:
        rung = "values" if status == "failed" else ""
        return Result(self.name, self.lesson, status, 0, 0, rung, message, next=next)

    def markdown(self) -> str:
        """The question, for the lesson's page."""
        unit = f" (in {self.unit.strip()})" if self.unit else ""
        return f"**Predict.** {self.question}{unit}"


def quiz(name: str, question: str, options: dict[str, tuple[str, str]], *, answer: str) -> Quiz:
    """Register a multiple-choice question of the calling lesson.

    Raises:
        ExerciseError: the right letter is no option, or an option has no reason.
    """
    if answer not in options:
        raise ExerciseError(f"{name}: the right answer {answer!r} is not among its options")
    bare = [letter for letter, (_, reason) in options.items() if not reason.strip()]
    if bare:
        raise ExerciseError(f"{name}: say why for option {', '.join(bare)}")
    new = Quiz(name, question, options, answer, _calling_lesson())
    enter(new)
    return new


def predict(name: str, question: str, *, truth, because: str, unit: str = "", scale: float = 1.0):
    """Register a number to guess; `truth` is a number or a function that computes it."""
    new = Predict(name, question, truth, because, _calling_lesson(), unit, scale)
    enter(new)
    return new


def _calling_lesson() -> str:
    frame = inspect.currentframe()
    assert frame and frame.f_back and frame.f_back.f_back
    return frame.f_back.f_back.f_globals["__name__"].rpartition(".")[2]
