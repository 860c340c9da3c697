"""What becomes of a verdict beyond being kept: the line of a slip, and what a live room hears."""

from typing import Any

from coursekit.checking import Exercise, Result, Task
from coursekit.checking.naming.told import with_code
from coursekit.learning import page
from coursekit.learning.history import hints_at, workspace_folder
from coursekit.learning.live import member


def shown(task: Task, result: Result) -> Result:
    """The result, with the line that a slip without a name changes once the last hint is taken."""
    if not isinstance(task, Exercise) or hints_at(task.name) < len(task.hints):
        return result
    try:
        return with_code(task, result)
    except Exception:  # a fault of ours must never cost the learner the verdict
        return result


def begin() -> None:
    """Load the live room, if one was joined: what is spent on an exercise counts from now on."""
    if _joined():
        from coursekit.learning.live import session as session


def reported(task: Task, result: Result, value: Any, answer: Any) -> Result:
    """The result, of which a live room hears, if one was joined; nothing here waits for it.

    Votes are counted by today's options, whatever the learner's notebook prints.
    """
    try:
        if not _joined():
            return result
        from coursekit.learning.live import session  # the network's modules, which few need

        return session.checked(task, result, page.todays(task, value), answer)
    except Exception:  # a fault of ours must never cost the learner the verdict
        return result


def _joined() -> bool:
    """True, too, where a hub's room hears nothing for want of a workspace: the learner is told."""
    folder = workspace_folder()
    return member.of_hub() if folder is None else member.read(folder) is not None
