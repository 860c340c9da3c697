"""What an instructor's word does to a judged submission: points by hand, weights, lateness."""

from dataclasses import dataclass, replace

from coursekit.checking import Result
from coursekit.checking.precision import SHARE
from coursekit.grading.gradebook.policy import Policy
from coursekit.grading.intake.roster import Person
from coursekit.grading.reports.results import SubmissionReport


@dataclass(frozen=True)
class Override:
    """Points given by hand, for one exercise or, where that is "", for the lesson as a whole."""

    student: str
    lesson: str
    exercise: str
    score: float
    reason: str
    made: str = ""
    by: str = ""  # who gave them
    of: str = ""  # a digest of the answer that they were given for; "" where that is not known
    older: bool = False  # another answer counts by now

    @property
    def said(self) -> str:
        """The points, and what is to be known of them."""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.score:g}{why}{', given for an older answer' if self.older else ''}"


def adjusted(
    report: SubmissionReport,
    policy: Policy,
    overrides: dict[str, Override],
    handed_in: str = "",
    late: bool = False,
    who: Person | None = None,
) -> SubmissionReport:
    """The report as it counts; each change is told in its notes.

    Args:
        overrides: by exercise.
        handed_in, late: see Submission.
        who: whose it is, if the roster has them.
    """
    notes = []
    whole = overrides.get("")
    days = policy.days_late(report.lesson, handed_in, late, who)
    kept = policy.kept(days) if whole is None else 1.0
    if kept < 1:
        plural = "s" if days > 1 else ""
        notes.append(f"handed in {days} day{plural} late, which costs {1 - kept:.0%} of the points")
    if late and not handed_in and policy.deadlines.own(report.lesson, who):
        notes.append(
            "there is an extension, and when it was handed in is not known: it counts as in time"
        )
    if who is not None and who.is_excused(report.lesson):
        notes.append("excused: it does not count in the total of the course")
    for one in overrides.values():
        what = one.exercise or "the whole lesson"
        notes.append(f"points by hand for {what}: {one.said}")
    return replace(
        report,
        notes=(*report.notes, *notes),
        results=_counted(report.results, policy, overrides),
        shown=_counted(report.shown, policy, overrides),
        kept=kept,
        late=days,
        given=None if whole is None else whole.score,
        older=tuple(one.exercise for one in overrides.values() if one.older),
    )


def _counted(
    results: tuple[Result, ...], policy: Policy, overrides: dict[str, Override]
) -> tuple[Result, ...]:
    out = []
    for result in results:
        points = 0.0 if result.max else policy.questions.get(result.exercise, 0.0)
        if points:
            result = result.but(max=points, score=points * _share(result))
        one = overrides.get(result.exercise)
        result = result if one is None else _by_hand(result, one)
        out.append(result)
    return tuple(out)


def _share(result: Result) -> float:
    """What share of points an answer earns whose task had none to give when it was judged.

    A guess earns all of them, wherever it lies: they are for guessing before the experiment.
    """
    if result.passed or result.status == "guessed":
        return 1.0
    return SHARE if result.status == "partial" and not result.question else 0.0


def _by_hand(result: Result, one: Override) -> Result:
    """The result with an instructor's points and words in place of the judge's."""
    status = "passed" if one.score >= result.max else "partial" if one.score > 0 else "failed"
    words = f"Your instructor gave {one.score:g} of {result.max:g} points"
    words += f": {one.reason}" if one.reason else "."
    return result.but(
        status=status, score=one.score, rung="", message=words, diagnosis=None, explanation="",
        label="", case=None, difference=None, pattern="", verified=(), next="",
        told="", behaviour="",
    )  # fmt: skip
