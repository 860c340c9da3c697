"""A submission's functions as answers: what a script sees is what it sees of a local function."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from coursekit.checking import AnswerCrashed, AnswerError, AnswerLacking, AnswerTimeout, Unsolved
from coursekit.checking.guest.marks import mark
from coursekit.checking.local import INNER
from coursekit.checking.modules import plan
from coursekit.sandbox.budget import Budget
from coursekit.sandbox.session import Session
from coursekit.sandbox.wire import messages as m
from coursekit.sandbox.wire.frame import WireError
from coursekit.sandbox.wire.parts import Handle, Items, Table
from coursekit.sandbox.wire.values import Packer, Unpacker, make_tensor

ASIDE = 5.0  # seconds for a question beside the exercises: what is there, what was answered


class RemoteAnswer:
    """One function or class of a submission, behind the `Answer` protocol.

    All that is done with it shares the exercise's seconds. Once it has run out of them or ended
    its process, it says the same to every further call.

    Raises, when called: Unsolved, AnswerError, AnswerTimeout, AnswerCrashed.
    """

    def __init__(self, session: Session, name: str, tensors: bool = False, most: float = inf):
        self.session, self.name, self.tensors = session, name, tensors
        self.parameters: list[str] | None = None
        self.mutated: set[int] = set()
        self.returned: list[Any] = []
        self.doing = ""
        self.budget = Budget.of(min(most, session.limits.exercise))
        self.stopped: AnswerTimeout | AnswerCrashed | None = None
        self.error: AnswerError | None = None  # the last one, for reports

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.act("call", arguments, options)

    def keep(self, *indices: int) -> Callable[..., Any]:
        return lambda *arguments, **options: self.act("call", arguments, options, keep=indices)

    def hold(self, value: Any) -> "RemoteHeld":
        return self.act("hold", (value,), keep=(0,))[0]

    def other(self, name: str) -> "RemoteAnswer":
        if not _described(self.session, name).defined:
            raise AnswerLacking(name)
        other = RemoteAnswer(self.session, name, self.tensors)
        other.budget, other.returned = self.budget, self.returned
        return other

    def renewed(self, seconds: float) -> "RemoteAnswer":
        """The same answer with so many seconds of its own, or fewer, whatever it ended before."""
        return RemoteAnswer(self.session, self.name, self.tensors, seconds)

    def act(
        self,
        how: str,
        arguments: tuple = (),
        options: dict[str, Any] | None = None,
        *,
        target: int | None = None,
        name: str = "",
        keep: tuple[int, ...] = (),
    ) -> Any:
        """Do something with the answer, or with an object of its that is held here."""
        if self.stopped:
            raise self.stopped
        self.session.subject = self.name
        packer = Packer(self._handle, plan)
        given, extra = packer.pack(arguments), packer.pack(options or {})
        on = self.name if target is None else target

        def make(number: int, seconds: float) -> m.Call:
            return m.Call(number, on, how, name, given, extra, list(keep), seconds)  # type: ignore[arg-type]

        try:
            seconds = max(self.budget.left, 0.01)
            try:
                reply, body = self.session.request(make, packer.buffers, seconds)
            finally:
                self.budget.spend(*self.session.last)
            value = self._read(reply, body)
            if how != "hold":
                self._note_changes(reply, given, arguments, own=target is None)
                self.returned.append(value)
            return value
        except (AnswerTimeout, AnswerCrashed) as stopped:
            self.stopped = stopped
            raise
        except AnswerError as error:
            self.error = error
            raise

    def _read(self, reply: Any, body: bytes) -> Any:
        if not isinstance(reply, m.Returned):
            raise self.session.nonsense("it answered another question")
        try:
            unpacker = Unpacker(body, self._resolve, make_tensor if self.tensors else None)
            value = unpacker.unpack(reply.value)
            unpacker.done()
        except WireError as error:
            raise self.session.nonsense(str(error)) from None
        return value

    def _note_changes(self, reply: m.Returned, sent: Any, arguments: tuple, own: bool) -> None:
        """Note which arguments are not what they were; what stays in the box may be changed there.

        Decided out here, from what the box says they are now.
        """
        after = dict(enumerate(reply.after))
        changed = {
            i
            for i, (value, part) in enumerate(zip(arguments, sent.values, strict=True))
            if not _stays(part) and mark(value) != after.get(i)
        }
        self.mutated.update(changed if own else [INNER] * bool(changed))

    def _handle(self, value: Any) -> Handle | None:
        if isinstance(value, RemoteHeld):
            return Handle(value.number, ours=False)
        return self.session.lent.handle(value)

    def _resolve(self, handle: Handle) -> Any:
        if handle.ours:
            return (RemoteHeld if handle.held else RemoteFunction)(self, handle.number)
        if handle.number not in self.session.lent.functions:
            raise WireError("a function came back that was not given")
        return self.session.lent.functions[handle.number]


def _stays(part: Any) -> bool:
    """True if something in an argument is an object that is held in the box."""
    if isinstance(part, Items | Table):
        return any(map(_stays, part.values))
    return isinstance(part, Handle) and not part.ours


class RemoteFunction:
    """A function that an answer returned; it stays in the box and is called there."""

    def __init__(self, answer: RemoteAnswer, number: int):
        self.answer, self.number = answer, number

    def __call__(self, *arguments: Any) -> Any:
        return self.answer.act("call", arguments, target=self.number)


class RemoteHeld:
    """An object that an answer returned, behind the `Held` protocol; it stays in the box."""

    def __init__(self, answer: RemoteAnswer, number: int):
        self.answer, self.number = answer, number

    def __call__(self, *arguments: Any, no_grad: bool = False) -> Any:
        return self.answer.act("no_grad" if no_grad else "call", arguments, target=self.number)

    def get(self, name: str) -> Any:
        return self.answer.act("get", name=name, target=self.number)

    def do(self, method: str, *arguments: Any) -> Any:
        return self.answer.act("do", arguments, name=method, target=self.number)

    def vjp(self, x: Any, dy: Any) -> dict[str, Any]:
        return self.answer.act("vjp", (x, dy), target=self.number)

    def copy(self) -> "RemoteHeld":
        return self.answer.act("copy", target=self.number, keep=(0,))[0]

    def read(self) -> Any:
        return self.answer.act("read", target=self.number)


def find_answer(session: Session, name: str, tensors: bool = False) -> RemoteAnswer | None:
    """The submission's function of that name as an answer; None where the name is not defined.

    Args:
        tensors: the exercise speaks in torch; else a tensor that comes back is an array.
    """
    session.lent.clear(tensors)
    session.subject = name
    answer = RemoteAnswer(session, name, tensors)
    try:
        reply = _described(session, name)
    except (AnswerTimeout, AnswerCrashed) as stopped:
        answer.stopped = stopped
        return answer
    except (AnswerError, Unsolved):
        return answer
    if not reply.defined:
        return None
    answer.parameters = reply.parameters and [p[:60] for p in reply.parameters[:64]]
    return answer


def _described(session: Session, name: str) -> m.Described:
    reply, _ = session.request(lambda n, s: m.Describe(n, name, s), [], ASIDE)
    if not isinstance(reply, m.Described):
        raise session.nonsense("it answered another question")
    return reply


@contextmanager
def replaced(session: Session, functions: dict[str, Callable]) -> Iterator[Collection[str]]:
    """Within the block, judge's functions stand in the place of the learner's; gives their names.

    Raises:
        AnswerError, AnswerTimeout, AnswerCrashed: they cannot be put there.
    """

    def put(name: str, function: Handle | None) -> None:
        session.request(lambda n, s: m.Replace(n, name, function, s), [], ASIDE)

    for name, function in functions.items():
        put(name, session.lent.handle(function))
    host = session.host
    yield functions.keys()
    if session.host is host:  # else the next one has the learner's own again
        for name in functions:
            put(name, None)


def notice(session: Session, operations: list[str]) -> list[str] | None:
    """Which of torch's operations ran since the last time; from now on, look for these.

    None where torch is not even imported.

    Raises:
        AnswerError, AnswerTimeout, AnswerCrashed: it cannot be told.
    """
    reply, _ = session.request(lambda n, s: m.Notice(n, operations, s), [], ASIDE)
    if not isinstance(reply, m.Noticed):
        raise session.nonsense("it answered another question")
    return reply.operations[:64] if reply.loaded else None


def quiz_answers(session: Session) -> dict[str, Any]:
    """What the notebook answered to the questions, by name; nothing where that cannot be told."""
    try:
        reply, body = session.request(m.AskQuizzes, [], ASIDE)
        told = Unpacker(body, lambda _: None).unpack(reply.answers)
    except (AnswerTimeout, AnswerCrashed, AnswerError, Unsolved, AttributeError, WireError):
        return {}
    return told if isinstance(told, dict) else {}
