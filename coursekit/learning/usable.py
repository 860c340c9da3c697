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
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import CellType, CodeType, FunctionType
from typing import Any

from coursekit.checking import PUBLIC_SEED, Exercise, Local, Result, judge
from coursekit.checking.guest.plain import plain, values
from coursekit.checking.local import LocalHeld
from coursekit.checking.source.surroundings import source
from coursekit.checking.trace import observe
from coursekit.learning.kinds import Asked, Given

MADE = "__coursekit_made_from__"
CALL, ASKED_AGAIN = "()", "(…)()"  # the answer is called; an object that it made is


class Noting(Local):
    """A local answer that keeps of what kind its values were, for each way of asking for one."""

    def __init__(self, function: Callable, name: str, **options: Any):
        super().__init__(function, name=name, **options)
        self.odd = False  # some value was of a class of the learner's own
        self.noted: dict[str, list[tuple[Given, Any]]] = defaultdict(list)

    def run(
        self,
        function: Callable,
        args: tuple,
        options: dict[str, Any] | None = None,
        keep: Sequence[int] = (),
    ) -> Any:
        value = super().run(function, args, options, keep)
        if function is self.function:
            self.note(CALL, value, args)
        return value

    def seal(self, value: Any, keep: Sequence[int] = ()) -> Any:
        self.odd |= _odd(value)
        return super().seal(value, keep)

    def wrapped(self, value: Any) -> LocalHeld:
        held = super().wrapped(value)
        return NotingHeld(self, held.value) if type(held) is LocalHeld else held

    def note(self, asked: str, value: Any, args: tuple = ()) -> None:
        self.noted[asked].append((Given.of(args), value))


class NotingHeld(LocalHeld):
    """An object that a noting answer made: its calls, methods and attributes are noted too."""

    answer: Noting

    def __call__(self, *args: Any, no_grad: bool = False) -> Any:
        value = super().__call__(*args, no_grad=no_grad)
        self.answer.note(ASKED_AGAIN, value, args)
        return value

    def get(self, name: str) -> Any:
        value = super().get(name)
        self.answer.note(name, value)
        return value

    def do(self, method: str, *args: Any) -> Any:
        value = super().do(method, *args)
        self.answer.note(method + CALL, value, args)
        return value


def _odd(value: Any) -> bool:
    inner = dict.values(value) if issubclass(type(value), dict) else values(value)
    return any(map(_odd, inner)) if inner is not None else plain(value) is not value


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
    result = judge(exercise, noting, source=source(mine, exercise.name))
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
    if fit and not noting.odd:
        return answer
    return _class(answer, asked) if inspect.isclass(answer) else _function(answer, asked[CALL])


def _function(answer: Callable, asked: Asked) -> Callable:
    own = frozenset(_codes(answer))

    @functools.wraps(answer)
    def converted(*args: Any, **options: Any) -> Any:
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
    if named := any(answer.__name__ in code.co_names for code in codes):
        made = _copied(answer)
    else:
        body = {k: v for k, v in vars(answer).items() if k in ("__module__", "__doc__")}
        made = _class_of(answer, (answer,), body)
    made.__qualname__ = answer.__qualname__
    for way, kinds in asked.items():
        name = "__call__" if way == ASKED_AGAIN else way.removesuffix(CALL)
        called = way != CALL and name != way
        method = inspect.getattr_static(made, name, None) if called else None
        if inspect.isfunction(method):
            setattr(made, name, _method(method, kinds, own))
    state = {way: kinds for way, kinds in asked.items() if not way.endswith(CALL)}
    if state:
        made.__getattribute__ = _reading(answer, state, own)  # type: ignore[method-assign]
    if not named:  # under its own name the learner's would find the copy, and is no judge's
        setattr(made, MADE, answer)
    return made


def _class_of(answer: type, bases: tuple[type, ...], body: dict[str, Any]) -> type:
    metaclass: Any = type(answer)
    return metaclass(answer.__name__, bases, body)


def _copied(answer: type) -> type:
    """A class with the same body, whose methods find it where `super()` looks for theirs."""
    cell: Any = CellType()

    def moved(value: Any) -> Any:
        if type(value) is not FunctionType or "__class__" not in value.__code__.co_freevars:
            return value
        named = zip(value.__code__.co_freevars, value.__closure__ or (), strict=True)
        around = tuple(cell if name == "__class__" else held for name, held in named)
        new = FunctionType(
            value.__code__, value.__globals__, value.__name__, value.__defaults__, around
        )
        new.__kwdefaults__, new.__qualname__ = value.__kwdefaults__, value.__qualname__
        return new

    left = ("__dict__", "__weakref__")
    body = {k: moved(v) for k, v in vars(answer).items() if k not in left}
    made = _class_of(answer, answer.__bases__, body)
    cell.cell_contents = made
    return made


def _method(method: Callable, asked: Asked, own: frozenset[CodeType]) -> Callable:
    @functools.wraps(method)
    def converted(self: Any, *args: Any, **options: Any) -> Any:
        value = method(self, *args, **options)
        if sys._getframe(1).f_code in own:
            return value
        return asked.fit(value, Given.of((*args, *options.values())))

    return converted


def _reading(answer: type, asked: dict[str, Asked], own: frozenset[CodeType]) -> Callable:
    """Attributes as they were asked for; a copy, so one that cannot be changed by accident."""
    plainly: Any = answer.__getattribute__

    def __getattribute__(self: Any, name: str) -> Any:
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
