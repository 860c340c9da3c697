"""What would end this process or stop it for ever, replaced while an answer runs.

An answer that calls `os._exit()` or waits for `input()` would take the learner's kernel with it, or
hang it. Here each of these raises in its place, and the check says which one it was.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

NO_INPUT = "a check has no input to give; take the value as an argument"
NO_DEBUGGER = "() waits for commands, and nobody gives any in a check; take it out"
NO_END = "() would have ended your kernel; the check stopped it there"
RAISED = "your code raised it itself, and a check takes it for an error"

ASKS = (("builtins", "input"), ("getpass", "getpass"))
PAUSES = (("builtins", "breakpoint"), ("sys", "breakpointhook"), ("pdb", "set_trace"))
OS = "_exit abort kill killpg execv execve execl execle execlp execlpe execvp execvpe".split()
ENDS = (
    *(("builtins", name) for name in ("exit", "quit")),  # IPython has its own beside them
    *((module, name) for module in ("os", "posix", "nt") for name in OS),
    *((module, "raise_signal") for module in ("signal", "_signal")),
)


class Stopped(SystemExit):
    """The answer called something that a check cannot let it do; the text says what."""


class NoInput:
    """In the place of `sys.stdin`: whoever reads is told that nothing is there."""

    closed, encoding, errors = False, "utf-8", "strict"

    def _asked(self, *_: Any, **__: Any) -> NoReturn:
        raise EOFError(NO_INPUT)

    read = readline = readlines = __next__ = _asked

    def __iter__(self) -> "NoInput":
        return self

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return True

    def fileno(self) -> NoReturn:
        raise OSError("there is no file behind it")


class Instead:
    """Raises in the place of a call; in other threads and processes it is the call itself."""

    def __init__(self, original: Callable, error: BaseException, threads: set[int | None]):
        self.original, self.error, self.threads = original, error, threads
        self.process = os.getpid()

    def __call__(self, *args: Any, **options: Any) -> Any:
        others = threading.get_ident() in self.threads or os.getpid() != self.process
        if others:  # the kernel's own thread that sees its parent gone, a child of a fork's
            return self.original(*args, **options)
        raise type(self.error)(*self.error.args)


class stays_alive:
    """Replace all of them; whatever happens, the originals come back.

    Threads that were there before (the kernel's own) keep the originals. `interrupted` becomes
    True when the person at the notebook interrupts, which is no error of the answer's. Inside
    another one of the same thread there is nothing left to do.

    Args:
        names: the answer's global names, which may hold some of them under names of their own.
    """

    def __init__(self, names: dict[str, Any] | None = None):
        self.names = {} if names is None else names
        self._interrupted = False
        self._outer: stays_alive | None = None
        self._before: list[tuple[dict[str, Any], str, Any]] = []
        self._handler: Any = None

    @property
    def interrupted(self) -> bool:
        return self._outer.interrupted if self._outer else self._interrupted

    def __enter__(self) -> "stays_alive":
        self._outer = _active.get(threading.get_ident())
        if self._outer:
            return self
        try:
            self._replace()
            _active[threading.get_ident()] = self
        except BaseException:
            self._restore()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._outer:
            return
        _active.pop(threading.get_ident(), None)
        try:
            self._restore()
        except BaseException:  # an interruption, of all moments in this one
            self._restore()
            raise

    def _replace(self) -> None:
        threads = {t.ident for t in threading.enumerate()} - {threading.get_ident()}
        instead: dict[int, Instead] = {}
        for home, name, error in _calls():
            original = home.get(name)
            if original is not None and not isinstance(original, Instead):
                stop = instead.setdefault(id(original), Instead(original, error, threads))
                self._put(home, name, stop)
        for name, value in list(self.names.items()):
            if id(value) in instead:  # `from os import _exit`
                self._put(self.names, name, instead[id(value)])
            elif type(value).__name__ in ("ExitAutocall", "ZMQExitAutocall"):
                self._put(self.names, name, Instead(value, Stopped(name + NO_END), threads))
        ipython = sys.modules.get("IPython")
        if shell := ipython and ipython.get_ipython():
            self._put(vars(shell), "ask_exit", Instead(print, Stopped("exit" + NO_END), threads))
        if type(sys.stdin) is not NoInput:
            self._put(vars(sys), "stdin", NoInput())
        handler = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(handler):
            self._handler = handler
            signal.signal(signal.SIGINT, self._interrupt)

    def _put(self, home: dict[str, Any], name: str, value: Any) -> None:
        self._before.append((home, name, home.get(name, self)))
        home[name] = value

    def _restore(self) -> None:
        while self._before:
            home, name, value = self._before[-1]
            if value is self:  # it was not there
                home.pop(name, None)
            else:
                home[name] = value
            self._before.pop()
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
            self._handler = None

    def _interrupt(self, signum: int, frame: Any) -> None:
        self._interrupted = True
        self._handler(signum, frame)


_active: dict[int, stays_alive] = {}  # by thread


def _calls() -> Iterator[tuple[dict[str, Any], str, BaseException]]:
    """(names of a module, name, what to raise) of all that is replaced."""
    for places, error in ((ASKS, None), (PAUSES, NO_DEBUGGER), (ENDS, NO_END)):
        for module, name in places:
            if module in sys.modules:
                said = f"os.{name}" if module in ("os", "posix", "nt") else name
                stop = EOFError(NO_INPUT) if error is None else Stopped(said + error)
                yield vars(sys.modules[module]), name, stop
