"""Questions whose answer is a number: worked out, or guessed before the experiment shows it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from coursekit import printed, stored
from coursekit.checking.compare import to_array
from coursekit.checking.questions.question import Question, calling_lesson
from coursekit.checking.result import Result
from coursekit.checking.task import enter
from coursekit.checking.words import brief, sentence
from coursekit.errors import ExerciseError


@dataclass(frozen=True)
class Predict(Question):
    """A number to guess before the experiment shows it; scored by distance, never punished."""

    name: str
    question: str
    truth: float | str | Callable[[], float]
    because: str
    lesson: str
    unit: str = ""
    scale: float = 1.0  # a miss of this much is "far"
    serves: float = 0  # a miss of this much is as good as none
    points: float = 0

    @property
    def value(self) -> float:
        """The truth: computed where it is a function, looked up where it was measured."""
        if isinstance(self.truth, str):
            return printed.number(self.truth, stored.shown(self.lesson))
        return float(self.truth() if callable(self.truth) else self.truth)

    def problems(self) -> list[str]:
        """Every reason why it cannot be asked: its truth is no number, or cannot be had."""
        try:
            finite = math.isfinite(self.value)
        except Exception as error:
            return [f"its truth cannot be worked out: {type(error).__name__}: {error}"]
        return [] if finite else [f"its truth is {self.value}, which is no number to guess"]

    def judge(self, guess: Any) -> Result:
        """Say how far a guess is from the truth, and why the truth is what it is."""
        if guess is ...:
            return self.verdict(
                "unsolved", "no guess yet.", "Guess first: being wrong here is free."
            )
        number = _number(guess)
        if number is None:
            words = sentence(f"{_asked(guess)} is needed; got {brief(guess)}")
            return self.verdict("failed", words, "Type one number.")
        away = self._distance(abs(number - self.value))
        words = f"the answer is {_short(self.value)}{self.unit}; you were {away or 'right'}."
        status = "guessed" if away else "passed"  # a tick is for what is right
        return self.verdict(status, f"{words} {self.filled(self.because)}", "Read on.")

    def _distance(self, miss: float) -> str:
        """How far off a guess is, in words; "" where it is right."""
        if miss <= max(0.02 * self.scale, self.serves):
            return ""
        apart = _short(miss) + (" points" if self.unit.strip() == "%" else self.unit)
        return f"close: {apart} away" if miss <= 0.25 * self.scale else f"off by {apart}"

    def markdown(self) -> str:
        """The question, for the lesson's page."""
        unit = f" (in {self.unit.strip()})" if self.unit else ""
        return f"**Predict.** {self.question}{unit}"


@dataclass(frozen=True)
class Numeric(Question):
    """A number to work out; `slips` maps wrong numbers to the reason behind each."""

    name: str
    question: str
    answer: float
    because: str
    lesson: str
    unit: str = ""
    rtol: float = 0.01
    slips: dict[float, str] = field(default_factory=dict)
    points: float = 0

    def judge(self, value: Any) -> Result:
        """Compare a number within its tolerance; a known slip is told what it is."""
        if value is ...:
            return self.verdict("unsolved", "not answered yet.", f"Set {self.name} to a number.")
        number = _number(value)
        if number is None:
            unit = f" in {self.unit}" if self.unit else ""
            words = sentence(f"{_asked(value)}{unit} is needed; got {brief(value)}")
            return self.verdict("failed", words, "Type one number.")
        if self.near(number, self.answer):
            return self.verdict("passed", f"yes. {self.filled(self.because)}", "Read on.")
        for slip, reason in self.slips.items():
            if self.near(number, slip):
                return self.verdict(
                    "failed", self.filled(reason), "Work it out again.", f"{slip:g}"
                )
        way = "too large" if number > self.answer else "too small"
        return self.verdict("failed", f"{number:g} is {way}.", "Work it out again.")

    def near(self, a: float, b: float) -> bool:
        """True if two numbers count as the same answer."""
        return math.isclose(a, b, rel_tol=self.rtol, abs_tol=1e-12)

    def markdown(self) -> str:
        """The question and the unit it wants, for the lesson's page."""
        return f"**{self.question}**" + (f" (in {self.unit})" if self.unit else "")


def _short(value: float) -> str:
    """Three digits; whole numbers from a thousand on."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def predict(
    name: str,
    question: str,
    *,
    truth: Any,
    because: str,
    unit: str = "",
    scale: float = 1.0,
    serves: float = 0,
) -> Predict:
    """Register a number to guess.

    Args:
        serves: a miss of that much still counts as right.
        truth: a number, a function that computes it, or "{{result CELL | ROW | COLUMN}}": what a
            cell of the lesson printed. Texts take measured numbers in the same way.
    """
    new = Predict(name, question, truth, because, calling_lesson(), unit, scale, serves)
    enter(new)
    return new


def numeric(
    name: str,
    question: str,
    *,
    answer: float,
    because: str,
    unit: str = "",
    rtol: float = 0.01,
    slips: dict[float, str] | None = None,
) -> Numeric:
    """Register a number to work out, in a unit, within a relative tolerance.

    Raises:
        ExerciseError: the answer, the tolerance or a slip is no number, or a slip lies within the
            tolerance of the answer.
    """
    for number in (answer, rtol, *(slips or {})):
        if _number(number) is None:
            raise ExerciseError(f"{name}: a number is needed, not {brief(number)}")
    new = Numeric(name, question, answer, because, calling_lesson(), unit, rtol, slips or {})
    right = [slip for slip in new.slips if new.near(slip, answer)]
    if right:
        raise ExerciseError(f"{name}: the slip {right[0]:g} would count as right")
    enter(new)
    return new


def _asked(value: Any) -> str:
    """What is needed in the place of that, which may well be a number."""
    if isinstance(value, complex):
        return "a real number"
    array = to_array(value)
    if array is not None and array.dtype != bool and array.size == 1:
        return "a finite number"
    return "one number" if array is not None and array.size > 1 else "a number"


def _number(value: Any) -> float | None:
    """One finite number, in whatever container; None for anything else, True and False too."""
    if isinstance(value, Decimal | Fraction):
        return float(value) if math.isfinite(value) else None
    array = to_array(value)
    if array is not None and array.dtype == bool:
        return None
    if array is None or array.size != 1 or not math.isfinite(number := float(array.reshape(()))):
        return None
    return number
