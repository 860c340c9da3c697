"""Questions beside the code: one right option with a reason for each, and guesses that teach."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from coursekit.checking.compare import to_array
from coursekit.checking.result import Result
from coursekit.checking.task import enter, lesson_of
from coursekit.errors import ExerciseError


@dataclass(frozen=True)
class Quiz:
    """A multiple-choice question; every option carries the reason it is right or wrong.

    An `answer` of several letters ("ac") asks for all of them.
    """

    name: str
    question: str
    options: dict[str, tuple[str, str]]  # letter -> (text, reason)
    answer: str
    lesson: str
    points: float = 0

    def judge(self, value: Any) -> Result:
        """Compare the chosen letter, or letters where several are right; `...` is calm."""
        if value is ...:
            several = "every right letter" if len(self.answer) > 1 else "one letter"
            return _verdict(self, "unsolved", "not answered yet.", f"Set {self.name} to {several}.")
        chosen = _letters(value)
        if not chosen or not chosen <= self.options.keys():
            letters = ", ".join(map(repr, self.options))
            return _verdict(self, "failed", f"answer with one of {letters}; got {value!r}.", "")
        right, letters = set(self.answer), "".join(sorted(chosen))
        if chosen == right:
            reasons = " ".join(self.options[letter][1] for letter in letters)
            return _verdict(self, "passed", f"yes. {reasons}", "Read on.")
        if wrong := sorted(chosen - right):
            reasons = " ".join(f"not {w!r}: {self.options[w][1]}" for w in wrong)
            return _verdict(self, "failed", reasons, "Choose again.", letters)
        return _verdict(self, "failed", "right so far, and not all of it.", "What else?", letters)

    def markdown(self) -> str:
        """The question with its lettered options, for the lesson's page."""
        several = " (every right one)" if len(self.answer) > 1 else ""
        lines = [f"- **{letter}** {text}" for letter, (text, _) in self.options.items()]
        return "\n".join([f"**{self.question}**{several}", "", *lines])


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
            return _verdict(
                self, "unsolved", "no guess yet.", "Guess first: being wrong here is free."
            )
        number = _number(guess)
        if number is None:
            return _verdict(
                self, "failed", f"a number is needed; got {guess!r}.", "Type one number."
            )
        miss = abs(number - self.value)
        words = f"the answer is {self.value:.3g}{self.unit}; you were {self._distance(miss)}."
        return _verdict(self, "passed", f"{words} {self.because}", "Read on.")

    def _distance(self, miss: float) -> str:
        if miss <= 0.02 * self.scale:
            return "right"
        if miss <= 0.25 * self.scale:
            return f"close: {miss:.3g}{self.unit} away"
        return f"off by {miss:.3g}{self.unit}"

    def markdown(self) -> str:
        """The question, for the lesson's page."""
        unit = f" (in {self.unit.strip()})" if self.unit else ""
        return f"**Predict.** {self.question}{unit}"


@dataclass(frozen=True)
class Numeric:
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
            return _verdict(self, "unsolved", "not answered yet.", f"Set {self.name} to a number.")
        number = _number(value)
        if number is None:
            words = f"a number{f' in {self.unit}' if self.unit else ''} is needed; got {value!r}."
            return _verdict(self, "failed", words, "Type one number.")
        if self.near(number, self.answer):
            return _verdict(self, "passed", f"yes. {self.because}", "Read on.")
        for slip, reason in self.slips.items():
            if self.near(number, slip):
                return _verdict(self, "failed", reason, "Work it out again.", f"{slip:g}")
        way = "too large" if number > self.answer else "too small"
        return _verdict(self, "failed", f"{number:g} is {way}.", "Work it out again.")

    def near(self, a: float, b: float) -> bool:
        """True if two numbers count as the same answer."""
        return math.isclose(a, b, rel_tol=self.rtol, abs_tol=1e-12)

    def markdown(self) -> str:
        """The question and the unit it wants, for the lesson's page."""
        return f"**{self.question}**" + (f" (in {self.unit})" if self.unit else "")


