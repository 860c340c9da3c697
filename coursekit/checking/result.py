"""The outcome of a check, as a value that notebooks show and graders write."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from coursekit.checking.told import explains_all
from coursekit.errors import CaseError

if TYPE_CHECKING:  # imported where something is drawn
    from coursekit.figures import Picture

RUNGS = (
    "defined", "callable", "forbidden", "signature", "runs", "structure", "shape", "dtype",
    "finite", "untouched", "deterministic", "values", "properties", "gradients", "state",
)  # fmt: skip
STATUSES = (
    "passed", "partial", "failed", "unsolved", "missing", "forbidden", "error", "timeout", "manual",
    "guessed", "judge_failed",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """The first place where an answer leaves the right one.

    `rung` says in what way; `where` names the entry ("y[0, 2]"); `right_values` is True when
    the numbers are right and only their shape or dtype is not. Of hidden inputs a learner reads
    `blind`: every other word may carry one out.
    """

    rung: str
    message: str
    where: str = ""
    yours: str = ""
    expected: str = ""
    error: float | None = None
    allowed: float | None = None
    right_values: bool = False
    blind: str = ""  # the message in the judge's words alone: nothing in it is of the answer's


class PartScore(NamedTuple):
    """What one part of an exercise earned."""

    name: str
    status: str
    score: float
    max: float


@dataclass(frozen=True)
class Result:
    """What a check found. A missing, NaN, None or unknown thing is never `passed`."""

    exercise: str
    lesson: str
    status: str
    score: float
    max: float
    rung: str  # the first rung that failed, or "" when none did
    message: str  # what is wrong (or right), in one or two sentences
    diagnosis: str | None = None  # the id of the mistake whose behaviour equals the learner's
    explanation: str = ""  # that mistake's words
    told: str = ""  # how that cause was found: a key of `told.TOLD`, "" where told() reads it off
    behaviour: str = ""  # a digest of what a wrong answer did: who has the same behaves alike
    label: str = ""  # of the observation that the message tells of
    case: Any = field(default=None, repr=False, compare=False)  # a Case: see checking/shown/case.py
    difference: Difference | None = None
    pattern: str = ""  # what relates the learner's values to the right ones
    verified: tuple[str, ...] = ()  # what was seen to hold, in the learner's words
    notes: tuple[str, ...] = ()
    next: str = ""  # the one thing to do now
    seconds: float = 0.0
    attempt: int = 0
    part: str = ""  # of the exercise, where only one was judged
    parts: tuple[PartScore, ...] = ()  # of the whole, where it has some
    again: bool = False  # no verdict to keep: another run may end otherwise
    hidden: bool = field(default=False, repr=False)  # hidden inputs: show no values
    question: bool = field(default=False, repr=False)  # of a question, which has no ladder

    def __post_init__(self) -> None:
        if self.hidden or isinstance(self.case, str | dict):  # read from a file: no case in hand
            object.__setattr__(self, "case", None)

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    @property
    def named(self) -> bool:
        """True if mistakes that have a name explain all that is wrong."""
        return bool(self.diagnosis) and explains_all(self.diagnosis or "")

    def __str__(self) -> str:
        from coursekit.checking.panel import text

        return text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from coursekit.checking.panel import html

        return html(self)

    def draw(self) -> "Picture":
        """A picture of your output, the expected one and their difference, where a case failed.

        Raises:
            CaseError: no case failed, or its output is no array of one or two dimensions.
        """
        if self.case is None:
            raise CaseError(f"no case of {self.exercise} is in hand: nothing of it can be drawn")
        return self.case.draw()

    def but(self, **changes: Any) -> "Result":
        """The same result with some fields changed."""
        return replace(self, **changes)
