"""A result with what is found when no known mistake does all that an answer does."""

from contextlib import suppress

from coursekit.checking.naming.backward import exact_for_its_own
from coursekit.checking.naming.cause import Looked
from coursekit.checking.naming.store import table
from coursekit.checking.naming.wording import code_of
from coursekit.checking.result import Result
from coursekit.checking.task import Exercise
from coursekit.checking.told import slips


def by_output(looked: Looked, told: Result) -> Result:
    """The same verdict with the causes of single outputs, or of several slips at once.

    First it is asked whether the wrong one is the learner's own forward: a name for the backward
    would then be a false one.
    """
    found = None
    with suppress(Exception):  # a fault in looking for it changes no verdict
        about = looked.exercise, looked.answer, looked.seed
        found = None if looked.mine.stopped else exact_for_its_own(*about)
    if found is None and not told.diagnosis:
        with suppress(Exception):
            found = looked.partly()
    if found is None:
        return told
    return told.but(diagnosis=found.name, explanation=found.explanation)


def with_code(exercise: Exercise, told: Result) -> Result:
    """The result with the lines that an edit without a name changes, for who took the last hint."""
    found = table(exercise) if slips(told.diagnosis or "") and not told.hidden else None
    code = code_of(exercise, told.diagnosis or "", found.singles) if found else ""
    return told.but(notes=(*told.notes, code)) if code else told
