"""Inputs for accepted mutants that the check does not try: other scales, sizes, signs and types."""

from collections.abc import Callable, Iterator
from functools import cache
from inspect import signature
from typing import Any

import numpy as np
from numpy.random import default_rng

from coursekit.checking import Exercise, Local
from coursekit.checking.compare import compare
from coursekit.checking.limits.guard import quiet
from coursekit.checking.local import copy
from coursekit.checking.trace import observe

SEEDS = (100, 101)
MOST = 6  # calls of one seed that are varied
AGAIN = 3  # times that a call is repeated: what a layer remembers may show late
DRAWS = 200  # of an exercise's domain, where it has one

Call = tuple[str, tuple, dict]
Asked = tuple[str, Callable[[], tuple], dict, Any]  # arguments anew; what the right answer gives


class Recording(Local):
    """A right answer that keeps what it is called with."""

    def __init__(self, exercise: Exercise):
        super().__init__(exercise.right, name=exercise.name, timeout=None)
        self.calls: list[tuple[tuple, dict, Any]] = []

    def __call__(self, *args, **options):
        given = copy((args, options))
        value = super().__call__(*args, **options)
        self.calls.append((*given, copy(value)))
        return value


@cache
def calls(exercise: Exercise) -> list[Asked]:
    """(label, arguments, options, right value) of calls that vary those of the check.

    Those on which the right answer stops are not asked of anybody. Each call draws its arguments
    anew: a layer among them may remember that it was called.
    """
    domain = getattr(exercise, "domain", None)
    asked: list[tuple[str, Callable[[], tuple], dict]] = [
        (label, lambda args=args: args, options) for label, args, options in _varied(exercise)
    ]
    if domain is not None and not takes_answers(domain):
        asked += [
            (f"draw {n} of the domain", lambda n=n: tuple(domain(default_rng([0, n]))), {})
            for n in range(DRAWS)
        ]
    right = Local(exercise.right, name=exercise.name, timeout=None)
    with quiet():
        found = [(*call, _or_error(right, call[1](), call[2])) for call in asked]
    return [call for call in found if call[3] is not None]


def takes_answers(domain: Callable | None) -> bool:
    """True if a domain is a script of one draw, domain(answer, rng)."""
    return domain is not None and len(signature(domain).parameters) == 2


def _varied(exercise: Exercise) -> Iterator[Call]:
    if isinstance(exercise.right, type):
        return
    for seed in SEEDS:
        answer, rng = Recording(exercise), default_rng(seed)
        with quiet():
            observe(exercise, answer, seed)
            again = Local(exercise.right, name=exercise.name, timeout=None)
            kept = answer.calls[:: len(answer.calls) // MOST + 1]
            repeated = [
                compare(_or_error(again, *call[:2]), call[2]) is None
                for call in kept
                for _ in range(AGAIN)
            ]
        if not all(repeated):
            return  # a layer among the arguments remembers that it was called
        for args, options, _ in kept:
            for label, vary in VARIATIONS.items():
                try:
                    yield label, _mapped(args, vary, rng), _mapped(options, vary, rng)
                except Exception:  # nothing that can be varied so
                    continue


def _or_error(answer: Local, args: tuple, options: dict) -> Any:
    try:
        return answer(*args, **options)
    except Exception:
        return None


def _mapped(value: Any, vary: Callable, rng: np.random.Generator) -> Any:
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_mapped(v, vary, rng) for v in value)
    if isinstance(value, list):
        return [_mapped(v, vary, rng) for v in value]
    if isinstance(value, dict):
        return {key: _mapped(v, vary, rng) for key, v in value.items()}
    return vary(copy(value), rng)


def _arrays(change: Callable) -> Callable:
    """A variation of arrays of floats alone."""

    def vary(value, rng):
        floats = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        return change(value, rng).astype(value.dtype) if floats else value

    return vary


def _numbers(change: Callable) -> Callable:
    """A variation of single floats alone."""
    return lambda value, rng: change(value) if isinstance(value, float) else value


VARIATIONS: dict[str, Callable] = {
    "as it is": lambda value, rng: value,
    "each array at a scale of its own": _arrays(lambda a, rng: a * 10 ** rng.uniform(-4, 4)),
    "signs turned": _arrays(lambda a, rng: -a),
    "shifted": _arrays(lambda a, rng: a + rng.normal()),
    "other numbers": _arrays(lambda a, rng: rng.normal(size=a.shape) * (a.std() + 1)),
    "positive numbers": _arrays(lambda a, rng: rng.uniform(0.1, 2, size=a.shape)),
    "constant": _arrays(lambda a, rng: np.full_like(a, 7)),
    "zeros": _arrays(lambda a, rng: np.zeros_like(a)),
    "the first row alone": _arrays(lambda a, rng: a[:1] if a.ndim > 1 else a),
    "rows in another order": _arrays(lambda a, rng: a[::-1] if a.ndim > 1 else a),
    "rows twice": _arrays(lambda a, rng: np.concatenate([a, a]) if a.ndim > 1 else a),
    "memory in another order": _arrays(lambda a, rng: np.asfortranarray(a)),
    "numbers ten times": _numbers(lambda v: 10 * v),
    "numbers a tenth": _numbers(lambda v: v / 10),
    "whole numbers one more": lambda v, rng: v + 1 if type(v) is int else v,
    "whole numbers one less": lambda v, rng: v - 1 if type(v) is int else v,
}
