"""Is a function still the one that was judged, with all that it uses? Where in doubt: it is not.

What a check can depend on is written down as one value: the function with what it uses, the
exercise, the state of random numbers. Two such values that are equal mean the same verdict. Where
something in them is of no known kind there is no value, and no verdict is kept.
"""

import os
import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.checking import Exercise, Result
from coursekit.checking.source.surroundings import source
from coursekit.checking.task import REGISTRY
from coursekit.learning.walk import Same, Walk, whole_torch

KEPT = ("passed", "partial", "failed", "forbidden")


class Memory:
    """The last verdict on each exercise in this process."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, Result]] = {}

    def recall(self, key: Any, name: str) -> Result | None:
        """The verdict, if nothing that it depended on has changed; the key is from `key`."""
        before, result = self._known.get(name, (None, None))
        if key is None or before != key or result is None:
            return None
        return result.but(message=f"still so: {result.message}", seconds=0.0)

    def forget(self, name: str | None = None) -> None:
        """Forget the verdict on one exercise, or all."""
        if name is None:
            self._known.clear()
        self._known.pop(str(name), None)

    def keep(self, key: Any, result: Result) -> None:
        """Remember a verdict, if it would come again; anything else forgets the one before."""
        self._known.pop(result.exercise, None)
        unsteady = result.rung == "deterministic"
        if key is not None and result.status in KEPT and not (result.again or unsteady):
            self._known[result.exercise] = (key, result)


def key(exercise: Exercise, answer: Callable) -> Any:
    """All that the verdict on an answer depends on, as a value to compare; None where in doubt."""
    try:
        seen = Walk()
        own, beside = seen.of(answer), []
        for around in seen.around:  # `Answer.other` finds helpers by name, and the list may grow
            beside += [(name, seen.of(around[name])) for name in REGISTRY if name in around]
        right = (Same(exercise), Same(getattr(exercise.right, "__code__", None)))
        mistakes = tuple(Same(m) for m in exercise.mistakes.values())
        return (right, mistakes, source(answer), own, beside, seen.libraries(), _state())
    except Exception:  # Doubt, or an object that cannot be looked at
        return None


def _state() -> tuple:
    """What any function may depend on, whatever it uses."""
    workspace = os.environ.get("COURSEKIT_WORKSPACE")  # another one has to be told of it
    state: list[Any] = [workspace, random.getstate(), sys.getrecursionlimit()]
    drawn: Any = np.random.get_state()
    state += [drawn[0], drawn[1].tobytes(), *drawn[2:]]
    if (torch := whole_torch()) is not None:
        state += [torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_default_device()]
        state += [torch.get_rng_state().numpy().tobytes(), torch.is_inference_mode_enabled()]
        hooks = vars(torch.nn.modules.module)
        state += [
            len(v) for n, v in hooks.items() if n.startswith("_global_") and hasattr(v, "keys")
        ]
    return tuple(state)
