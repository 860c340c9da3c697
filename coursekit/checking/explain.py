"""What a failure means, told to the one whose code it was."""

import ast
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.checking.answer import AnswerError
from coursekit.checking.compare import compare
from coursekit.checking.result import Difference
from coursekit.checking.source.reach import DEFINITIONS, read
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Step
from coursekit.checking.words import closest

# Said after the exception's own words, which alone do not tell what to look for.
MEANINGS = {
    "RecursionError": "The function calls itself too often: which input should stop it?",
    "MemoryError": "Room far larger than the input was asked for: which shapes meet there?",
    "UnboundLocalError": "A name that is set anywhere in a function is local in all of it.",
}
RANDOM = {"random", "rand", "randn", "randint", "default_rng", "shuffle", "dropout"}


def error_story(error: AnswerError) -> str:
    """What an exception of the answer's means; "" where its own words say enough."""
    return shape_story(error.message) or MEANINGS.get(error.kind, "")


def shape_story(message: str) -> str:
    """numpy's broadcasting error retold: which axes meet, and which pair does not fit."""
    if "broadcast" not in message:
        return ""
    shapes = [
        tuple(int(n) for n in re.findall(r"\d+", s)) for s in re.findall(r"\(([\d, ]*)\)", message)
    ]
    if len(shapes) < 2:
        return ""
    a, b = shapes[:2]
    for i, (m, n) in enumerate(zip(reversed(a), reversed(b), strict=False), 1):
        if m != n and 1 not in (m, n):
            words = f"Shapes are lined up from the right: {a} and {b} clash where {m} meets {n}"
            lacking = " keepdims=True or reshape gives the missing axis of length 1."
            return f"{words} (axis −{i}).{lacking if len(a) != len(b) else ''}"
    return ""


def silent_story(function: str, source: str) -> str:
    """Said of a function that has no `return` at all."""
    mine = _definition(function, source)
    last = getattr(mine, "body", [None])[-1]
    if isinstance(last, ast.Expr) and _prints_a_value(last.value):
        return "your function has no `return`: it prints its result and gives nothing back."
    if isinstance(last, ast.Assign | ast.AugAssign | ast.AnnAssign):
        return "your function has no `return`: it works out a value and gives nothing back."
    return "your function has no `return`: it gives nothing back."


def unsteady_story(function: str, source: str | None) -> str:
    """Said where the same input gave two different values."""
    words = "two calls on the same input gave different values"
    mine = _definition(function, source or "")
    if mine is None:
        return f"{words}. What changes between them?"
    calls = [node.func for node in ast.walk(mine) if isinstance(node, ast.Call)]
    if any(_called(call) in RANDOM for call in calls):
        return f"{words}: it draws random numbers."
    return (
        f"{words}: something other than its arguments decides, such as what is kept from one call "
        "to the next (a global, an attribute, a default argument `=[]`) or an array from "
        "`np.empty` that is not filled."
    )


def staged_story(exercise: Exercise, mine: Any, right: Any) -> tuple[str, ...]:
    """Which of the values on one path are right, wrong, and not judged since they come later."""
    if not (isinstance(right, dict) and isinstance(mine, dict)):
        return ()

    def wrong(name: str) -> Difference | None:
        return compare(mine[name], right[name], rtol=exercise.rtol, atol=exercise.atol)

    names = list(right)
    first = next((name for name in names if name in mine and wrong(name)), None)
    if first is None:
        return ()
    held = [name for name in names if name in mine and not wrong(name)]
    after = [name for name in names[names.index(first) + 1 :] if name not in held]
    words = f"{first} is the first wrong value on the path"
    words += f"; {', '.join(held)}: right" if held else ""
    words += f"; {', '.join(after)}: after it, so not judged" if after else ""
    return (words + ".",)


def spelling_story(mine: Any, right: Sequence[Step]) -> str:
    """Said of a word that is none of the right ones, and nearly one of them."""
    words = list(dict.fromkeys(step.value for step in right if isinstance(step.value, str)))
    if not isinstance(mine, str) or mine in words or not (near := closest(mine, words)):
        return ""
    return f"No case asks for that word. Did you mean {near!r}?"


def container_story(mine: Sequence[Step], right: Sequence[Step]) -> tuple[str, ...]:
    """A note where right values came in another container than was asked for."""
    for got, want in zip(mine, right, strict=False):
        given, asked = _container(got.value), _container(want.value)
        if given and asked and given != asked:
            return (f"a {given} came where a {asked} was asked for; its values are right.",)
    return ()


def _container(value: Any) -> str:
    if hasattr(value, "detach"):
        return "tensor"
    if isinstance(value, np.ndarray):
        return "NumPy array"
    return type(value).__name__ if type(value) in (list, tuple) else ""


def _definition(function: str, source: str) -> ast.AST | None:
    """The last definition of that name in the source."""
    known = read(source)
    nodes = ast.walk(known.tree) if known else ()
    found = [node for node in nodes if isinstance(node, DEFINITIONS) and node.name == function]
    return found[-1] if found else None


def _called(node: ast.AST) -> str:
    """What a name or an attribute is called."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _prints_a_value(node: ast.AST) -> bool:
    """True for `print(…)` of something that is worked out."""
    if not isinstance(node, ast.Call) or _called(node.func) != "print":
        return False
    return any(not isinstance(part, ast.Constant) for part in node.args)
