"""An answer in this process: a function or class, called on copies, interrupted when it hangs."""

import inspect
import linecache
import sys
import traceback
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from copy import deepcopy
from typing import Any

import numpy as np

from coursekit.checking.answer import (
    AnswerError,
    AnswerLacking,
    AnswerTimeout,
    Unsolved,
    kinds,
)
from coursekit.checking.copies import copy as copy
from coursekit.checking.copies import same as same
from coursekit.checking.limits.guard import Printed, limit, quiet
from coursekit.checking.limits.stay import NO_END, RAISED, Stopped, stays_alive
from coursekit.checking.plain import key, like, plain, values
from coursekit.checking.unwritten import unwritten

LONGEST = 500  # characters of an exception's words
STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
INNER = -1  # in `mutated`: an argument of something that the answer returned


class Local:
    """A function or class of this process, behind the `Answer` protocol.

    Arguments are copied before each call, so that an answer that writes into its input cannot
    spoil the comparison. What it prints is kept in `printed`.

    Raises, when called: Unsolved, AnswerError, AnswerTimeout.

    Args:
        timeout: seconds of the processor's for each call; None: as long as it takes.
    """

    def __init__(
        self, function: Callable, *, name: str | None = None, timeout: float | None = 10.0
    ):
        self.function, self.timeout = function, timeout
        self.name: str = name or str(getattr(function, "__name__", type(function).__name__))
        self.parameters = parameters(function)
        self.mutated: set[int] = set()
        self.returned: list[Any] = []
        self.doing = ""
        self.printed = Printed()

    def __call__(self, *args, **options):
        return self.run(self.function, args, options)

    def keep(self, *indices: int):
        return lambda *args, **options: self.run(self.function, args, options, indices)

    def hold(self, value):
        return LocalHeld(self, copy(value))

    def other(self, name: str) -> "Local":
        function = _beside(self.function).get(name)
        function = getattr(function, "right", function)  # beside a reference stands an Exercise
        if not callable(function):
            raise AnswerLacking(name)
        other = Local(function, name=name, timeout=self.timeout)
        other.returned = self.returned
        return other

    def run(self, function, args, options=None, keep=()):
        """Call something of the answer's on copies; what it is not data of comes back held."""
        given, before, extra = unseal(copy(args)), copy(args), copy(options or {})
        guarded = nullcontext() if self.timeout is None else stays_alive(_globals(self.function))
        try:
            with guarded, quiet(), redirect_stdout(self.printed), limit(self.timeout):
                value = function(*given, **extra)
                pairs = enumerate(zip(before, given, strict=True))
                changed, sealed = self._looked_at(value, pairs, keep)
        except (AnswerTimeout, AnswerError):
            raise
        except BaseException as error:
            if getattr(guarded, "interrupted", False):
                raise KeyboardInterrupt from None
            if unwritten(error):
                raise Unsolved from error
            about = type(error).__name__, _words(error), _where(error, self), kinds(error)
            raise AnswerError(*about) from error
        if getattr(guarded, "interrupted", False):  # the answer has swallowed it
            raise KeyboardInterrupt
        # Whatever an object that was returned is given: of the answer's own arguments the place.
        self.mutated.update(changed if function is self.function else [INNER] * bool(changed))
        self.returned.append(sealed)
        return sealed

    def _looked_at(self, value, pairs, keep) -> tuple[list[int], Any]:
        """Which arguments have changed, and the value, sealed: classes of the answer's may act."""
        try:
            changed = [i for i, (mine, theirs) in pairs if not same(mine, theirs)]
            return changed, copy(self.seal(value, keep))
        except AnswerTimeout:
            raise
        except Exception as error:  # a list that holds itself, say
            words = f"what it returned cannot be looked at: {type(error).__name__}"
            raise AnswerError("ValueError", words) from error

    def seal(self, value, keep=()):
        """Python's own values; what is no data, or stands at the places to keep, wrapped."""
        inner = values(value)
        if inner is not None and keep:
            return tuple(
                LocalHeld(self, v) if i in keep else self.seal(v) for i, v in enumerate(inner)
            )
        if inner is not None:
            return like(value, map(self.seal, inner))
        if issubclass(type(value), dict):
            return {key(k): self.seal(v) for k, v in dict.items(value)}
        value = plain(value)
        return value if is_data(value) else LocalHeld(self, value)


