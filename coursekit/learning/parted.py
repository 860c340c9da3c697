"""A part that is asked for and is none: said in words, as all that `check` says."""

from coursekit.checking import Exercise, Question, Result, Task
from coursekit.checking.task import did_you_mean


def no_part(task: Task, part: object) -> Result | None:
    """What to say where an exercise has no part of that name; None where it has."""
    parts = task.parts if isinstance(task, Exercise) else {}
    if isinstance(part, str) and part in parts:
        return None
    about = (task.name, task.lesson, "missing", 0, 0, "defined")
    if not parts:
        asked = task.name if isinstance(task, Exercise) else repr(task.name)
        words = f"{task.name} has no parts; it is checked as a whole."
        after = f"check({asked}{'' if asked == task.name else ', …'})"
        return Result(*about, words, next=after, question=isinstance(task, Question))
    close = did_you_mean(part, parts) if isinstance(part, str) else ""
    words = f"{task.name} has no part {part!r}; its parts are {', '.join(parts)}.{close}"
    return Result(*about, words, next=f'check({task.name}, part="{next(iter(parts))}")')
