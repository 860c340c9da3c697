"""Who judges on this machine: this process alone, or workers beside it.

Everything slow is an import, torch's above all. It is done once and side by side: by the server
that workers are forked from, and by the sandbox whose zygote they share. With workers, the grader's
own process imports nothing of the exercises: what needs them is done by a worker too.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from coursekit import exercises
from coursekit.grading import pool
from coursekit.grading.examine import TORCH, Settings, examine, needs_torch
from coursekit.grading.results import GradeReport, SubmissionReport, ungraded
from coursekit.grading.similarity import Alike, similar
from coursekit.grading.submissions import Submission
from coursekit.sandbox.box import open_box
from coursekit.sandbox.warm import lend

Item = tuple[int, Submission]
Judged = tuple[int, SubmissionReport]  # with the submission's row in the gradebook


@dataclass
class Crew:
    """Those who judge a class under these settings; `jobs` at a time."""

    settings: Settings
    jobs: int
    begin: Callable[[], None] | None = None  # for each worker, once it is warm

    def warm_up(self, found: Sequence[Submission]) -> None:
        """Start the imports and the sandbox; nobody waits for them before there is work."""
        if self.begin is not None:
            return
        examples = {one.lesson: one for one in found if not one.problem}  # of each lesson, one
        torch = TORCH if any(map(needs_torch, examples.values())) else ()
        if self.jobs > 1:
            own = sorted(examples.keys() - exercises.PACKS.keys())
            pool.warm_up([__name__, *torch, *(f"{exercises.__name__}.{name}" for name in own)])
        self.begin = lend(open_box(self.settings.sandbox, self.settings.secret), torch)

    def examine_packs(self) -> None:
        """See that the packs are fit to grade by.

        Raises:
            ExerciseError: one is not.
        """
        self._do(_add_packs, self.settings)

    def judge(self, todo: Sequence[Item]) -> Iterator[Judged]:
        """Judge each submission; yields in the order they are done."""
        self.warm_up([submission for _, submission in todo])
        work = functools.partial(_judged, settings=self.settings)
        return pool.each(work, todo, self.jobs, lost, self.begin)

    def similar(self, report: GradeReport, found: Sequence[Submission]) -> list[Alike]:
        """The answers that are alike; see `similarity.similar`."""
        return self._do(_similar, report, found, self.settings)

    def _do(self, work: Callable, *arguments):
        """Here, or by a worker where workers are warm."""
        apart = self.jobs > 1 and self.begin is not None
        return pool.aside(work, *arguments) if apart else work(*arguments)


def lost(item: Item) -> Judged:
    """The report of a submission that killed whoever judged it, twice."""
    row, submission = item
    words = "the judge's own process died of it, twice; please report it with the notebook"
    return row, ungraded(submission, "judge_failed", words)


def _judged(item: Item, settings: Settings) -> Judged:
    row, submission = item
    return row, examine(submission, settings)


def _add_packs(settings: Settings) -> None:
    for pack in settings.packs:
        exercises.add_pack(pack)


def _similar(report: GradeReport, found: Sequence[Submission], settings: Settings) -> list[Alike]:
    _add_packs(settings)
    return similar(report, found)
