"""Is a NotImplementedError the stub's own, or one that an answer raises for some input?"""

import ast
import dis
import sysconfig
from pathlib import Path
from types import CodeType

HERE = str(Path(__file__).parent)
LIBRARIES = tuple({p for n, p in sysconfig.get_paths().items() if n.endswith(("lib", "stdlib"))})
JUMPS = {*dis.hasjrel, *dis.hasjabs}
# A handler, and what follows a return, are reached in some calls only, without a jump.
FORKS = ("PUSH_EXC_INFO", "RETURN_VALUE", "RETURN_CONST")


def unwritten(error: BaseException) -> bool:
    """True if every call of the learner's function ends at that `raise`: nothing forks before it.

    An error that a library raises is no stub's. The box has its own copy of this, in
    sandbox/inside/attempt.py; a test holds the two equal.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or not isinstance(error, NotImplementedError):
        return False
    code = trace.tb_frame.f_code
    return not code.co_filename.startswith((HERE, *LIBRARIES)) and always(code, trace.tb_lasti)


UNFINISHED = "`raise NotImplementedError` still stands after your lines; return your result there."


def begun(source: str, name: str) -> bool:
    """True if a function has lines of its own before the `raise` that it was shipped with."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name]
    plain = (ast.Raise, ast.Pass, ast.Expr)  # a docstring, `...`
    return bool(found) and any(not isinstance(line, plain) for line in found[-1].body)


def always(code: CodeType, at: int) -> bool:
    """True if at that place stands a `raise` to which every call comes."""
    for step in dis.get_instructions(code):
        if step.offset >= at:
            return step.offset == at and step.opname == "RAISE_VARARGS"
        if step.opcode in JUMPS or step.opname in FORKS:
            return False
    return False
