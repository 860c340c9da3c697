"""What stands behind the word `answer`, and the ways in which calling it can end.

Scripts and cases see only these protocols, so that the same exercise judges a learner's function in
a notebook (local.py) and a proxy that forwards each call into a sandbox.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from coursekit.checking.guest.scene import Scene


class Unsolved(Exception):
    """The answer is still the stub it was shipped as."""


class AnswerError(Exception):
    """The answer's own code raised; `where` is the learner's line.

    `kinds`: the names of Python's own exceptions that its class is one of. `look` tells what met
    on that line, and on an input that worked; it may run the answer once more.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        where: str = "",
        kinds: Iterable[str] = (),
        look: Callable[[], Scene] = Scene,
    ):
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind, self.message, self.where, self.look = kind, message, where, look
        self.kinds = frozenset(kinds)

    def isa(self, *kinds: str) -> bool:
        """Is it one of these exceptions of Python's own, or of a class made from one?"""
        return not self.kinds.isdisjoint(kinds)


class AnswerLacking(AnswerError):
    """The answer is to be tried on another one of the same learner's, which is not there."""

    def __init__(self, name: str):
        super().__init__("NameError", f"your `{name}` is needed here too, and is not defined")


class AnswerTimeout(Exception):
    """The answer did not come within its time limit.

    `again`: it waited for something while the processor was free for it or others had it, so that
    another run may end otherwise.
    """

    def __init__(self, words: str, *, again: bool = False):
        super().__init__(words)
        self.again = again


class AnswerCrashed(Exception):
    """The process behind the answer is gone; the text says how.

    `again`: it may have been ended by the machine, so that another run may end otherwise.
    """

    def __init__(self, words: str, *, again: bool = False):
        super().__init__(words)
        self.again = again


class Held(Protocol):
    """An object that an answer returned and only it understands: a layer, a cache."""

    def __call__(self, *args: Any, no_grad: bool = False) -> Any:
        """Call it, as `layer(x)`."""

    def get(self, name: str) -> Any:
        """Read an attribute."""

    def do(self, method: str, *args: Any) -> Any:
        """Call a method: train, eval, state_dict, load_state_dict …"""

    def vjp(self, x: Any, dy: Any) -> dict[str, Any]:
        """Output and vector-Jacobian products: {"y", "x", and one entry per parameter}."""

    def copy(self) -> "Held":
        """A deep copy."""

    def read(self) -> Any:
        """What it holds now, as a value: of an object that `Answer.hold` made."""


class Answer(Protocol):
    """What a script may do with an answer: call it (a class is constructed so), take gradients."""

    name: str
    parameters: list[str] | None  # "x", "eps=" with a default, "*args", "**kwargs"
    mutated: set[int]  # positions of the arguments that a call changed in place
    returned: list[Any]  # what it gave back, call by call
    doing: str  # what is being tried, for messages

    def __call__(self, *args: Any, **options: Any) -> Any: ...

    def keep(self, *indices: int) -> Callable[..., Any]:
        """A call whose returned values at these places are held, not looked into."""

    def hold(self, value: Any) -> Held:
        """An object of the judge's that calls may change in place, and that can be read again."""

    def other(self, name: str) -> "Answer":
        """The same learner's function of another name, where one builds on the other.

        Raises, here or when called:
            AnswerLacking: nothing has that name.
        """
