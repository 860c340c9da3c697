"""How the cause of a wrong answer was found: the kinds of a diagnosis, as they are counted.

Whoever finds a cause says so in `Result.told`; what is told without that is read off the verdict.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whose field this is
    from coursekit.checking.result import Result

# Told first is what says most. Each is a true cause but for the last two.
TOLD = {
    "mistake": "a mistake with a name, by all that the answer did",
    "pair": "several mistakes with names, at once",
    "output": "a mistake with a name, by one output that is wrong",
    "table": "a slip that nobody named: an edit of the right answer",
    "gradient": "the exact gradient of the learner's own forward",
    "gate": "refused by its text, before a value was looked at",
    "crash": "an error or an end too soon, told by its line",
    "story": "which observations are wrong, or what relates them to the right ones",
    "nothing": "the first value that differs, and no more",
}
CAUSES = ("mistake", "pair", "output", "table", "gradient")  # of these `diagnosis` is the name
OWN_FORWARD = "right_for_its_own_forward"  # the diagnosis of an exact gradient
SLIP = "slip_"  # begins the name of an edit that nobody named
GATES = ("defined", "callable", "forbidden", "signature")
NO_VERDICT = ("passed", "unsolved", "manual", "judge_failed")


def told(result: "Result") -> str:
    """The kind of what is told, a key of TOLD; "" of an answer of which nothing is wrong."""
    if result.status in NO_VERDICT:
        return ""
    if result.told:
        return result.told
    if result.diagnosis:
        return _of_name(result.diagnosis)
    if result.rung in GATES:
        return "gate"
    if result.status in ("error", "timeout"):
        return "crash"
    right_numbers = result.difference is not None and result.difference.right_values
    early = result.rung in ("structure", "shape", "dtype", "finite", "untouched", "deterministic")
    return "story" if result.pattern or right_numbers or early else "nothing"


def _of_name(diagnosis: str) -> str:
    """The kind of a cause, told by its name: "eps_missing in dx+slip_sign_1f3a in dgamma"."""
    if diagnosis == OWN_FORWARD:
        return "gradient"
    if any(" in " in part for part in parts(diagnosis)):
        return "output"
    if len(parts(diagnosis)) > 1:
        return "pair"
    return "table" if diagnosis.startswith(SLIP) else "mistake"


def parts(diagnosis: str) -> list[str]:
    """The causes that came together in a diagnosis, each with the output that it explains."""
    return diagnosis.split("+")


def named(diagnosis: str) -> list[str]:
    """The mistakes in a diagnosis that have a name of their own."""
    names = [part.partition(" in ")[0] for part in parts(diagnosis)]
    return [name for name in names if not name.startswith(SLIP)]
