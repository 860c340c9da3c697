"""The sealed layers of lesson 17: they answer probes, and show their code to whoever names it.

A seal keeps honest people honest. What grades reads the names and the repaired functions, in a
process of its own, and nothing of what is here.
"""

import inspect
from collections.abc import Callable, Hashable
from html import escape
from typing import Any, NamedTuple

import numpy as np

from coursekit.checking import edits
from coursekit.checking.copies import copy
from coursekit.checking.limits.guard import quiet
from coursekit.checking.panel import STYLE, in_html
from coursekit.errors import ArgumentError
from coursekit.exercises.bug_hunt.slots import LARGEST, SLOTS, drawn, renamed, whole
from coursekit.learning.walk import Doubt, Walk

PROBES = 6  # for each layer
# What a seed's layer was asked in this kernel, and what it said. A known question costs nothing,
# so that a notebook may be run again, and gets the same answer, so that nothing new is told.
_asked: dict[tuple[int, str], dict[Hashable, Any]] = {}


class Suspects:
    """What may be wrong in a layer: names, and what a layer with that one does."""

    def __init__(self, words: dict[str, str]):
        self.words = words

    def __repr__(self) -> str:
        return "\n".join(f"{name}\n    {words}" for name, words in self.words.items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left"><code>{escape(name)}</code></td>'
            f'<td style="text-align:left">{in_html(words)}</td></tr>'
            for name, words in self.words.items()
        )
        return (
            f'<style>{STYLE}</style><div class="ckp" role="region" aria-label="suspects">'
            f"<table>{rows}</table></div>"
        )


class Sealed:
    """One broken layer: call it as the layer that it should be, until its probes are spent.

    A question that it was asked before costs nothing; a call on which it fails costs a probe.

    Raises, when called: ArgumentError, no probe is left or the layer failed on these arguments.
    """

    __slots__ = ("_name", "_seed")

    def __init__(self, name: str, seed: int):
        self._name, self._seed = name, seed

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        try:
            given = inspect.signature(SLOTS[self._name].task.right).bind(*arguments, **options)
        except TypeError as error:  # nothing was called yet
            raise ArgumentError(f"{self._name} cannot be called so: {error}") from None
        asked = _question(given.arguments)
        if asked not in self._known:
            self._spend(asked)  # before the call: a function among the arguments sees what it gets
        if self._known[asked] is None:
            try:
                with quiet():
                    value = _wrong(self._name, self._seed)(*copy(arguments), **copy(options))
            except Exception as error:
                value = _Failed(f"{type(error).__name__}: {error}")
            self._known[asked] = value
        answer = self._known[asked]
        if isinstance(answer, _Failed):
            raise ArgumentError(f"{self._name} cannot be called so: {answer.words}")
        return copy(answer)

    def __repr__(self) -> str:
        task = SLOTS[self._name].task
        first = edits.source_of(task.right).partition("\n")[0]
        asked = first.removeprefix("def ").rstrip(":")
        return f"{self._name} of seed {self._seed}: {asked}, {self.left} of {PROBES} probes left"

    @property
    def left(self) -> int:
        """How many probes it still answers in this kernel."""
        return PROBES - len(self._known)

    def suspects(self) -> Suspects:
        """What may be wrong in it: one of these is."""
        return Suspects(SLOTS[self._name].suspects)

    def open(self, name: str) -> None:
        """Print its code if that name is what is wrong in it; a new wrong name costs a probe.

        Raises:
            ArgumentError: the name is wrong and new, and no probe is left.
        """
        if name not in SLOTS[self._name].suspects:
            print(f"{self._name} has no suspect called {name!r}: suspects() prints their names.")
        elif name != drawn(self._seed)[self._name]:
            if name not in self._known:
                self._spend(name)
            print(f"The seal stays: that is not what is wrong. {self.left} probes are left.")
        else:
            task = SLOTS[self._name].task
            code = edits.edited(edits.source_of(task.right), task.mistakes[name].edits)
            print(renamed(self._name, code))

    @property
    def _known(self) -> dict[Hashable, Any]:
        return _asked.setdefault((self._seed, self._name), {})

    def _spend(self, asked: Hashable) -> None:
        if not self.left:
            words = "name it by what you have seen, or hunt with another seed"
            raise ArgumentError(f"{self._name} has answered its {PROBES} probes: {words}")
        self._known[asked] = None  # until there is an answer: whoever interrupts may ask again


class _Failed(NamedTuple):
    """What stands for an answer where there is none."""

    words: str


def sealed(seed: int) -> dict[int, Sealed]:
    """The twelve layers of a seed, by number.

    Raises:
        ArgumentError: the seed is no whole number from 0 to 2⁵³.
    """
    number = whole(seed)
    if number is None:
        raise ArgumentError(f"a seed is a whole number from 0 to {LARGEST}; got {seed!r}")
    return {n: Sealed(name, number) for n, name in enumerate(SLOTS, 1)}


def exposed(arguments: tuple | None = None, tolerance: float = 0.05) -> dict[str, bool]:
    """For each mistake of lesson 04's batch_norm: do these arguments show it?

    Shown is what moves the output by more than the tolerance, relative to its size.

    Args:
        arguments: x, gamma, beta and eps; if absent, the ordinary batch.
    """
    slot = SLOTS["layer_1"]
    given = arguments or slot.ordinary(np.random.default_rng(0))
    return {
        name: off(slot.task.right, mistake.function, given) > tolerance
        for name, mistake in slot.task.mistakes.items()
    }


def distances(arguments: tuple) -> dict[str, float]:
    """How far each suspect of layer 1 lies from the right output on these arguments."""
    slot = SLOTS["layer_1"]
    wrong = {name: slot.task.mistakes[name].function for name in slot.suspects}
    return {name: off(slot.task.right, other, arguments) for name, other in wrong.items()}


def off(right: Callable, other: Callable, arguments: tuple) -> float:
    """How far an output lies from the right one, relative to its size; inf where none comes."""
    with quiet():
        want = np.asarray(right(*copy(arguments)), float)
        try:
            got = np.asarray(other(*copy(arguments)), float)
        except Exception:
            return np.inf
    if got.shape != want.shape or not np.isfinite(got).all():
        return np.inf
    return float(np.sqrt(((got - want) ** 2).mean() / (want**2).mean()))


def _question(arguments: dict[str, Any]) -> Hashable:
    """What is in these arguments, to compare; of what cannot be read, something new each time."""
    try:
        return Walk().of(arguments)
    except (Doubt, RecursionError):
        return object()


def _wrong(name: str, seed: int) -> Callable:
    return SLOTS[name].task.mistakes[drawn(seed)[name]].function
