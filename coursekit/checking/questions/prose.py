"""Questions answered in prose, which the instructor reads."""

from dataclasses import dataclass
from typing import Any

from coursekit.checking.questions.question import Question, calling_lesson
from coursekit.checking.result import Result
from coursekit.checking.task import enter
from coursekit.errors import ExerciseError


@dataclass(frozen=True)
class Manual(Question):
    """A question answered in prose: collected with its rubric for the instructor, not judged."""

    name: str
    question: str
    rubric: tuple[str, ...]
    lesson: str
    points: float = 1

    def judge(self, value: Any) -> Result:
        """Take a text as it is; an empty one is unsolved."""
        if not isinstance(value, str) or not value.strip():
            return self.verdict("unsolved", "not answered yet.", "Write a sentence or two.")
        words = f"{len(value.split())} words, kept for your instructor."
        return self.verdict("manual", words, "Read on.")

    def markdown(self) -> str:
        """The question and what a good answer holds, for the lesson's page."""
        return "\n".join([f"**{self.question}**", "", *(f"- {line}" for line in self.rubric)])


def manual(name: str, question: str, *, rubric: tuple[str, ...], points: float = 1) -> Manual:
    """Register a question to be answered in prose and read by the instructor.

    Raises:
        ExerciseError: there is no rubric to read it by.
    """
    if not rubric:
        raise ExerciseError(f"{name}: say in a rubric what a good answer holds")
    new = Manual(name, question, rubric, calling_lesson(), points)
    enter(new)
    return new
