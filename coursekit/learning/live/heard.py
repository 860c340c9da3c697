"""What the leader has sent down, as words for whoever is to read it."""

from typing import Any

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.workshop.wire import WORDS, clean


def in_words(news: dict[str, Any]) -> str:
    """One thing that was sent down, as a learner reads it; "" where this course does not know it.

    What a hint says is this course's own: the room only names it.
    """
    kind, name = news.get("kind"), str(news.get("exercise", ""))
    if kind == "pace":
        return clean(str(news.get("words", "")), WORDS)
    try:
        task = exercises.find(name)
    except ModuleNotFoundError:
        task = None
    if not isinstance(task, Exercise):
        return ""
    if kind == "answer":
        return f"the worked answer of {name}:\n{task.worked_answer()}"
    level = news.get("level")
    if kind == "hint" and isinstance(level, int) and 1 <= level <= len(task.hints):
        return f"a hint for {name}: {task.hints[level - 1]}"
    return ""
