"""The script of an exercise without state: the answer is called on each case."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from coursekit.checking.answer import Answer
from coursekit.checking.compare import compare
from coursekit.checking.words import line
from coursekit.errors import ExerciseError


def call_on_each(cases: Any, right: Callable, options: dict[str, Any]) -> Callable:
    """A script that calls the answer on what `cases` yields, with an exercise's options."""
    endless, rtol, atol = (options.get(name) for name in ("endless", "rtol", "atol"))

    def script(answer: Answer, rng: np.random.Generator) -> Iterator[tuple[str, Any]]:
        wrong = False
        for label, args in map(_case, cases(rng)):
            if wrong and label == endless:
                continue
            answer.doing = label
            value = answer(*args)
            yield label, value
            if endless:
                wrong = wrong or compare(value, right(*args), rtol=rtol, atol=atol) is not None

    return script


def _case(yielded: Any) -> tuple[str, Iterable[Any]]:
    """What `cases` yielded.

    Raises:
        ExerciseError: it is no label with the arguments of a call.
    """
    match yielded:
        case (str() as label, tuple() | list() as args):
            return label, args
    raise ExerciseError(
        "cases yield a label in quotes and the arguments of a call, one argument too in brackets "
        f'with a comma: `yield "label", (x,)`; they yielded {line(yielded)}'
    )
