"""What the course hears from IPython: which cells run, and how each of them ends.

A cell that checks a name which is not there would end in a NameError before the check could say
anything. While such a cell runs, a placeholder stands for the name, and the check tells what to do.
"""

import ast
import builtins
import linecache
import sys
from typing import Any

from coursekit import exercises
from coursekit.checking.source.cells import FAILED, RAN, Ran, scope
from coursekit.checking.source.reach import parse
from coursekit.learning import unmet
from coursekit.learning.absent import absent

OURS = ("check", "hint", "use", "reset", "score")
MOST = 2000  # cells that are remembered
_put: dict[str, Any] = {}  # what stands in the notebook for the time of one cell


class Missing:
    """In the place of a function that the notebook does not define."""

    def __init__(self, name: str):
        self.__name__ = name

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise NameError(f"name {self.__name__!r} is not defined")


def shell() -> Any:
    """IPython's shell, where this process has one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython and hasattr(ipython, "get_ipython") else None


def watch() -> None:
    """Hear of every cell from now on, and read those that ran before."""
    here = shell()
    if here is None or getattr(here.events, "_of_coursekit", None) is not None:
        return
    here.events._of_coursekit = True
    noted: list[str] = getattr(here.history_manager, "input_hist_raw", [])
    history = [raw for raw in noted[1:] if raw]
    for raw in history[-MOST:]:
        try:
            python = here.transform_cell(raw)
        except Exception:  # a text that not even IPython can split
            python = raw
        RAN.append(_ran(raw, python, None))
        RAN[-1].ended = "unread" if RAN[-1].tree is None else "unknown"
    if history:
        RAN[-1].ended = "running"  # the one that imports the course
    here.events.register("pre_run_cell", before)
    here.events.register("post_run_cell", after)
    if absent():
        unmet.watch(here)


def before(info: Any) -> None:
    """A cell is going to run."""
    try:
        RAN.append(_ran(info.raw_cell, info.transformed_cell or info.raw_cell, info.cell_id))
        del RAN[:-MOST]
        for id in _deleted():
            for ran in RAN:
                ran.deleted = ran.deleted or ran.id == id
        stand_in(RAN[-1].tree, shell().user_ns)
    except Exception:  # whatever is wrong here, the learner's cell must run
        return


def after(result: Any) -> None:
    """A cell has run, or could not."""
    try:
        take_away(shell().user_ns)
        raw = getattr(result.info, "raw_cell", None)
        ran = next((r for r in reversed(RAN) if r.ended == "running" and r.raw == raw), None)
        if ran is not None:
            _end(ran, result.error_before_exec, result.error_in_exec)
    except Exception:
        return


def _ran(raw: str, python: str, id: str | None) -> Ran:
    text = raw
    try:
        parse(raw)
    except FAILED:  # it has commands of IPython's, or a slip
        from coursekit.grading.intake.transform import tell

        text = tell(raw).text
    return Ran(raw, python, text, id)


def _deleted() -> list[str]:
    """The cells that were deleted since the last one ran: JupyterLab says so with each."""
    parent: dict[str, Any] = getattr(shell(), "get_parent", dict)() or {}
    found = parent.get("metadata", {}).get("deletedCells", [])
    return found if isinstance(found, list) else []


def _end(ran: Ran, unread: BaseException | None, raised: BaseException | None) -> None:
    error = unread or raised
    ran.ended = "unread" if unread else "raised" if raised else "done"
    ran.line = 0
    if error is None:
        return
    said = getattr(error, "msg", None) or str(error)
    ran.why = f"{type(error).__name__}: {said}"[:200].removesuffix(": ")
    if unread:
        ran.line = getattr(unread, "lineno", 0) or 0
        return
    step = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if [line.rstrip("\n") for line in linecache.getlines(file)] == ran.lines:
            ran.line = step.tb_lineno
            return
        step = step.tb_next


def stand_in(tree: ast.Module | None, names: dict[str, Any]) -> None:
    """Put a placeholder for each answer that a cell checks and the notebook does not define."""
    bound: set[str] = set()
    for statement in tree.body if tree else []:
        for node in scope(statement):
            match node:
                case ast.Call(func=ast.Name(id=function), args=args) if _is_ours(function, names):
                    for argument in args:
                        if isinstance(argument, ast.Name) and argument.id not in bound:
                            _stand_for(argument.id, names)
        bound |= {n.id for n in ast.walk(statement) if isinstance(getattr(n, "ctx", 0), ast.Store)
                  and isinstance(n, ast.Name)}  # fmt: skip
        bound |= {getattr(statement, "name", "")}


def _is_ours(function: str, names: dict[str, Any]) -> bool:
    home = getattr(names.get(function), "__module__", "")
    return function in OURS and isinstance(home, str) and home.startswith("coursekit.")


def _stand_for(name: str, names: dict[str, Any]) -> None:
    there = name in names or hasattr(builtins, name)
    if not there and exercises.known(name):
        names[name] = _put[name] = Missing(name)


def take_away(names: dict[str, Any]) -> None:
    """Take the placeholders out again."""
    for name, value in _put.items():
        if names.get(name) is value:
            del names[name]
    _put.clear()
