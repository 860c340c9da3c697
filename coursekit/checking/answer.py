"""What stands behind the word `answer`, and the ways in which calling it can end.

Scripts and cases see only these protocols, so that the same exercise judges a learner's function in
a notebook (local.py) and a proxy that forwards each call into a sandbox.
"""

from collections.abc import Callable
from typing import Any, Protocol


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


class Answer(Protocol):
    """What a script may do with an answer: call it (a class is constructed so), take gradients."""

    name: str
    parameters: list[str] | None  # "x", "eps=" with a default, "*args", "**kwargs"
    mutated: set[str]  # arguments that a call changed in place
    doing: str  # what is being tried, for messages

    def __call__(self, *args: Any, **options: Any) -> Any: ...

    def keep(self, *indices: int) -> Callable[..., Any]:
        """A call whose returned values at these places are held, not looked into."""

    def other(self, name: str) -> "Answer":
        """The same learner's function of another name, where one builds on the other."""
