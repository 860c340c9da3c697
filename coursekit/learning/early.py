"""A kernel that was just started, and a cell that checks an answer before anything was imported.

That would be a NameError for `check`. Here the course is there for the time of such a cell, to say
which cells come first. Until one runs, nothing of it is imported.
"""

import ast
import sys
from importlib import import_module
from typing import Any

from coursekit.learning.absent import absent

OURS = ("check", "hint", "use", "reset")
_put: dict[str, Any] = {}  # what stands in the notebook for the time of one cell


def listen() -> None:
    """Hear of every cell of this kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.events.register("pre_run_cell", before)
        shell.events.register("post_run_cell", after)
        if absent():
            import_module("coursekit.learning.unmet").watch(shell)


def before(info: Any) -> None:
    """A cell is going to run: put what it calls of the course, if that is not there."""
    names = sys.modules["IPython"].get_ipython().user_ns
    try:
        wanted = _wanted(info.raw_cell, names)
        if not wanted:
            return
        kernel = import_module("coursekit.learning.kernel")
        learning = import_module("coursekit.learning.notebook")
        for name in wanted:
            names[name] = _put[name] = getattr(learning, name)
        if kernel.RAN and kernel.RAN[-1].ended == "running":
            kernel.RAN[-1].ended = "unknown"  # not this one, which has not begun
        kernel.before(info)
    except Exception:  # whatever is wrong here, the learner's cell must run
        return


def after(_: Any) -> None:
    """The cell has run: take out again what was put."""
    names = sys.modules["IPython"].get_ipython().user_ns
    for name, value in _put.items():
        if names.get(name) is value:
            del names[name]
    _put.clear()


def _wanted(text: str, names: dict[str, Any]) -> set[str]:
    """The course's functions that a cell calls on the course's exercises, and does not have."""
    lacking = {name for name in OURS if name not in names and f"{name}(" in text}
    if not lacking:
        return set()
    tree = ast.parse(text)
    bound = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    bound |= {getattr(n, "name", "") for n in tree.body}
    bound |= {a.asname or a.name for n in ast.walk(tree) for a in getattr(n, "names", ())
              if isinstance(a, ast.alias)}  # fmt: skip
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=function), args=[asked, *_]) if (
                function in lacking - bound and _is_asked(asked)
            ):
                found.add(function)
    return found


def _is_asked(argument: ast.expr) -> bool:
    match argument:
        case ast.Name(id=name) | ast.Constant(value=str() as name):
            return import_module("coursekit.exercises").known(name)
    return False
