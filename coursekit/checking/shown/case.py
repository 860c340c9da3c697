"""The failing input in hand: what the answer was given, what it made of it, what was expected.

Only an `InHand` keeps what it is called with, so of what is judged for a grade no case can come.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from coursekit.checking.compare import can_be_compared, compare
from coursekit.checking.local import copy, parameters
from coursekit.checking.result import Difference
from coursekit.checking.shown.beside import Beside
from coursekit.checking.shown.literal import literal
from coursekit.checking.task import PUBLIC_SEED, Exercise, find
from coursekit.checking.trace import Given, Step, Trace, differ
from coursekit.errors import CaseError

if TYPE_CHECKING:  # imported where something is drawn
    from coursekit.figures import Picture


@dataclass(frozen=True, eq=False)
class Case:
    """One input on which an answer failed; public, and never of a graded run.

    `label` names it; `arguments` are what the function got, by name; `expected` is the right
    output. `yours` is what the function gave, or None where it gave nothing: then `error` says why.
    """

    exercise: str
    label: str
    arguments: dict[str, Any]
    yours: Any
    expected: Any
    error: str = ""
    beside: Beside | None = None  # the two outputs as a picture of digits
    calls: bool = True  # the output is what one call on these arguments gives

    @property
    def small(self) -> bool:
        """True if the cell spells every argument out."""
        return self.calls and self._free and all(map(literal, self.arguments.values()))

    @property
    def code(self) -> str:
        """A cell that makes the arguments, calls your function and compares; it runs anywhere."""
        if not self.small:
            return self._fetched()
        expected = literal(self.expected)
        body = [f"{name} = {literal(value)}" for name, value in self.arguments.items()]
        if expected is None:
            body += [f"yours = {self._call()}", "yours"]
        else:
            arrays = hasattr(self.expected, "shape") and len(self.expected.shape)
            last = "yours - expected" if arrays and not self.error else "yours, expected"
            body += [f"expected = {expected}", f"yours = {self._call()}", last]
        text = "\n".join(body)
        heads = [f"import {m}" for m in ("torch",) if "torch." in text]
        heads = ["import numpy as np"] * ("np." in text) + heads
        return "\n".join([*heads, *[""] * bool(heads), text])

    @property
    def _free(self) -> bool:
        """True if no argument is called as the cell's own names are."""
        own = {"np", "torch", "yours", "expected", "case", "coursekit", self.exercise}
        return not self.arguments.keys() & own

    def _call(self) -> str:
        return f"{self.exercise}({', '.join(self.arguments)})"

    def _fetched(self) -> str:
        """The same for what no digits make: the values are read out of this object."""
        lines = [
            "import coursekit",
            "",
            f"case = coursekit.case({self.exercise!r}, {self.label!r})",
        ]
        if not self.calls or not self.arguments or not self._free:
            return "\n".join([*lines, "case"])
        lines += [f"{name} = case.arguments[{name!r}]" for name in self.arguments]
        return "\n".join([*lines, f"yours = {self._call()}", "yours, case.expected"])

    def draw(self) -> "Picture":
        """A picture of your output, the expected one and their difference, for a notebook.

        Raises:
            CaseError: the output is no array of numbers of one or two dimensions.
        """
        from coursekit.checking.shown.drawn import drawn

        if self.beside is None:
            raise CaseError(f"{self.label!r}: there are no two outputs of one shape to draw")
        return drawn(self.beside, f"{self.exercise} on {self.label!r}")

    @property
    def outputs(self) -> str:
        """Yours and the expected output, in lines of text."""
        if self.beside is not None:
            return self.beside.text()
        yours = self.error or _shown(self.yours)
        return f"yours: {yours}\nexpected: {_shown(self.expected)}"

    def __repr__(self) -> str:
        lines = [f"{self.exercise} on {self.label!r}"]
        lines += [f"{name} = {_shown(value)}" for name, value in self.arguments.items()]
        return "\n".join([*lines, self.outputs])

    def _repr_html_(self) -> str:
        from coursekit.checking.panel import case_html

        return case_html(self)


def _shown(value: Any) -> str:
    """A value as it prints, cut where that is long."""
    if isinstance(value, np.ndarray) and value.size > 60:
        return f"an array of shape {tuple(map(int, value.shape))} and dtype {value.dtype}"
    try:
        with np.printoptions(legacy="1.25"):
            said = repr(value)
    except Exception:  # a learner's object, which cannot say what it is
        return f"<{type(value).__name__}>"
    return said if len(said) <= 600 else said[:600] + " …"


