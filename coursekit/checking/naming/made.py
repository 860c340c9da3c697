"""A function or class from edits of the right answer at given places."""

import ast
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np

from coursekit.checking.edits import Place, source_of
from coursekit.checking.local import parameters
from coursekit.checking.task import Exercise

GRADIENTS = ("dy", "dout")  # what the first argument of a backward is called


def function_of(exercise: Exercise, places: Iterable[Place], base: str = "") -> Callable:
    """A right answer with other texts at these places, beside the same names.

    Raises:
        SyntaxError: what comes of it is no Python.
        Exception: whatever its head raises when it is defined.
    """
    return _defined(exercise, tuple(sorted(places, reverse=True)), base)


def answer_of(exercise: Exercise, base: str) -> Callable:
    """The right answer of that name; "" is the exercise's own."""
    return exercise.alternatives[base] if base else exercise.right


def bases(exercise: Exercise) -> list[str]:
    """The right answers whose edits are tried: one, and of a backward a second.

    That is the alternative that goes in the most steps: people write backwards in two ways.
    """
    if (parameters(exercise.right) or [""])[0] not in GRADIENTS:
        return [""]
    steps = {name: _steps(function) for name, function in exercise.alternatives.items()}
    longest = max(steps, key=lambda name: steps[name], default="")
    return ["", longest] if steps.get(longest) else [""]


def _steps(function: Callable) -> int:
    """How many values it computes on the way; 0 where it loops, or takes another library."""
    try:
        nodes = list(ast.walk(ast.parse(source_of(function))))
    except (OSError, TypeError, SyntaxError):
        return 0
    if any(isinstance(node, ast.For | ast.While | ast.Import | ast.ImportFrom) for node in nodes):
        return 0
    return sum(isinstance(node, ast.Assign | ast.AugAssign) for node in nodes)


@lru_cache(maxsize=256)
def _defined(exercise: Exercise, places: tuple[Place, ...], base: str) -> Callable:
    right = answer_of(exercise, base)
    source = source_of(right)
    for start, end, new in places:
        source = source[:start] + new + source[end:]
    names = {"np": np, **vars(sys.modules[right.__module__])}
    exec(compile(source, f"<{right.__name__} with another text>", "exec"), names)
    made: Callable = names[right.__name__]
    return made
