"""What a lesson says of itself; its header card and the README's table are made from it."""

from dataclasses import dataclass

OURS = "coursekit.exercises."  # before the name of a module of this course's
PACK = "coursekit pack "  # before the name of another course's module: no import finds it


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


def lesson_of(module: str) -> str:
    """coursekit.exercises.NAME or a module below it -> NAME; a foreign module -> its own name."""
    inside = module.removeprefix(OURS)
    if inside != module:
        return inside.partition(".")[0]
    pack = module.removeprefix(PACK)
    return pack if pack != module else module.rpartition(".")[2]