def smallest(
    exercise: Exercise, mine: Trace, right: Trace, first: str, difference: Difference
) -> tuple[str, Difference]:
    """The smallest input on which the answer fails in the same way as on the first, and how.

    The first itself where inputs are not kept, or come one after the other. The verdict is that of
    the first: rung, share and what is said of hidden inputs stay as they are.
    """
    try:
        found = {first: difference}
        sizes: dict[str, int] = {}
        for got, want in zip(mine.steps, right.steps, strict=False):
            if not exercise.cases or got.given is None:
                return first, difference
            sizes[got.label] = _size(got.given.arguments)
            other = None if got.label == first else differ(exercise, got, want)
            if other and _alike(replace(other, rung=_rung(other, want)), difference):
                found[got.label] = replace(other, rung=difference.rung, blind=difference.blind)
        label = min(found, key=lambda label: sizes[label])  # the first of equals
        return label, found[label]
    except Exception:  # a fault in looking for it changes no verdict
        return first, difference


def _rung(difference: Difference, want: Step) -> str:
    return want.rung if difference.rung == "values" else difference.rung


def _alike(a: Difference, b: Difference) -> bool:
    """True if they are on one rung, and earn the same there."""
    return a.rung == b.rung and a.right_values == b.right_values


def _size(value: Any) -> int:
    """How many numbers and words an argument holds."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return int(np.prod([int(n) for n in getattr(value, "shape", ())], dtype=int))


def in_hand(exercise: Exercise, mine: Trace, right: Trace, label: str) -> Case | None:
    """The case of that label; None where the answer does not keep what it is called with."""
    try:
        return _case(exercise, mine, right, label)
    except Exception:  # a fault in showing it changes no verdict
        return None


def _case(exercise: Exercise, mine: Trace, right: Trace, label: str) -> Case | None:
    step = next((step for step in mine.steps if step.label == label), None)
    stopped = step is None and mine.stopped is not None and label == mine.doing
    given = mine.given if stopped else step.given if step else None
    if given is None:
        return None
    want = next((step for step in right.steps if step.label == label), None)
    expected = want.value if want else None
    error = _one_line(mine.stopped) if stopped else ""
    yours = step.value if step else None
    beside = Beside.of(exercise, yours, expected) if step and want else None
    # What a script observed need not be what the call gave; an error is the call's.
    calls = given.direct and (stopped or _the_same(given.value, yours))
    about = (exercise.name, label, _named(exercise, given), yours, expected)
    return Case(*about, error=error, beside=beside, calls=calls)


def _the_same(a: Any, b: Any) -> bool:
    return can_be_compared(a) and not _holds_objects(a) and compare(a, b) is None


def _holds_objects(value: Any) -> bool:
    if isinstance(value, dict | list | tuple):
        return any(map(_holds_objects, value.values() if isinstance(value, dict) else value))
    return hasattr(type(value), "vjp")


def _one_line(stopped: Any) -> str:
    said = " ".join(str(stopped).split())
    return said if len(said) <= 200 else said[:200] + " …"


def _named(exercise: Exercise, given: Given) -> dict[str, Any]:
    """Arguments by the names that the exercise gives them."""
    names = [p.rstrip("=") for p in parameters(exercise.right) or [] if not p.startswith("*")]
    if not given.direct:
        names = ["x"] if len(given.arguments) == 1 else []
    known = dict(enumerate(names))
    return {known.get(i, f"argument_{i + 1}"): v for i, v in enumerate(given.arguments)}


_last: dict[str, Case] = {}


def remember(case: Case) -> None:
    """Keep a case for `fetch`: the last of its exercise."""
    _last[case.exercise] = case


def fetch(name: str, label: str = "") -> Case:
    """The case on which the last check of an exercise failed, or its public one of that label.

    Raises:
        UnknownExercise: there is none of that name.
        CaseError: no check has failed since the kernel started, and no input has that label.
    """
    last = _last.get(name)
    if last is not None and label and label != last.label:
        last = None
    label = last.label if last else label
    task = find(name)
    if isinstance(task, Exercise) and (args := task.inputs(label, PUBLIC_SEED)):
        # Made anew: a cell may have changed the others in place.
        given = Given(tuple(args), direct=True)
        if last is not None:
            return replace(last, arguments=_named(task, given))
        expected = task.right(*copy(given.arguments))
        return Case(name, label, _named(task, given), None, expected, "not called here")
    if last is not None:
        return last
    asked = f" on {label!r}" if label else ""
    raise CaseError(f"no failing case of {name!r}{asked} is in hand; run check({name}) first")
