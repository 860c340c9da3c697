"""What an exception says of the answer that raised it, beside its words."""

import dis
from collections.abc import Callable
from types import CodeType

JUMPS = {*dis.hasjrel, *dis.hasjabs}
# A handler, and what follows a return, are reached in some calls only, without a jump.
FORKS = ("PUSH_EXC_INFO", "RETURN_VALUE", "RETURN_CONST")


def kinds(error: BaseException) -> list[str]:
    """The names of Python's own exceptions that an error is one of, its own class first."""
    return [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]


def unwritten(error: BaseException, learners: Callable[[str], bool]) -> bool:
    """True if every call of the learner's function ends at that `raise NotImplementedError`.

    Args:
        learners: tells of a file's name whether the learner's code stands there.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or not isinstance(error, NotImplementedError):
        return False
    code = trace.tb_frame.f_code
    return learners(code.co_filename) and always(code, trace.tb_lasti)


def always(code: CodeType, at: int) -> bool:
    """True if at that place stands a `raise` to which every call comes: nothing forks before it."""
    for step in dis.get_instructions(code):
        if step.offset >= at:
            return step.offset == at and step.opname == "RAISE_VARARGS"
        if step.opcode in JUMPS or step.opname in FORKS:
            return False
    return False
