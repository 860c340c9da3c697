"""Trying an answer: does it take what is asked, what does it do, and does it do so again?"""

from dataclasses import replace

from coursekit.checking.answer import Answer, AnswerCrashed, AnswerTimeout
from coursekit.checking.compare import can_be_compared, compare
from coursekit.checking.local import Local, parameters
from coursekit.checking.result import Difference
from coursekit.checking.task import Exercise
from coursekit.checking.trace import ScriptFailed, Trace, equal, observe


def signature(exercise: Exercise, answer: Answer) -> Difference | None:
    """What is wrong with the answer's parameters, or nothing."""
    wanted, given = parameters(exercise.right) or [], answer.parameters
    if given is None or any(p.startswith("*") and p != "**kwargs" for p in given):
        return None
    given = [p for p in given if not p.startswith("*")]
    asked = f"{exercise.name}({', '.join(p.rstrip('=') for p in wanted)})"
    if len(given) < len(wanted):
        names = [p.rstrip("=") for p in wanted]
        mine = {p.rstrip("=") for p in given}
        absent = [name for name in names if name not in mine]
        # Where the names are its own, only how many there are can be told.
        apart = len(absent) != len(names) - len(given)
        lacking = ", ".join(names[len(given) :] if apart else absent)
        words = f"it is called as {asked}; yours"
        blind = f"{words} does not take as many."
        return Difference("signature", f"{words} has no place for {lacking}.", blind=blind)
    extra = [p for p in given[len(wanted) :] if not p.endswith("=")]
    if extra:
        words = f"it is called as {asked}; yours also needs "
        return Difference("signature", words + ", ".join(extra) + ".", blind=words + "others.")
    return None


def tried(exercise: Exercise, answer: Answer, seed: int) -> Trace:
    """What the answer does; one of this process that only waited, for an import say, once more."""
    mine = observe(exercise, answer, seed)
    waited = isinstance(mine.stopped, AnswerTimeout) and mine.stopped.again
    return observe(exercise, answer, seed) if waited and isinstance(answer, Local) else mine


def untried(exercise: Exercise, answer: Answer, seed: int, failure: ScriptFailed) -> Difference:
    """What the answer gave that the script could not go on with.

    Raises:
        ScriptFailed: nothing that the right answer does not give: the fault is the script's own.
    """
    right = Local(exercise.right, name=exercise.name, timeout=None)
    given, n = list(answer.returned), len(answer.returned)
    observe(exercise, right, seed)
    for got, want in zip(given, right.returned[:n], strict=False):
        if found := compare(got, want, rtol=exercise.rtol, atol=exercise.atol):
            doing = f"{failure.doing}: " if failure.doing else ""
            return replace(found, message=doing + found.message, blind=doing + found.blind)
    raise failure


def steady(exercise: Exercise, answer: Answer, mine: Trace, seed: int) -> bool:
    """True if the answer does the same again, as far as that can be told.

    One so slow that its time ends is not blamed, nor one whose values cannot be compared.
    """
    if not all(can_be_compared(step.value) for step in mine.steps):
        return True
    try:
        again = observe(exercise, answer, seed, beside=mine)
    except ScriptFailed:
        return True
    if isinstance(again.stopped, AnswerTimeout | AnswerCrashed) and mine.stopped is None:
        return True
    return equal(exercise, mine, again)
