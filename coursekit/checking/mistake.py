"""A wrong answer with a name: a function, or edits of the right answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from coursekit.checking.edits import Edit, made


@dataclass(frozen=True)
class Mistake:
    """A wrong answer with a name: `explanation` is what its author is told."""

    name: str
    explanation: str
    written: Callable  # of edits, the right answer, in which they are to be made
    edits: tuple[Edit, ...] = ()

    @cached_property
    def function(self) -> Callable:
        """The wrong answer; edits are made when it is first asked for."""
        return made(self.written, self.name, self.edits) if self.edits else self.written

    @property
    def label(self) -> str:
        """The name in words: eps_outside -> "eps outside"."""
        return self.name.replace("_", " ")

    def and_also(self, other: "Mistake") -> "Mistake":
        """Both at once, of two that edit different places of one right answer."""
        words = f"It is as if two things came together. {self.explanation} {other.explanation}"
        name = f"{self.name}+{other.name}"
        return Mistake(name, words, self.written, self.edits + other.edits)
