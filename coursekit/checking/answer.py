"""What stands behind the word `answer`: here, a function in this process.

Scripts and cases see only the `Answer` protocol, so that the same exercise judges a learner's
function in a notebook and a proxy that forwards each call into a sandbox.
"""

import inspect
import linecache
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np


class Unsolved(Exception):
    """The answer is still the stub it was shipped as."""


class AnswerError(Exception):
    """The answer's own code raised; `where` is the learner's line."""

    def __init__(self, kind: str, message: str, where: str = ""):
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind, self.message, self.where = kind, message, where


class AnswerTimeout(Exception):
    """The answer did not come within its time limit."""


class AnswerCrashed(Exception):
    """The process behind the answer is gone; the text says how."""


class Answer(Protocol):
    """What a script may do with an answer."""

    name: str
    parameters: list[str] | None  # "x", "eps=" with a default, "*args", "**kwargs"
    mutated: set[str]  # arguments that a call changed in place
    doing: str  # what is being tried, for messages

    def __call__(self, *args: Any) -> Any: ...


class Local:
    """A function of this process, behind the `Answer` protocol.

    Arguments are copied before each call, so that an answer that writes into its input cannot
    spoil the comparison.

    Raises, when called: Unsolved, AnswerError, AnswerTimeout.
    """

    def __init__(self, function: Callable, *, name: str | None = None, timeout: float = 10.0):
        self.function, self.timeout = function, timeout
        self.name: str = name or str(getattr(function, "__name__", type(function).__name__))
        self.parameters = parameters(function)
        self.mutated: set[str] = set()
        self.doing = ""

    def __call__(self, *args):
        given, before = copy(args), copy(args)
        try:
            with _quiet(), _limit(self.timeout):
                value = self.function(*given)
        except NotImplementedError as error:
            raise Unsolved from error
        except AnswerTimeout:
            raise
        except (Exception, SystemExit) as error:
            raise AnswerError(type(error).__name__, str(error), _where(error, self)) from error
        for i, (mine, theirs) in enumerate(zip(before, given, strict=True)):
            if not same(mine, theirs):
                self.mutated.add(self._parameter(i))
        return value

    def _parameter(self, i: int) -> str:
        names = [p.rstrip("=") for p in self.parameters or [] if not p.startswith("*")]
        return names[i] if i < len(names) else f"argument {i + 1}"


def parameters(function: Callable) -> list[str] | None:
    """The names a function takes, "x" or "eps=" or "*args"; None where Python cannot say."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        str(p).partition(":")[0].partition("=")[0].strip()
        + ("" if p.default is inspect.Parameter.empty else "=")
        for p in signature.parameters.values()
    ]


def copy(value):
    """Arrays and tensors inside lists, tuples and dicts copied; everything else as it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(copy(v) for v in value))
    if isinstance(value, list | tuple):
        return type(value)(copy(v) for v in value)
    if isinstance(value, dict):
        return {k: copy(v) for k, v in value.items()}
    if hasattr(value, "detach") and hasattr(value, "requires_grad"):  # a tensor, torch unimported
        return value.detach().clone().requires_grad_(value.requires_grad)
    return value


def same(a, b) -> bool:
    """True if two copies of one argument still hold the same values."""
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if hasattr(a, "detach"):
        return same(a.detach().cpu().numpy(), b.detach().cpu().numpy())
    return True


@contextmanager
def _quiet():
    """Run an answer without numpy's warnings: a division by zero is judged by its value."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _limit(seconds: float):
    """Interrupt Python code that runs too long; only in the main thread, and not on Windows.

    A timer that already runs (a test's, an outer answer's) keeps its own deadline.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(signum, frame):
        raise AnswerTimeout(f"no answer within {seconds:g} s")

    outer = signal.getitimer(signal.ITIMER_REAL)[0]
    if outer and outer <= seconds:
        yield
        return
    before, started = signal.signal(signal.SIGALRM, stop), time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        left = max(outer - (time.monotonic() - started), 1e-3) if outer else 0
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)


def _where(error: BaseException, answer: Local) -> str:
    """The last line of the learner's own code that the error passed through."""
    filename = getattr(getattr(answer.function, "__code__", None), "co_filename", None)
    mine = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == filename]
    if not mine:
        return ""
    first = answer.function.__code__.co_firstlineno
    line = linecache.getline(mine[-1].filename, mine[-1].lineno or 0).strip()
    return f"line {(mine[-1].lineno or first) - first + 1}: {line}"
