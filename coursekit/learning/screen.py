"""Is the function that the kernel holds the one on the screen? Told from the cells that ran.

A cell with a slip above its `def`, or in the name, leaves the version before in the kernel. A
verdict on that one would be about code that nobody sees. What is only possible is judged: whoever
runs the right cell again is judged in any case, for the order of running decides.
"""

import ast
import difflib
import keyword
import linecache
import re
from typing import Any, NamedTuple

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.local import parameters
from coursekit.checking.source.cells import RAN, Ran
from coursekit.checking.source.reach import DEFINITIONS
from coursekit.checking.source.text import codes

CLOSE = 0.8  # of two names, from 0 to 1


class Stale(NamedTuple):
    """Why the kernel's function is not the one on the screen, and what to do."""

    message: str
    next: str
    status: str = "missing"  # or "error": its cell raised one, as the grader says of it too


def stale(name: str, answer: Any, line: int = 0) -> Stale | None:
    """Why a verdict would be about another function than the one on the screen, or None.

    Args:
        name: the exercise's.
        answer: what the kernel holds by that name; None where it holds nothing.
        line: of the running cell, from where it is asked.
    """
    try:
        return _stale(name, answer, line)
    except Exception:  # what cannot be told is judged
        return None


def _stale(name: str, answer: Any, line: int) -> Stale | None:
    if not RAN:
        return None
    if RAN[-1].ended == "running":
        RAN[-1].line = line
    texts = _texts(answer)
    homes = [ran for ran in RAN if ran.lines in texts]
    for ran in reversed(RAN):
        if not ran.current:
            continue
        if ran in homes:
            return None
        if ran.ended == "unread":
            if _meant(ran, name, homes):
                return _unread(ran, name, answer)
            continue
        bindings = ran.bindings(name)
        for binding in reversed(bindings):
            reached = ran.reached(binding)
            if reached is not False:
                return None
            if binding.written:
                return _above(ran, name, answer) if ran.ended == "raised" else None
        if not bindings and (other := _misspelt(ran, name, answer, homes)):
            return _renamed(other, name, answer)
    return _gone(name) if homes and all(ran.id and not ran.deleted for ran in homes) else None


def lookalike(name: str) -> str:
    """The name of a newer function that may have been meant, where both are on the screen."""
    try:
        for ran in reversed(RAN):
            if ran.bindings(name):
                break
            if ran.current and (other := _misspelt(ran, name, lookalike, [])):
                return other
    except Exception:
        return ""
    return ""


def _texts(answer: Any) -> list[list[str]]:
    """The texts from which the answer's code was compiled, in lines."""
    files = {code.co_filename for code in codes(answer)} if answer is not None else ()
    texts = [[line.rstrip("\n") for line in linecache.getlines(file)] for file in files]
    return [text for text in texts if text]


def _meant(ran: Ran, name: str, homes: list[Ran]) -> bool:
    """True if a cell that cannot be read was to define the name."""
    for found in re.finditer(rf"(?m)^[ \t]*(\w+)[ \t]+{name}\b[ \t]*(.*)$", ran.text):
        word, rest = found.groups()
        margin = len(found[0]) - len(found[0].lstrip())
        if margin and re.search(
            rf"(?m)^[ \t]{{0,{margin - 1}}}(def|class)\b", ran.text[: found.start()]
        ):
            continue  # inside another function
        if word in ("def", "class") or (not keyword.iskeyword(word) and rest.rstrip()[-1:] == ":"):
            return True
    if re.search(rf"(?m)^{name}[ \t]*=[ \t]*lambda\b", ran.text):
        return True
    return _is_its_cell(ran, name, homes)


def _is_its_cell(ran: Ran, name: str, homes: list[Ran]) -> bool:
    """True if the lesson has the cell for the exercise, or if it defined it before."""
    if ran.id is None:
        return False
    before = [r for r in RAN if r.id == ran.id and r is not ran]
    return ran.id == name or any(r in homes or _wrote(r, name) for r in before)


def _wrote(ran: Ran, name: str) -> bool:
    return any(binding.written for binding in ran.bindings(name))


def _misspelt(ran: Ran, name: str, answer: Any, homes: list[Ran]) -> str:
    """The name of a function that the cell defines, and that was to be called by the other one."""
    for statement in reversed(ran.tree.body if ran.tree else []):
        if not isinstance(statement, DEFINITIONS):
            continue
        other = statement.name
        if not _close(other, name) or exercises.known(other):
            continue
        if answer is None or _is_its_cell(ran, name, homes):
            return other if _is_its_cell(ran, name, homes) or not _used(other) else ""
        seen = any(home.id and home.current for home in homes)
        if not seen and _is_a_slip(statement, name):
            return other
    return ""


def _close(other: str, name: str) -> bool:
    matcher = difflib.SequenceMatcher(None, other.lower(), name.lower())
    return other != name and matcher.ratio() >= CLOSE


def _is_a_slip(statement: Any, name: str) -> bool:
    """True if nothing tells that somebody wanted two functions, batch_norm and batch_norm2."""
    other = statement.name
    longer = len(other) >= len(name) + 2 and (other.startswith(name) or other.endswith(name))
    bare = [re.sub(r"[\d_]+$|^_+", "", part) for part in (other, name)]
    if longer or bare[0] == bare[1] or _used(other):
        return False
    if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement)):
        return False  # it calls the one that it is compared with
    task = exercises.find(name)
    if not isinstance(task, Exercise) or isinstance(statement, ast.ClassDef):
        return isinstance(statement, ast.ClassDef) == isinstance(getattr(task, "right", None), type)
    asked = [p.rstrip("=") for p in parameters(task.right) or []]
    given = [a.arg for a in (*statement.args.posonlyargs, *statement.args.args)]
    return asked == given


def _used(name: str) -> bool:
    """True if any cell reads the name, outside its own definition."""
    for ran in RAN:
        if name not in ran.text or ran.tree is None:
            continue
        for statement in ran.tree.body:
            own = isinstance(statement, DEFINITIONS) and statement.name == name
            if not own and any(
                isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement)
            ):
                return True
    return False


def _unread(ran: Ran, name: str, answer: Any) -> Stale:
    at = f" on line {ran.line}" if ran.line else ""
    words = f"the newest cell for `{name}` is no Python{at} ({ran.why}), so nothing of it ran."
    after = "Mend that line, run its cell, then run this one."
    return Stale(words + _older(name, answer), after, "error")


def _above(ran: Ran, name: str, answer: Any) -> Stale:
    words = (
        f"the newest cell that defines `{name}` stopped on line {ran.line} ({ran.why}), before it "
        "was defined."
    )
    after = "Mend that line, run its cell, then run this one."
    return Stale(words + _older(name, answer), after, "error")


def _renamed(other: str, name: str, answer: Any) -> Stale:
    words = f"the newest cell defines `{other}`: did you mean `{name}`?"
    after = f"Name it `{name}`, run its cell, then run this one."
    return Stale(words + _older(name, answer), after)


def _gone(name: str) -> Stale:
    words = (
        f"the cell that defined `{name}` was changed and run again since, and does not define it "
        "any more."
    )
    return Stale(words + _older(name, True), f"Run a cell that defines `{name}`, then this one.")


def _older(name: str, answer: Any) -> str:
    if answer is None:
        return ""
    return f" What the kernel has as `{name}` is an older version, which was not judged."