class LocalHeld:
    """An object that a local answer returned, behind the `Held` protocol."""

    def __init__(self, answer: Local, value: Any):
        self.answer, self.value = answer, value

    def __call__(self, *args, no_grad: bool = False):
        if not no_grad:
            return self.answer.run(self.value, args)
        import torch

        return self.answer.run(torch.no_grad()(lambda *given: self.value(*given)), args)

    def get(self, name: str):
        return self.answer.run(lambda: copy(self.answer.seal(getattr(self.value, name))), ())

    def do(self, method: str, *args):
        return self.answer.run(lambda *given: getattr(self.value, method)(*given), args)

    def vjp(self, x, dy) -> dict[str, Any]:
        return self.answer.run(lambda *given: vjp(self.value, *given), (x, dy))

    def copy(self) -> "LocalHeld":
        return self.answer.run(lambda: (deepcopy(self.value),), (), keep=(0,))[0]

    def read(self):
        return self.answer.run(lambda: copy(self.value), ())


def _globals(function: Callable) -> dict[str, Any] | None:
    """The global names of a function, of a class's methods, or of an object's class."""
    made = function if inspect.isclass(function) else type(function)
    parts = [function, getattr(function, "func", None), *vars(made).values()]
    return next((p.__globals__ for p in map(inspect.unwrap, parts) if inspect.isfunction(p)), None)


def _beside(function: Callable) -> dict[str, Any]:
    """The names of the module that a function or class was written in."""
    module = sys.modules.get(getattr(function, "__module__", ""))
    return getattr(function, "__globals__", vars(module) if module else {})


def vjp(function, x, dy) -> dict[str, Any]:
    """A torch function's output, and the gradients of sum(y · dy) in x and in its parameters."""
    import torch

    x = x.detach().clone().requires_grad_()
    y = function(x)
    named = dict(getattr(function, "named_parameters", dict)())
    grads = torch.autograd.grad(y, [x, *named.values()], dy, allow_unused=True)
    full = [
        torch.zeros_like(p) if g is None else g
        for p, g in zip([x, *named.values()], grads, strict=True)
    ]
    return dict(zip(["y", "x", *named], [y.detach(), *full], strict=True))


def is_data(value: Any) -> bool:
    """True for what can be compared: numbers, text, arrays, tensors, functions."""
    plain = None | bool | int | float | complex | str | bytes
    return (
        isinstance(value, plain | np.generic | np.ndarray | set | frozenset | range)
        or hasattr(value, "detach")
        or inspect.isroutine(value)
        or isinstance(value, LocalHeld)
    )


def unseal(value):
    """Held objects as the objects they hold, inside the arguments of a call."""
    if isinstance(value, LocalHeld):
        return value.value
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return type(value)(unseal(v) for v in value)
    return value


def parameters(function: Callable) -> list[str] | None:
    """The names a function takes, "x" or "eps=" or "*args"; None where Python cannot say."""
    try:
        signature = inspect.signature(function)
    except Exception:  # of a builtin, or of a signature that is the answer's own code
        return None
    return [
        STARS.get(p.kind, "") + p.name + ("" if p.default is inspect.Parameter.empty else "=")
        for p in signature.parameters.values()
    ]


def _words(error: BaseException) -> str:
    """What an exception says, cut where it says too much."""
    if isinstance(error, SystemExit) and not isinstance(error, Stopped):
        return f"exit{NO_END}"
    if isinstance(error, KeyboardInterrupt):
        return RAISED
    try:
        said = str(error)
    except Exception:  # one of the learner's own, which cannot say it
        return ""
    return said if len(said) <= LONGEST else said[:LONGEST] + " …"


def _where(error: BaseException, answer: Local) -> str:
    """The last line of the learner's own code that the error passed through."""
    code = getattr(answer.function, "__code__", None)
    methods = vars(answer.function).values() if inspect.isclass(answer.function) else ()
    homes = {c.co_filename for c in (code, *(getattr(m, "__code__", None) for m in methods)) if c}
    mine = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in homes]
    if not mine:
        return ""
    last = mine[-1]
    line = linecache.getline(last.filename, last.lineno or 0).strip()
    if code is None:  # a class: its method says more than a number
        return f"{last.name}: {line}"
    return f"line {(last.lineno or code.co_firstlineno) - code.co_firstlineno + 1}: {line}"
