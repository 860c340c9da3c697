"""An exercise: the right answer, what to try it on, and the wrong answers we expect."""

import itertools
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.random import default_rng  # by name: see compare

from coursekit.checking.cases import call_on_each
from coursekit.checking.edits import apart, beside, check, read, source_of
from coursekit.checking.lesson import OURS, lesson_of
from coursekit.checking.libraries import kinds, names
from coursekit.checking.mistake import Mistake, with_defaults
from coursekit.checking.words import closest
from coursekit.errors import ExerciseError, UnknownExercise

PUBLIC_SEED = 0  # notebooks use it; a grader draws its own

Script = Callable[[Any, np.random.Generator], Iterator[tuple[str, Any]]]
REGISTRY: dict[str, "Task"] = {}


class Task(Protocol):
    """What the registry holds: exercises, quizzes and predictions."""

    @property
    def name(self) -> str: ...
    @property
    def lesson(self) -> str: ...
    @property
    def points(self) -> float: ...


@dataclass(eq=False)  # one that is defined anew is another
class Exercise:
    """One exercise; made by the decorator `exercise`, filled by its own decorators."""

    right: Callable
    script: Script
    hints: tuple[str, str, str]
    points: float = 1
    minutes: int = 5
    difficulty: int = 2
    forbidden: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()  # kinds of norms that the answer may take from a library
    rtol: float | None = None
    atol: float | None = None
    ask: str = ""
    credit: dict[str, float] = field(default_factory=dict)  # failing rung -> share of the points
    returns: tuple[str, ...] = ()  # names of the values of a returned tuple, for messages
    writes: tuple[str, ...] = ()  # arguments that the contract lets the answer change
    planted: str = ""  # the mistake that ships in the learner's notebook
    mend: bool = False  # and that is to be found: nothing is said of it while it stands there
    endless: str = ""  # the case on which a wrong answer may not end; only right ones meet it
    staged: bool = False  # the answer's values lie on one path: none is judged after a wrong one
    parts: dict[str, tuple[float, Script]] = field(default_factory=dict)  # see parts.in_parts
    cases: Callable | None = None  # cases(rng), where the script is to call the answer on each
    domain: Callable | None = None  # domain(rng): arguments, drawn from all that is allowed
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    alternatives: dict[str, Callable] = field(default_factory=dict)
    with_switches: Callable | None = None  # an answer of an older pack's, for `switch`

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """What the right answer gives: its module may go on calling the function it decorated."""
        return self.right(*arguments, **options)

    @property
    def name(self) -> str:
        return self.right.__name__

    @property
    def lesson(self) -> str:
        return lesson_of(self.right.__module__)

    @property
    def norms(self) -> tuple[str, ...]:
        """The kinds of norms that are to be written; none where another course asks."""
        ours = self.right.__module__.startswith(OURS)
        return kinds(but=self.allows) if ours else ()

    @property
    def banned(self) -> tuple[str, ...]:
        """Dotted names that an answer may not use."""
        return names(self.norms) + self.forbidden

    def rng(self, seed: int, draw: int = 0) -> np.random.Generator:
        """The exercise's own stream of random numbers for a seed, or for one draw of it."""
        return default_rng([seed, zlib.crc32(self.name.encode()), *([draw] if draw else [])])

    def inputs(self, label: str, seed: int) -> tuple:
        """The arguments of the case of that label; none where a script takes the place of cases."""
        cases = self.cases(self.rng(seed)) if self.cases else ()
        return next((args for name, args in cases if name == label), ())

    def alternative(self, function: Callable) -> Callable:
        """Decorate another right answer, in another style."""
        if self.alternatives.setdefault(function.__name__, function) is not function:
            raise ExerciseError(f"{self.name}: two alternatives are called {function.__name__!r}")
        return function

    def mistake(self, explanation: str) -> Callable[[Callable], Callable]:
        """Decorate a wrong answer with what to tell the learner who wrote it."""

        def add(wrong: Callable) -> Callable:
            self._add(Mistake(wrong.__name__, explanation, wrong))
            return wrong

        return add

    def edits(self, text: str, file: Path | None = None) -> None:
        """Register mistakes that are edits of the right answer; the module says how to write them.

        Raises ExerciseError, with the line, where the text cannot be read or an edit be made.
        """
        first, place = 1, file.name if file else ""
        if file is None:  # the text stands in the file that called, where its call begins
            frame = sys._getframe(1)
            first, place = frame.f_lineno, Path(frame.f_code.co_filename).name
        try:
            slips = [*read(text, first)]
            for slip in slips:
                check(source_of(self.right), slip.edits)
        except ExerciseError as error:
            raise ExerciseError(f"{self.name}: {place}, {error}") from None
        for slip in slips:
            self._add(Mistake(slip.name, slip.explanation, self.right, slip.edits))

    def variant(self, function: Callable) -> Callable:
        """Take an answer with switches, as older packs have it; new ones write `edits`."""
        self.with_switches = function
        return function

    def switch(self, name: str, explanation: str, **switches: Any) -> None:
        """Register the mistake that these defaults of the variant's switches make.

        Raises ExerciseError where there is no variant, or it has no such switch.
        """
        if self.with_switches is None:
            raise ExerciseError(f"{self.name}: declare @{self.name}.variant before switch({name})")
        self._add(Mistake(name, explanation, with_defaults(self.with_switches, name, switches)))

    def pairs(self) -> Iterator[tuple[Mistake, Mistake, Mistake]]:
        """Two mistakes that edit different places, and both at once."""
        edits = [m for m in self.mistakes.values() if m.edits]
        for a, b in itertools.combinations(edits, 2):
            if apart(source_of(self.right), a.edits, b.edits):
                yield a, b, a.and_also(b)

    def behaviour(self, name: str) -> Callable:
        """The function behind a name: "" the right answer, "a" a mistake, "a+b" a pair."""
        if not name:
            return self.right
        first, _, second = name.partition("+")
        one = self.mistakes[first]
        return (one.and_also(self.mistakes[second]) if second else one).function

    def worked_answer(self) -> str:
        """The right answer's source, without its decorators."""
        return source_of(self.right)

    def _add(self, new: Mistake) -> None:
        if self.mistakes.setdefault(new.name, new) is not new:
            raise ExerciseError(f"{self.name}: two mistakes are called {new.name!r}")


