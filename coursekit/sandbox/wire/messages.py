"""The messages between judge and host, and nothing else: what may be asked and what answered.

Every request carries a number and its answer carries it back, so that a frame written out of
turn is noticed. Also mounted into the box.
"""

from typing import Literal

import msgspec

from .frame import Part
from .parts import Handle, Value


class Begin(Part):
    """First of all: the limits to live under, and what to import before they bind.

    Seconds are the processor's, here and in every request; code that waits has `patience` times
    as many.
    """

    processor_seconds: int
    patience: int
    memory: int
    file_size: int
    processes: int
    files: int
    imports: list[str]


class Run(Part):
    """Run one code cell of the notebook."""

    number: int
    cell: int
    source: str
    seconds: float
    watch: list[str]  # say which of these names the cell defined


class Describe(Part):
    """Say what stands behind a name."""

    number: int
    name: str
    seconds: float


class Call(Part):
    """Do something with a name of the notebook, or with an object by its handle.

    how: "call" it, call it under torch's "no_grad", "get" an attribute, "do" a method, take a
    "vjp", "copy" it, "hold" the argument for it, or "read" what is held. `keep`: which members of
    the returned tuple to hold, not to send.
    """

    number: int
    target: str | int
    how: Literal["call", "no_grad", "get", "do", "vjp", "copy", "hold", "read"]
    name: str
    arguments: Value
    options: Value
    keep: list[int]
    seconds: float


class Replace(Part):
    """Put a judge's function in the place of one of the notebook's; without one, put that back."""

    number: int
    name: str
    function: Handle | None
    seconds: float


class Notice(Part):
    """Say which of torch's operations ran since the last time, and from now on look for these."""

    number: int
    operations: list[str]
    seconds: float


class AskQuizzes(Part):
    """Tell what was answered to the questions: check("name", value)."""

    number: int
    seconds: float


class Reply(Part):
    """The value of a judge's function that the host called; `given`: it is that argument itself."""

    number: int
    value: Value
    given: int | None = None


class Refuse(Part):
    """A judge's function raised instead."""

    number: int
    kind: str
    message: str


class Error(Part):
    """What the learner's code raised: no object of it crosses, only this.

    `late`: its time was over; `waited`: which it did not spend computing; `kinds`: the names of
    Python's own exceptions that its class is one of. The rest is what met on that line, as
    guest/scene tells it.
    """

    kind: str
    message: str
    cell: int = 0  # of the last frame that is the learner's own; 0 is none
    line: int = 0
    unsolved: bool = False
    late: bool = False
    waited: bool = False
    kinds: tuple[str, ...] = ()
    code: str = ""
    met: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    reached: bool | None = None
    before: tuple[tuple[str, str], ...] = ()
    squeezed: str = ""


class Ready(Part):
    """The host is up; `python` for the record."""

    python: str


class Ran(Part):
    """How a cell went."""

    number: int
    error: Error | None
    defined: list[str]
    notes: list[str]
    spent: float = 0.0  # seconds of the processor's, as in the other answers


class Described(Part):
    """What a name is; `parameters` None where there is no signature to read."""

    number: int
    defined: bool
    parameters: list[str] | None


class Returned(Part):
    """A call's value, and what tells whether its arguments are still what they were.

    `after`: a mark of each, as guest/marks makes them.
    """

    number: int
    value: Value
    after: list[bytes]
    spent: float = 0.0


class Raised(Part):
    """A call, or an answer, that did not come about."""

    number: int
    error: Error
    spent: float = 0.0


class Replaced(Part):
    """It was done."""

    number: int


class Noticed(Part):
    """The operations that ran, of those that were looked for, and whether there are any at all."""

    number: int
    operations: list[str]
    loaded: bool = True  # torch is


class Quizzes(Part):
    """The answers given so far."""

    number: int
    answers: Value


class Ask(Part):
    """The learner's code calls a function that the judge passed to it."""

    number: int
    handle: int
    arguments: Value
    options: Value


ToHost = Begin | Run | Describe | Call | Replace | Notice | AskQuizzes | Reply | Refuse
ToJudge = Ready | Ran | Described | Returned | Raised | Replaced | Noticed | Quizzes | Ask

host_decoder = msgspec.msgpack.Decoder(ToHost)
judge_decoder = msgspec.msgpack.Decoder(ToJudge)
