"""The wrong answer that an exercise hands out, for a cell that shows its spot check."""

from collections.abc import Callable

from coursekit import exercises
from coursekit.checking import Exercise, planted
from coursekit.errors import UnknownExercise
from coursekit.renamed import now


def received(name: str, /) -> Callable:
    """The wrong answer that the cell of an exercise comes with, whatever has become of the cell.

    Raises:
        UnknownExercise: no exercise has that name and comes with an answer.
    """
    task = exercises.find(now(name))
    if not isinstance(task, Exercise) or not task.planted:
        raise UnknownExercise(f"no exercise called {name!r} comes with an answer.")
    return planted.received(task)