@dataclass(frozen=True)
class Manual:
    """A question answered in prose: collected with its rubric for the instructor, not judged."""

    name: str
    question: str
    rubric: tuple[str, ...]
    lesson: str
    points: float = 1

    def judge(self, value: Any) -> Result:
        """Take a text as it is; an empty one is unsolved."""
        if not isinstance(value, str) or not value.strip():
            return _verdict(self, "unsolved", "not answered yet.", "Write a sentence or two.")
        words = f"{len(value.split())} words, kept for your instructor."
        return _verdict(self, "manual", words, "Read on.")

    def markdown(self) -> str:
        """The question and what a good answer holds, for the lesson's page."""
        return "\n".join([f"**{self.question}**", "", *(f"- {line}" for line in self.rubric)])


Question = Quiz | Numeric | Predict | Manual


def quiz(name: str, question: str, options: dict[str, tuple[str, str]], *, answer: str) -> Quiz:
    """Register a multiple-choice question of the calling lesson.

    Raises:
        ExerciseError: the right letter is no option, or an option has no reason.
    """
    if not answer or not set(answer) <= options.keys():
        raise ExerciseError(f"{name}: the right answer {answer!r} is not among its options")
    bare = [letter for letter, (_, reason) in options.items() if not reason.strip()]
    if bare:
        raise ExerciseError(f"{name}: say why for option {', '.join(bare)}")
    new = Quiz(name, question, options, answer, _calling_lesson())
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
        ExerciseError: a slip lies within the tolerance of the answer.
    """
    new = Numeric(name, question, answer, because, _calling_lesson(), unit, rtol, slips or {})
    right = [slip for slip in new.slips if new.near(slip, answer)]
    if right:
        raise ExerciseError(f"{name}: the slip {right[0]:g} would count as right")
    enter(new)
    return new


def manual(name: str, question: str, *, rubric: tuple[str, ...], points: float = 1) -> Manual:
    """Register a question to be answered in prose and read by the instructor.

    Raises:
        ExerciseError: there is no rubric to read it by.
    """
    if not rubric:
        raise ExerciseError(f"{name}: say in a rubric what a good answer holds")
    new = Manual(name, question, rubric, _calling_lesson(), points)
    enter(new)
    return new


def predict(name: str, question: str, *, truth, because: str, unit: str = "", scale: float = 1.0):
    """Register a number to guess; `truth` is a number or a function that computes it."""
    new = Predict(name, question, truth, because, _calling_lesson(), unit, scale)
    enter(new)
    return new


def _verdict(task: "Question", status: str, message: str, next: str, diagnosis=None) -> Result:
    rung = "values" if status == "failed" else ""
    return Result(
        task.name,
        task.lesson,
        status,
        0,
        task.points,
        rung,
        message,
        diagnosis=diagnosis,
        next=next,
    )


def _number(value: Any) -> float | None:
    """One finite number, in whatever container; None for anything else, True and False too."""
    array = to_array(value)
    if array is not None and array.dtype == bool:
        return None
    if array is None or array.size != 1 or not math.isfinite(number := float(array.reshape(()))):
        return None
    return number


def _letters(value: Any) -> set[str]:
    """The letters chosen: "b", "AC", ["a", "c"]; nothing where it is no choice."""
    if isinstance(value, list | tuple | set):
        if not all(isinstance(v, str) and len(v.strip()) == 1 for v in value):
            return set()
        return {v.strip().lower() for v in value}
    return set(value.replace(",", "").replace(" ", "").lower()) if isinstance(value, str) else set()


def _calling_lesson() -> str:
    frame = inspect.currentframe()
    assert frame and frame.f_back and frame.f_back.f_back
    return lesson_of(frame.f_back.f_back.f_globals["__name__"])
