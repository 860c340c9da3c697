"""What every question beside the code has in common: it takes a value and says why."""

import inspect
from pathlib import Path
from typing import Any

from coursekit import printed, stored
from coursekit.checking.lesson import OURS, lesson_of
from coursekit.checking.result import Result
from coursekit.lettered import Page


class Question:
    """A question of a lesson; reported beside the score, with weight 0 unless points are set."""

    name: str
    question: str
    lesson: str
    points: float

    def printed_on(self, page: Page | None) -> "Question":
        """The question as a notebook prints it; as it is, where it has nothing to be mixed up."""
        return self

    def judge(self, value: Any) -> Result:
        """Say what is right or wrong with an answer, and why; `...` is not answered yet."""
        raise NotImplementedError

    def markdown(self) -> str:
        """The question, for the lesson's page."""
        raise NotImplementedError

    def problems(self) -> list[str]:
        """Every reason why it cannot be asked."""
        return []

    def filled(self, text: str) -> str:
        """A text of the course's, with what was measured for each {{result CELL | ROW | COLUMN}}.

        Raises:
            ArgumentError: there is no such cell, row or number.
        """
        return printed.fill(text, stored.shown(self.lesson)) if "{{" in text else text

    def verdict(self, status: str, message: str, next: str, diagnosis: str | None = None) -> Result:
        """A result of this question, which earns nothing by itself.

        Args:
            message: said as it is: it may quote the answer.
        """
        rung = "values" if status == "failed" else ""
        about = (self.name, self.lesson, status, 0, self.points, rung, message)
        return Result(*about, diagnosis=diagnosis, next=next, question=True)


def calling_lesson() -> str:
    """The lesson of the module that calls the function that calls this."""
    frame = inspect.currentframe()
    assert frame and frame.f_back and frame.f_back.f_back
    return lesson_of(frame.f_back.f_back.f_globals["__name__"])


def calling_file() -> Path | None:
    """The file of that module; None where it is another course's."""
    frame = inspect.currentframe()
    assert frame and frame.f_back and frame.f_back.f_back
    names = frame.f_back.f_back.f_globals
    ours = str(names["__name__"]).startswith(OURS)
    return Path(names["__file__"]) if ours else None
