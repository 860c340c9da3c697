"""The host: loads the notebook's cells, then answers the judge's requests until it hangs up."""

import builtins
import inspect
import platform
import socket
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..guest import marks, objects, plain
from ..wire import messages as m
from ..wire.frame import WireError, frame, read_frame
from ..wire.parts import Handle, Items, Value
from ..wire.values import Packer, Unpacker, make_tensor
from . import attempt as attempts
from .attempt import alarms_held, attempt
from .cells import Notebook
from .confine import address_space, confine, seed
from .modules import build
from .notice import noticing
from .watch import settle

QUICK = 0.05  # seconds of the processor's: what took longer is not done twice


class Wall:
    """The socket to the judge."""

    def __init__(self, descriptor: int):
        self.socket = socket.socket(fileno=descriptor)
        self.socket.set_inheritable(False)  # not for programs that the learner's code starts

    def send(self, message: m.ToJudge, buffers: list[bytes] | None = None) -> None:
        with alarms_held():
            self.socket.sendall(frame(message, buffers))

    def receive(self) -> tuple[m.ToHost, bytes]:
        with alarms_held():
            return read_frame(self._read, m.host_decoder)

    def _read(self, n: int) -> bytes:
        got = bytearray()
        while len(got) < n:
            piece = self.socket.recv(n - len(got))
            if not piece:
                raise EOFError
            got += piece
        return bytes(got)


class Kept:
    """Of what was returned, an object that stays here: the judge is given a handle to it."""

    def __init__(self, value: Any):
        self.value = value


