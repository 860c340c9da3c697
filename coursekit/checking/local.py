"""An answer in this process: a function or class, called on copies, interrupted when it hangs."""

import inspect
import linecache
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout, suppress
from copy import copy as shallow
from functools import partial
from typing import Any

from coursekit.checking.answer import (
    AnswerError,
    AnswerLacking,
    AnswerTimeout,
    Unsolved,
)
from coursekit.checking.copies import copy as copy
from coursekit.checking.guest import plain
from coursekit.checking.guest.marks import mark
from coursekit.checking.guest.objects import act
from coursekit.checking.guest.objects import parameters as parameters
from coursekit.checking.guest.raised import kinds
from coursekit.checking.guest.scene import Scene, replay, scene
from coursekit.checking.limits.guard import Printed, limit, quiet
from coursekit.checking.limits.stay import NO_END, RAISED, Stopped, stays_alive
from coursekit.checking.unwritten import unwritten

AGAIN = 0.5  # seconds of the processor's for an input that worked, where another did not
LONGEST = 500  # characters of an exception's words
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
        self.worked: tuple[tuple, dict[str, Any]] | None = None  # the last call that did

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.run(self.function, args, options)

    def keep(self, *indices: int) -> Callable[..., Any]:
        return lambda *args, **options: self.run(self.function, args, options, indices)

    def hold(self, value: Any) -> "LocalHeld":
        return LocalHeld(self, copy(value))

    def other(self, name: str) -> "Local":
        function = _beside(self.function).get(name)
        function = getattr(function, "right", function)  # beside a reference stands an Exercise
        if not callable(function):
            raise AnswerLacking(name)
        other = Local(function, name=name, timeout=self.timeout)
        other.returned = self.returned
        return other

    def renewed(self, seconds: float) -> "Local":
        """The same answer with that many seconds for each call, or fewer; nothing was done yet."""
        new = shallow(self)
        new.timeout = self.timeout and min(self.timeout, seconds)
        new.mutated, new.returned = set(), []
        return new

    def run(
        self,
        function: Callable,
        args: tuple,
        options: dict[str, Any] | None = None,
        keep: Sequence[int] = (),
    ) -> Any:
        """Call something of the answer's on copies; what it is not data of comes back held."""
        given, extra = unseal(copy(args)), copy(options or {})
        before = {i: mark(one) for i, one in enumerate(args) if not _stays(one)}
        guarded = nullcontext() if self.timeout is None else stays_alive(_globals(self.function))
        try:
            with guarded, quiet(), redirect_stdout(self.printed), limit(self.timeout):
                value = function(*given, **extra)
                changed, sealed = self._looked_at(value, before, given, keep)
        except (AnswerTimeout, AnswerError):
            raise
        except BaseException as error:
            if getattr(guarded, "interrupted", False):
                raise KeyboardInterrupt from None
            if unwritten(error):
                raise Unsolved from error
            about = type(error).__name__, _words(error), _where(error, self), kinds(error)
            look = partial(self._scene, error, self.worked)
            raise AnswerError(*about, look) from error
        if getattr(guarded, "interrupted", False):  # the answer has swallowed it
            raise KeyboardInterrupt
        # Whatever an object that was returned is given: of the answer's own arguments the place.
        self.mutated.update(changed if function is self.function else [INNER] * bool(changed))
        self.returned.append(sealed)
        again = function is self.function and not isinstance(function, type)
        self.worked = (args, dict(options or {})) if again else None
        return sealed

    def _scene(self, error: BaseException, worked: tuple | None) -> Scene:
        """What met on the line that raised, and on the last input that worked, which runs again.

        Whatever that does, it only costs a moment, and what is told.
        """
        found, guarded = Scene(), stays_alive(_globals(self.function))
        with suppress(BaseException):  # and no less: it may exit, or raise a kind of its own
            with guarded, quiet(), redirect_stdout(Printed()), limit(AGAIN):
                found, at = scene(error, _homes(self).__contains__)
                if at is not None and worked is not None:
                    args, options = unseal(copy(worked[0])), copy(worked[1])
                    reached, before = replay(lambda: self.function(*args, **options), at)
                    found = found._replace(reached=reached, before=before)
        if guarded.interrupted:
            raise KeyboardInterrupt
        return found

    def _looked_at(
        self, value: Any, before: dict[int, bytes], given: tuple, keep: Sequence[int]
    ) -> tuple[list[int], Any]:
        """Which arguments have changed, and the value, sealed: classes of the answer's may act."""
        try:
            changed = [i for i, mine in before.items() if mark(given[i]) != mine]
            return changed, copy(self.seal(value, keep))
        except AnswerTimeout:
            raise
        except Exception as error:  # a list that holds itself, say
            words = f"what it returned cannot be looked at: {type(error).__name__}"
            raise AnswerError("ValueError", words) from error

    def seal(self, value: Any, keep: Sequence[int] = ()) -> Any:
        """Python's own values; what is no data, or stands at the places to keep, wrapped."""
        return plain.read(value, self.wrapped, keep)

    def wrapped(self, value: Any) -> "LocalHeld":
        """What is no data, behind the `Held` protocol."""
        return value if isinstance(value, LocalHeld) else LocalHeld(self, value)


