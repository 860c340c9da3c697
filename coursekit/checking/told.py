"""How the cause of a wrong answer was found: the kinds of a diagnosis, as they are counted.

Whoever finds a cause says so in `Result.told`; what is told without that is read off the verdict.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whose field this is
    from coursekit.checking.result import Result

# Told first is what says most. Each is a true cause but for the last two.
TOLD = {
    "mistake": "a mistake with a name, by all that the answer did",
    "pair": "several mistakes with names, at once",
    "output": "mistakes with names, by a part of what is wrong: an output, or most cases",
    "table": "a slip that nobody named: an edit of the right answer, alone or beside others",
    "gradient": "the exact gradient of the learner's own forward",
    "gate": "refused by its text, before a value was looked at",
    "crash": "an error or an end too soon, told by its line",
    "story": "which observations are wrong, or what relates them to the right ones",
    "nothing": "the first value that differs, and no more",
}
CAUSES = ("mistake", "pair", "output", "table", "gradient")  # of these `diagnosis` is the name
OWN_FORWARD = "right_for_its_own_forward"  # the diagnosis of an exact gradient
MOSTLY = "most cases"  # stands for the output where some of its cases are wrong otherwise, too
SLIP = re.compile(r"slip_[a-z]+_[0-9a-f]+")  # the name of an edit that nobody named
GATES = ("defined", "callable", "forbidden", "signature")
NO_VERDICT = ("passed", "unsolved", "manual", "guessed", "judge_failed")


def told(result: "Result") -> str:
    """The kind of what is told, a key of TOLD; "" of an answer of which nothing is wrong."""
    if result.status in NO_VERDICT:
        return ""
    if result.told:
        return result.told
    if result.diagnosis and not _is_mute(result):
        return _of_name(result.diagnosis)
    if result.rung in GATES:
        return "gate"
    if result.status in ("error", "timeout"):
        return "crash"
    right_numbers = result.difference is not None and result.difference.right_values
    early = result.rung in ("structure", "shape", "dtype", "finite", "untouched", "deterministic")
    return "story" if result.pattern or right_numbers or early else "nothing"


def _is_mute(result: "Result") -> bool:
    """True of slips for which there are no words: a learner is told none."""
    diagnosis = result.diagnosis or ""
    return bool(slips(diagnosis)) and not named(diagnosis) and not result.explanation


def _of_name(diagnosis: str) -> str:
    """The kind of a cause, told by its name: "eps_missing in dx+unbiased in dgamma"."""
    if diagnosis == OWN_FORWARD:
        return "gradient"
    if slips(diagnosis):
        return "table"
    if any(" in " in part for part in parts(diagnosis)):
        return "output"
    return "pair" if len(parts(diagnosis)) > 1 else "mistake"


def parts(diagnosis: str) -> list[str]:
    """The causes that came together in a diagnosis, each with the output that it explains."""
    return diagnosis.split("+")


def names(diagnosis: str) -> list[str]:
    """The causes that came together in a diagnosis, whatever of it each explains."""
    return [part.partition(" in ")[0] for part in parts(diagnosis)]


def slips(diagnosis: str) -> list[str]:
    """The names in a diagnosis of edits that nobody named."""
    return [name for name in names(diagnosis) if SLIP.fullmatch(name)]


def named(diagnosis: str) -> list[str]:
    """The mistakes in a diagnosis that have a name of their own."""
    return [name for name in names(diagnosis) if not SLIP.fullmatch(name)]


def explains_all(diagnosis: str) -> bool:
    """True if mistakes that have a name explain all that is wrong."""
    return _of_name(diagnosis) not in ("table", "output")
