"""Who judges on this machine: workers beside this process, which does none of it itself.

Everything slow is an import, torch's above all. It is done once and side by side: by the server
that workers are forked from, and by the sandbox whose zygote they share. The grader's own process
imports nothing of the exercises, and of submissions it reads a small one of each lesson at most:
what needs them is done by a worker, which may die of it.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coursekit import exercises
from coursekit.grading.examine import TORCH, Settings, examine
from coursekit.grading.intake.notebook import read
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.reports import similarity
from coursekit.grading.reports.results import GradeReport, SubmissionReport, ungraded
from coursekit.grading.reports.similarity import Alike, Answers, Written
from coursekit.grading.workers.pool import Pool, warm_up
from coursekit.grading.workers.worker import Allowance
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.zygotes import lend

Item = tuple[int, Submission]
Judged = tuple[int, SubmissionReport]  # with the submission's row in the gradebook
TORCH_AT_ONCE = re.compile(r"^(?:from[ \t]+torch\b|import[ \t].*\btorch\b)", re.MULTILINE)
GLANCE = 1 << 20  # bytes of a notebook that this process looks into


class Crew:
    """Those who judge a class under these settings; `jobs` at a time. Use as a context manager.

    Args:
        folder: for the workers' temporary files.
    """

    def __init__(self, settings: Settings, jobs: int, folder: Path):
        self.settings, self.jobs, self.folder = settings, jobs, folder
        self.warm = False
        self.problems: list[str] = []  # answers that could not be compared
        self.pool = Pool(jobs, folder)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.__exit__(*error)

    def warm_up(self, found: Sequence[Submission]) -> None:
        """Start the imports and the sandbox; nobody waits for them before there is work."""
        if self.warm:
            return
        examples = {one.lesson: one for one in found if not one.problem}  # of each lesson, one
        torch = TORCH if any(map(_needs_torch, examples.values())) else ()
        own = sorted(examples.keys() - exercises.PACKS.keys())
        warm_up([__name__, *torch, *(f"{exercises.__name__}.{name}" for name in own)])
        self.pool.begin = lend(open_box(self.settings.sandbox, self.settings.secret), torch)
        self.warm = True

    def examine_packs(self) -> None:
        """See that the packs are fit to grade by; here, where no worker is warm.

        Raises:
            ExerciseError: one is not.
        """
        if self.warm and self.settings.packs:
            self.pool.aside(_add_packs, self.settings, allowance=Allowance())
        else:
            _add_packs(self.settings)

    def judge(self, todo: Sequence[Item]) -> Iterator[Judged]:
        """Judge each submission; yields in the order they are done."""
        self.warm_up([submission for _, submission in todo])
        work = functools.partial(_judged, settings=self.settings)
        gave_up = functools.partial(given_up, settings=self.settings)
        return self.pool.each(work, todo, gave_up, allowed(self.settings.limits))

    def answers(self, found: Sequence[Submission]) -> list[Answers]:
        """The answers of each submission; see `similarity.answers`.

        Raises:
            JudgeError: they could not be read.
        """
        work = functools.partial(_answers, settings=self.settings)
        limits = allowed(self.settings.limits)
        each = self.pool.each(work, list(enumerate(found)), _no_answers, limits)
        answers = {}
        for number, told, words in each:
            answers[number] = told
            if words:
                self.problems.append(
                    f"{found[number].file}: its answers were not compared: {words}"
                )
        return [answers[number] for number in range(len(found))]

    def similar(
        self,
        report: GradeReport,
        found: Sequence[Submission],
        answers: Sequence[Answers],
        earlier: Mapping[str, Written],
    ) -> list[Alike]:
        """The answers that are alike; see `similarity.similar`.

        Raises:
            JudgeError: they could not be compared.
        """
        seconds = (60.0 + len(found)) * (1 + 2 * len(earlier))
        some = Allowance(seconds, 10 * seconds)
        given = (report, found, answers, earlier, self.settings)
        return self.pool.aside(_similar, *given, allowance=some)


def allowed(limits: Limits) -> Allowance:
    """What one submission may take of its judge: far more than the judge ever needs.

    Hundreds of known mistakes run for it once, some of them endless; and all that a submission's
    own limits leave it may pass on a machine that is six times as slow.
    """
    return Allowance(processor=180.0 + limits.total, wall=300.0 + 6 * limits.total)


def given_up(item: Item, words: str, settings: Settings) -> Judged:
    """The report of a submission that could not be judged."""
    row, submission = item
    for pack in settings.packs:
        exercises.name_pack(pack)
    words = f"the grader gave up on it: {words}"
    return row, ungraded(submission, "judge_failed", words)


def lost(item: Item) -> Judged:
    """The report of a submission that killed whoever judged it, twice."""
    row, submission = item
    words = "the judge's own process died of it, twice; please report it with the notebook"
    return row, ungraded(submission, "judge_failed", f"the grader gave up on it: {words}")


def _needs_torch(submission: Submission) -> bool:
    """True if judging it begins with torch, told from texts; none that is large is read here."""
    if exercises.mentions(submission.lesson, TORCH_AT_ONCE):
        return True
    try:
        return submission.path.stat().st_size <= GLANCE and read(submission.path).uses_torch
    except Exception:  # it is said when the submission is judged
        return False


def _judged(item: Item, settings: Settings) -> Judged:
    row, submission = item
    return row, examine(submission, settings)


def _add_packs(settings: Settings) -> None:
    for pack in settings.packs:
        exercises.add_pack(pack)


def _answers(item: Item, settings: Settings) -> tuple[int, Answers, str]:
    number, submission = item
    for pack in settings.packs:  # the grader has found them fit already
        exercises.name_pack(pack)
    return number, similarity.answers(submission), ""


def _no_answers(item: Item, words: str) -> tuple[int, Answers, str]:
    return item[0], (), words


def _similar(
    report: GradeReport,
    found: Sequence[Submission],
    answers: Sequence[Answers],
    earlier: Mapping[str, Written],
    settings: Settings,
) -> list[Alike]:
    for pack in settings.packs:
        exercises.name_pack(pack)
    return similarity.similar(report, found, answers, earlier)
