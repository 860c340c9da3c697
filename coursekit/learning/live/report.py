"""What is sent of a check: exercise, outcome, the mistake's name, attempt, seconds."""

import time
from typing import Any

from coursekit.checking import Manual, Question, Quiz, Result, Task
from coursekit.checking.questions.quiz import chosen_letters
from coursekit.checking.told import names
from coursekit.workshop.wire import OUTCOMES, is_answer

TOGETHER = 2  # causes at once that a room takes


class Report:
    """Tells how long was spent on each exercise: since the last check of another one."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._last = time.monotonic()

    def of(self, task: Task, result: Result, value: Any) -> dict[str, Any] | None:
        """The event to send; None where nothing is to be."""
        if isinstance(task, Question):
            return None if isinstance(task, Manual) else guess(task, value)
        now = time.monotonic()
        begun = self._begun.setdefault(task.name, self._last)
        self._last = now
        if result.status not in OUTCOMES:  # a stub, or no verdict
            return None
        return {
            "kind": "check",
            "exercise": task.name,
            "outcome": result.status,
            "diagnosis": _short(result.diagnosis or ""),
            "attempt": result.attempt,
            "seconds": round(now - begun, 1),
        }


def _short(diagnosis: str) -> str:
    """The causes by their names, without what each explains: a room speaks of mistakes."""
    return "+".join([*dict.fromkeys(names(diagnosis))][:TOGETHER])


def guess(task: Question, value: Any) -> dict[str, Any] | None:
    """An answer to a question, as letters or a number."""
    if isinstance(task, Quiz):
        chosen = chosen_letters(value)
        text = "".join(sorted(chosen)) if chosen <= task.options.keys() else ""
    elif isinstance(value, str):
        return None
    else:
        try:
            text = repr(float(value))
        except (TypeError, ValueError, OverflowError):
            return None
    if not is_answer(text):
        return None
    return {"kind": "guess", "exercise": task.name, "text": text}
