"""Grade a folder: the one function behind `coursekit grade`."""

import functools
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coursekit import __version__, exercises
from coursekit.errors import GradeError
from coursekit.files import write_whole
from coursekit.grading import outputs
from coursekit.grading.examine import Settings, examine
from coursekit.grading.feedback import page
from coursekit.grading.pool import each
from coursekit.grading.results import GradeReport, SubmissionReport, ungraded
from coursekit.grading.submissions import Submission, discover
from coursekit.sandbox.box import Limits, open_box


def grade(
    submissions: Path,
    out: Path,
    *,
    jobs: int = 1,
    sandbox: str = "bubblewrap",
    timeout: float = Limits.exercise,
    total: float = Limits.total,
    seed: int | None = None,
    packs: tuple[Path, ...] = (),
) -> GradeReport:
    """Grade every submission in a folder; write results.json, scores.csv and feedback pages.

    Args:
        submissions: a folder of STUDENT/NN_lesson.ipynb.
        out: where the reports go.
        jobs: how many submissions are graded at a time.
        sandbox: "bubblewrap", or "none" where every submission is trusted.
        timeout, total: seconds for one exercise, for one submission.
        seed: of the hidden inputs; drawn if absent. The same seed gives the same results.
        packs: Python files with other courses' exercises; NAME.py grades NAME.ipynb.

    Raises:
        GradeError: the arguments cannot be: no such folder, an output that cannot be written.
        ExerciseError: a pack is not fit to grade by.
        SandboxError: there is no sandbox; the message says how to install one.
    """
    started = time.monotonic()
    _check(jobs, timeout, total, seed)
    for pack in packs:
        exercises.add_pack(pack)
    found = discover(submissions)
    open_box(sandbox)
    _prepare(out)
    seed = secrets.randbelow(2**31) if seed is None else seed
    secret = (submissions.resolve(), out.resolve(), *(pack.resolve() for pack in packs))
    settings = Settings(seed, sandbox, Limits(exercise=timeout, total=total), secret, packs)
    reports: list[SubmissionReport] = []
    with _progress(len(found)) as advance:
        for report in each(functools.partial(examine, settings=settings), found, jobs, _lost):
            _write(out / "feedback" / Path(report.file).with_suffix(".html"), page(report, sandbox))
            reports.append(report)
            advance()
    whole = GradeReport(
        tuple(sorted(reports, key=lambda r: (r.student, r.file))),
        seed,
        sandbox,
        __version__,
        str(out),
        time.monotonic() - started,
    )
    outputs.write(whole, out, found)
    return whole


def _check(jobs: int, timeout: float, total: float, seed: int | None) -> None:
    for name, value in (("--jobs", jobs), ("--timeout", timeout), ("--total", total)):
        if not 0 < value < float("inf"):
            raise GradeError(f"{name} must be above 0; got {value:g}")
    if seed is not None and not 0 <= seed < 2**32:
        raise GradeError(f"--seed must be from 0 to {2**32 - 1}; got {seed}")


def _prepare(out: Path) -> None:
    """Make the output folder and see that it can be written, before an hour's work is lost."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise GradeError(
            f"cannot write to {out} ({error.strerror}); choose another --out"
        ) from error


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise GradeError(f"cannot write {path} ({error.strerror})") from error


def _lost(submission: Submission) -> SubmissionReport:
    words = "the judge's own process died of it, twice; please report it with the notebook"
    return ungraded(submission, "crashed", words)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on the terminal with rate and time left; nothing where there is none."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.1f}/s"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=total, rate=0.0)

        def advance() -> None:
            bar.advance(task)
            bar.update(task, rate=bar.tasks[0].completed / max(bar.tasks[0].elapsed or 0, 0.1))

        yield advance