def exercise(
    *,
    hints: Iterable[str],
    cases: Callable | None = None,
    script: Script | None = None,
    **options: Any,
) -> Callable[[Callable], Exercise]:
    """Register the decorated function as the right answer to a new exercise.

    Args:
        hints: three, of rising help: a nudge, a question about your output, code with blanks.
        cases: cases(rng) yields (label, args); the answer is called on each.
        script: script(answer, rng) yields (label, value) observations; for answers with state.
        options: points, minutes, difficulty, rtol, atol; forbidden (dotted names); allows (kinds
            of norms that the answer may take from a library); ask (a transfer
            question, put to the learner on success); planted (the mistake that ships as stub),
            mend (it is to be found, so that its check says nothing of it while it stands);
            returns (names of a returned tuple's values); writes (arguments that the answer may
            change); credit (failing rung -> the share of the points that all before it earned);
            endless (label of a case on which a wrong answer may not end, so it is tried only on
            those that were right until there);
            staged (the answer's values lie on one path: none is judged after the first wrong one);
            domain (domain(rng): the arguments of one call, from all that the statement allows;
            beside a script also domain(answer, rng), a script of one draw).

    Raises:
        ExerciseError: neither or both of cases and script are given, or the name is taken.
    """
    if (cases is None) == (script is None):
        raise ExerciseError("an exercise needs cases or a script, and not both")

    def register(right: Callable) -> Exercise:
        run = script or call_on_each(cases, right, options)
        told = tuple(hints) if isinstance(hints, list | tuple) else hints
        new = Exercise(right, run, told, cases=cases, **options)  # type: ignore[arg-type]
        enter(new)
        file = beside(right)
        if right.__module__.startswith(OURS) and file.exists():  # a pack is one file
            new.edits(file.read_text("utf-8"), file)
        return new

    return register


def enter(task: Task) -> None:
    """Put a task into the registry; a module may be loaded twice, two tasks may not share a name.

    Raises ExerciseError where another lesson's task has the name.
    """
    known = REGISTRY.get(task.name)
    if known is not None and known.lesson != task.lesson:
        raise ExerciseError(
            f"two exercises are called {task.name!r}: in {known.lesson} and in {task.lesson}"
        )
    REGISTRY[task.name] = task


def find(name: str) -> Task:
    """The task of that name.

    Raises UnknownExercise where there is none; it says which name is close.
    """
    try:
        return REGISTRY[name]
    except KeyError:
        raise UnknownExercise(f"no exercise is called {name!r}.{did_you_mean(name)}") from None


def did_you_mean(name: str, names: Iterable[str] | None = None) -> str:
    """' Did you mean …?' for the closest known name, or nothing."""
    close = closest(name, REGISTRY if names is None else names)
    return f" Did you mean {close!r}?" if close else ""
