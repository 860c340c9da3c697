"""Is a NotImplementedError the stub's own, or one that an answer raises for some input?"""

import ast
import sysconfig
from pathlib import Path

from coursekit.checking.guest import raised

HERE = str(Path(__file__).parent)
LIBRARIES = tuple({p for n, p in sysconfig.get_paths().items() if n.endswith(("lib", "stdlib"))})


def unwritten(error: BaseException) -> bool:
    """True if every call of the learner's function ends at that `raise`, which no library wrote."""
    return raised.unwritten(error, lambda file: not file.startswith((HERE, *LIBRARIES)))


UNFINISHED = "`raise NotImplementedError` still stands after your lines; return your result there."
SHIPPED = "still the wrong answer that the notebook came with."
MEND = "Something in it is wrong. Mend it, run its cell, then run this check again."


def begun(source: str, name: str) -> bool:
    """True if a function has lines of its own before the `raise` that it was shipped with."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name]
    plain = (ast.Raise, ast.Pass, ast.Expr)  # a docstring, `...`
    return bool(found) and any(not isinstance(line, plain) for line in found[-1].body)