class LocalHeld:
    """An object that a local answer returned, behind the `Held` protocol."""

    def __init__(self, answer: Local, value: Any):
        self.answer, self.value = answer, value

    def __call__(self, *args: Any, no_grad: bool = False) -> Any:
        return self._act("no_grad" if no_grad else "call", *args)

    def get(self, name: str) -> Any:
        return self._act("get", name=name)

    def do(self, method: str, *args: Any) -> Any:
        return self._act("do", *args, name=method)

    def vjp(self, x: Any, dy: Any) -> dict[str, Any]:
        return self._act("vjp", x, dy)

    def copy(self) -> "LocalHeld":
        return self._act("copy", keep=(0,))[0]

    def read(self) -> Any:
        return self._act("read")

    def _act(self, how: str, *args: Any, name: str = "", keep: Sequence[int] = ()) -> Any:
        def do(*given: Any) -> Any:
            return act(self.value, how, name, given, {})

        return self.answer.run(do, args, keep=keep)


def _globals(function: Callable) -> dict[str, Any] | None:
    """The global names of a function, of a class's methods, or of an object's class."""
    made = function if inspect.isclass(function) else type(function)
    parts = [function, getattr(function, "func", None), *vars(made).values()]
    return next((p.__globals__ for p in map(inspect.unwrap, parts) if inspect.isfunction(p)), None)


def _beside(function: Callable) -> dict[str, Any]:
    """The names of the module that a function or class was written in."""
    module = sys.modules.get(getattr(function, "__module__", ""))
    return getattr(function, "__globals__", vars(module) if module else {})


def _stays(value: Any) -> bool:
    """True if an object that the answer understands stands somewhere in an argument."""
    if isinstance(value, list | tuple | dict):
        return any(map(_stays, value.values() if isinstance(value, dict) else value))
    return isinstance(value, LocalHeld)


def unseal(value: Any) -> Any:
    """Held objects as the objects they hold, inside the arguments of a call."""
    if isinstance(value, LocalHeld):
        return value.value
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return type(value)(unseal(v) for v in value)
    return value


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


def _homes(answer: Local) -> set[str]:
    """The files that the answer's code stands in; of what a decorator wraps, its own."""
    methods = vars(answer.function).values() if inspect.isclass(answer.function) else ()
    own = (inspect.unwrap(part) for part in (answer.function, *methods) if callable(part))
    return {f.__code__.co_filename for f in own if hasattr(f, "__code__")}


def _where(error: BaseException, answer: Local) -> str:
    """The learner's last line that the error passed through; of code kept nowhere its number."""
    code, homes = getattr(answer.function, "__code__", None), _homes(answer)
    mine = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in homes]
    if not mine:
        return ""
    last = mine[-1]
    line = linecache.getline(last.filename, last.lineno or 0).strip()
    place = last.name  # of a class its method says more than a number
    if code is not None:
        place = f"line {(last.lineno or code.co_firstlineno) - code.co_firstlineno + 1}"
    return f"{place}: {line}" if line else f"{place} of {answer.name}"
