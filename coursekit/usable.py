"""What `use` gives back: a right answer whose values later cells can work with.

A check accepts right values in another container: a list or a tensor for an array, a tuple for a
list, an array without axes for a number. Cells that follow are written for what was asked. So what
each way of asking an answer gives is compared with what the right one gave there, and converted
where it was of another kind; an answer that gives the kinds asked for is handed back untouched.
"""

import functools
import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import CodeType
from typing import Any

from coursekit.checking import PUBLIC_SEED, Exercise, Local, Result, judge
from coursekit.checking.local import LocalHeld
from coursekit.checking.surroundings import source
from coursekit.checking.trace import observe
from coursekit.kinds import Asked, Given

MADE = "__coursekit_made_from__"
CALL, ASKED_AGAIN = "()", "(…)()"  # the answer is called; an object that it made is


class Noting(Local):
    """A local answer that keeps of what kind its values were, for each way of asking for one."""

    def __init__(self, function: Callable, name: str, *, timeout: float | None = 10.0):
        super().__init__(function, name=name, timeout=timeout)
        self.noted: dict[str, list[tuple[Given, Any]]] = defaultdict(list)

    def run(self, function, args, options=None, keep=()):
        value = super().run(function, args, options, keep)
        if function is self.function:
            self.note(CALL, value, args)
        return value

    def seal(self, value, keep=()):
        sealed = super().seal(value, keep)
        if type(sealed) is tuple and keep:
            return tuple(map(_noting, sealed))
        return _noting(sealed)

    def note(self, asked: str, value: Any, args: tuple = ()) -> None:
        self.noted[asked].append((Given.of(args), value))


class NotingHeld(LocalHeld):
    """An object that a noting answer made: its calls, methods and attributes are noted too."""

    answer: Noting

    def __call__(self, *args, no_grad: bool = False):
        value = super().__call__(*args, no_grad=no_grad)
        self.answer.note(ASKED_AGAIN, value, args)
        return value

    def get(self, name: str):
        value = super().get(name)
        self.answer.note(name, value)
        return value

    def do(self, method: str, *args):
        value = super().do(method, *args)
        self.answer.note(method + CALL, value, args)
        return value


def _noting(value: Any) -> Any:
    noted = type(value) is LocalHeld and isinstance(value.answer, Noting)
    return NotingHeld(value.answer, value.value) if noted else value


def original(answer: Any) -> Any:
    """The learner's own function or class behind what `lend` made of it; anything else as it is."""
    try:
        return vars(answer).get(MADE, answer)
    except TypeError:  # it has no attributes
        return answer


def lend(exercise: Exercise, answer: Callable) -> tuple[Callable | None, Result]:
    """The answer, fit for later cells, and its result; None if it does not pass its check."""
    mine = original(answer)
    noting = Noting(mine, exercise.name)
    result = judge(exercise, noting, source=source(mine))
    return (_fitted(exercise, mine, noting) if result.passed else None), result


def _fitted(exercise: Exercise, answer: Callable, noting: Noting) -> Callable:
    """The answer, or one that gives its values in the containers that were asked for."""
    right = Noting(exercise.right, exercise.name, timeout=None)
    try:
        observe(exercise, right, PUBLIC_SEED)
        asked = {way: Asked.like(seen) for way, seen in right.noted.items()}
        fit = all(
            asked[way].fit(value, given) is value
            for way, seen in noting.noted.items()
            if way in asked
            for given, value in seen
        )
    except Exception:  # whatever is odd about its values: they passed, and stay as they are
        return answer
    if fit:
        return answer
    return _class(answer, asked) if inspect.isclass(answer) else _function(answer, asked[CALL])


def _function(answer: Callable, asked: Asked) -> Callable:
    own = frozenset(_codes(answer))

    @functools.wraps(answer)
    def converted(*args, **options):
        value = answer(*args, **options)
        if sys._getframe(1).f_code in own:  # it calls itself: it knows what it gives
            return value
        return asked.fit(value, Given.of((*args, *options.values())))

    setattr(converted, MADE, answer)
    return converted


def _class(answer: type, asked: dict[str, Asked]) -> type:
    """The class with its results converted, for callers outside of its own methods.

    It is a class made from the learner's; where that names itself, as in `super(Mine, self)`, a
    copy of it, for it would find the made one under that name.
    """
    codes = [code for base in answer.__mro__ for m in vars(base).values() for code in _codes(m)]
    own = frozenset(codes)
    named = any(answer.__name__ in code.co_names for code in codes)
    if named and any("__class__" in code.co_freevars for code in codes):
        return answer  # neither would do
    body = {k: v for k, v in vars(answer).items() if k not in ("__dict__", "__weakref__")}
    made = type(answer)(
        answer.__name__,
        answer.__bases__ if named else (answer,),
        body if named else {k: body[k] for k in ("__module__", "__doc__") if k in body},
    )
    made.__qualname__ = answer.__qualname__
    for way, kinds in asked.items():
        name = "__call__" if way == ASKED_AGAIN else way.removesuffix(CALL)
        method = inspect.getattr_static(answer, name, None) if way != CALL and name != way else None
        if inspect.isfunction(method):
            setattr(made, name, _method(method, kinds, own))
    state = {way: kinds for way, kinds in asked.items() if not way.endswith(CALL)}
    if state:
        made.__getattribute__ = _reading(answer, state, own)  # type: ignore[method-assign]
    setattr(made, MADE, answer)
    return made


def _method(method: Callable, asked: Asked, own: frozenset[CodeType]) -> Callable:
    @functools.wraps(method)
    def converted(self, *args, **options):
        value = method(self, *args, **options)
        if sys._getframe(1).f_code in own:
            return value
        return asked.fit(value, Given.of((*args, *options.values())))

    return converted


def _reading(answer: type, asked: dict[str, Asked], own: frozenset[CodeType]) -> Callable:
    """Attributes as they were asked for; a copy, so one that cannot be changed by accident."""
    plainly = answer.__getattribute__

    def __getattribute__(self, name):
        value = plainly(self, name)
        if name not in asked or sys._getframe(1).f_code in own:
            return value
        shown = asked[name].fit(value, Given.of(()))
        if shown is not value and hasattr(shown, "setflags"):
            shown.setflags(write=False)  # what is written there would be lost
        return shown

    return __getattribute__


def _codes(function: Any) -> Iterator[CodeType]:
    """The code of a function, of the one inside a static or class method, and what is in it."""
    with suppress(Exception):
        function = inspect.unwrap(getattr(function, "__func__", function))
    todo = [getattr(function, "__code__", None)]
    while todo:
        code = todo.pop()
        if isinstance(code, CodeType):
            yield code
            todo += code.co_consts
