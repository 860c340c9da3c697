"""What a lesson says of itself; its header card and the README's table are made from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Args:
        title: as printed.
        question: the question that opens the lesson, one sentence.
        difficulty: 1 to 5.
        cpu_seconds: an upper bound on the solved notebook's CPU time, held by `make budget`.
        objectives: 3 to 5, each starting with a verb.
        prerequisites: lesson names, without their numbers.
        draft: its exercises exist, its notebook does not yet; learners are not shown it.
    """

    title: str
    difficulty: int
    cpu_seconds: int
    objectives: tuple[str, ...]
    question: str = ""
    prerequisites: tuple[str, ...] = ()
    draft: bool = False

    @property
    def stars(self) -> str:
        return stars(self.difficulty)


def stars(difficulty: int) -> str:
    """A difficulty from 1 to 5, as learners see it."""
    return "★" * difficulty + "☆" * (5 - difficulty)