class Host:
    """One notebook, and the judge who asks about it."""

    def __init__(self, wall: Wall):
        self.wall, self.notebook = wall, Notebook()
        self.current = 0  # the request being answered
        self.kept: list[Any] = []  # the learner's objects that the judge holds handles to
        self.lent: dict[int, Callable] = {}  # the judge's functions, by handle
        self.own: dict[str, Any] = {}  # the learner's functions that judge's ones stand in for
        self.operations: list[str] = []  # of torch's, to be noticed
        self.noticed: set[str] = set()
        self.asking = threading.Lock()
        self.worked: dict[str | int, Callable] = {}  # does the last call once more, if it worked

    def serve(self) -> None:
        """Answer requests until the judge closes the socket."""
        answers: dict[type, Callable] = {
            m.Run: self._run,
            m.Describe: self._describe,
            m.Call: self._call,
            m.Replace: self._replace,
            m.Notice: self._notice,
            m.AskQuizzes: self._quizzes,
        }
        while True:
            request, body = self.wall.receive()
            self.current = request.number  # type: ignore[union-attr]
            begun = time.process_time()
            try:
                answer, buffers = answers[type(request)](request, body)
                if isinstance(answer, m.Ran | m.Returned | m.Raised):
                    answer.spent = time.process_time() - begun
                settle()
                self.wall.send(answer, buffers)
            except WireError as error:  # nothing is sent of a frame that is too large
                self.wall.send(m.Raised(self.current, m.Error("ValueError", str(error))))

    def _run(self, request: m.Run, body: bytes) -> tuple[m.Ran, list[bytes]]:
        names, watch = self.notebook.names, request.watch
        before = {name: names.get(name) for name in watch}
        _, error = attempt(request.seconds, lambda: self.notebook.run(request.cell, request.source))
        defined = [name for name in watch if names.get(name) is not before[name]]
        return m.Ran(request.number, error, defined, self.notebook.take_notes()), []

    def _describe(self, request: m.Describe, body: bytes) -> tuple[m.Described, list[bytes]]:
        thing = self.notebook.names.get(request.name)
        found, _ = attempt(request.seconds, lambda: objects.parameters(thing))
        defined = request.name in self.notebook.names
        return m.Described(request.number, defined, found), []

    def _call(self, request: m.Call, body: bytes) -> tuple[m.Returned | m.Raised, list[bytes]]:
        def work() -> tuple[m.Returned, list[bytes]]:
            thing = self._target(request.target)
            given, options = self._unpack(Items([request.arguments, request.options]), body)
            with noticing(self.operations, self.noticed):
                value = objects.act(thing, request.how, request.name, given, options)
            packer = self._packer()
            told = plain.read(value, Kept, request.keep)
            packed = packer.pack(told)  # now: later changes do not count
            return m.Returned(request.number, packed, [*map(marks.mark, given)]), packer.buffers

        begun = time.process_time()
        done, error = attempt(request.seconds, work, self.worked.get(request.target))
        if error is not None:
            return m.Raised(request.number, error), []
        quick = time.process_time() - begun < QUICK
        again = quick and isinstance(request.target, str) and request.how == "call"
        again = again and not isinstance(self._target(request.target), type)
        self.worked = {request.target: lambda: self._again(request, body)} if again else {}
        return done

    def _again(self, request: m.Call, body: bytes) -> None:
        """Do once more what worked."""
        given, options = self._unpack(Items([request.arguments, request.options]), body)
        self._target(request.target)(*given, **options)

    def _replace(self, request: m.Replace, body: bytes) -> tuple[m.Replaced, list[bytes]]:
        names, name = self.notebook.names, request.name
        if request.function is not None:
            self.own.setdefault(name, names.get(name))
            names[name] = self._resolve(request.function)
        elif name in self.own:
            names[name] = self.own.pop(name)
        return m.Replaced(request.number), []

    def _notice(self, request: m.Notice, body: bytes) -> tuple[m.Noticed, list[bytes]]:
        told = m.Noticed(request.number, sorted(self.noticed), "torch" in sys.modules)
        self.noticed.clear()
        self.operations = request.operations
        return told, []

    def _quizzes(self, request: m.AskQuizzes, body: bytes) -> tuple[Any, list[bytes]]:
        packer = self._packer()
        answers = self.notebook.stub.answers
        packed, error = attempt(request.seconds, lambda: packer.pack(plain.read(answers, Kept)))
        if error is not None:
            return m.Raised(request.number, error), []
        return m.Quizzes(request.number, packed), packer.buffers

    def _target(self, target: str | int) -> Any:
        return self.kept[target] if isinstance(target, int) else self.notebook.names[target]

    def _packer(self) -> Packer:
        def handle(value: Any) -> Handle:
            if isinstance(value, Kept):
                return self._keep(value.value, held=True)
            for number, function in self.lent.items():
                if function is value:
                    return Handle(number, ours=False)
            return self._keep(value, held=not inspect.isroutine(value))

        return Packer(handle)

    def _keep(self, value: Any, held: bool) -> Handle:
        self.kept.append(value)
        return Handle(len(self.kept) - 1, ours=True, held=held)

    def _unpack(self, value: Value, body: bytes) -> Any:
        return Unpacker(body, self._resolve, make_tensor, build).unpack(value)

    def _resolve(self, handle: Handle) -> Any:
        if not handle.ours:  # not the sender's, so mine
            return self.kept[handle.number]

        def f(*arguments: Any, **options: Any) -> Any:
            return self._ask(handle.number, arguments, options)

        return self.lent.setdefault(handle.number, f)

    def _ask(self, number: int, arguments: tuple, options: dict[str, Any]) -> Any:
        """Have the judge call one of its functions; what it raises is raised here."""
        packer = self._packer()
        given, extra = (packer.pack(plain.read(one, Kept)) for one in (arguments, options))
        with self.asking, alarms_held():
            begun = time.monotonic()
            self.wall.send(m.Ask(self.current, number, given, extra), packer.buffers)
            reply, body = self.wall.receive()
            attempts.asked += time.monotonic() - begun
        if isinstance(reply, m.Refuse):
            raise getattr(builtins, reply.kind, RuntimeError)(reply.message)
        assert isinstance(reply, m.Reply)
        if reply.given is not None:  # as where nothing crosses: a function that returns its x
            return arguments[reply.given]
        return self._unpack(reply.value, body)


def serve(descriptor: int, mapped: int | None = None) -> None:
    """Serve one submission over an inherited socket.

    Args:
        mapped: bytes of address space in use, where a zygote has already looked.
    """
    wall = Wall(descriptor)
    wall.send(m.Ready(platform.python_version()))
    begin, _ = wall.receive()
    assert isinstance(begin, m.Begin)
    for name in begin.imports:
        import_module(name)
    if mapped is None:  # else the zygote has done so
        mapped = address_space()
        seed()
    confine(begin, mapped)
    attempts.patience = begin.patience
    try:
        Host(wall).serve()
    except EOFError:
        pass  # the judge has hung up: done
