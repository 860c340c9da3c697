"""Grade a folder: the one function behind `coursekit grade`."""

import functools
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit import __version__, exercises
from coursekit.bars import counting
from coursekit.errors import GradeError, JudgeError
from coursekit.files import write_changed
from coursekit.grading import naming
from coursekit.grading.examine import Settings
from coursekit.grading.intake.submissions import Submission, discover
from coursekit.grading.reports import outputs
from coursekit.grading.reports.feedback import page
from coursekit.grading.reports.folder import make, see_own
from coursekit.grading.reports.results import GradeReport
from coursekit.grading.workers import dask
from coursekit.grading.workers.local import Crew, Item, Judged, lost
from coursekit.grading.workplace import workplace
from coursekit.sandbox.box import Limits, open_box

if TYPE_CHECKING:  # SQLAlchemy is for the process that writes; workers do without
    from coursekit.grading.gradebook import Gradebook


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
    db: str | None = None,
    policy: Path | None = None,
    scheduler: str | None = None,
) -> GradeReport:
    """Grade every submission; write results.json, scores.csv, feedback pages and the gradebook.

    What the gradebook already has is not graded again: the same notebook, exercises, seed and
    sandbox give the same result. A run that was killed goes on where it was.

    Args:
        submissions: a folder or a zip, laid out as one of `layouts.LAYOUTS`.
        out: where the reports go.
        jobs: how many submissions are graded at a time.
        sandbox: "bubblewrap", or "none" where every submission is trusted.
        timeout, total: seconds for one exercise, for one submission.
        seed: of the hidden inputs; if absent, the gradebook's last, or else drawn. The same seed
            gives the same results.
        packs: Python files with other courses' exercises; NAME.py grades NAME.ipynb.
        db: the gradebook's URL; if absent, an SQLite file in `out`.
        policy: a TOML file of weights and deadlines; if absent, the gradebook's last.
        scheduler: the address of Dask's, whose workers judge in place of this machine.

    Raises:
        GradeError: the arguments cannot be: no such folder, an output that cannot be written, a
            gradebook that cannot be used, a policy without meaning.
        ExerciseError: a pack is not fit to grade by.
        SandboxError: there is no sandbox; the message says how to install one.
    """
    started = time.monotonic()
    _check(jobs, timeout, total, seed)
    see_own(out, submissions)
    for pack in packs:
        exercises.name_pack(pack)
    with workplace() as scratch, ExitStack() as ends:
        try:
            found = discover(submissions, scratch, _ours(out, packs, db, policy))
        except GradeError:
            for pack in packs:  # what is wrong with one is the better thing to say
                exercises.add_pack(pack)
            raise
        if scheduler is None:
            open_box(sandbox)
        make(out)
        hidden = [submissions, out, *packs, scratch]
        secret = tuple(path.resolve() for path in hidden)
        limits = Limits(exercise=timeout, total=total)
        settings = Settings(0, sandbox, limits, secret, tuple(p.resolve() for p in packs))
        most = 1 if scheduler else min(jobs, len(found))
        crew = ends.enter_context(Crew(settings, most, scratch))
        if not (scheduler or db or (out / "results.json").exists()):
            crew.warm_up(found)  # nothing was judged yet: all of it will be

        from coursekit.grading.gradebook import Gradebook, locate, parse
        from coursekit.grading.gradebook import policy as policies

        crew.examine_packs()  # by now a worker may be warm
        for pack in packs if policy else ():  # it may name their questions
            exercises.load(pack.stem)
        plan = policies.read(policy) if policy else None
        url = parse(db) if db else locate(out)
        if url.get_backend_name() == "sqlite" and url.database:
            secret += (Path(url.database).resolve(),)
        with Gradebook.open(url, create=True) as book:
            seed = _seed(book, seed)
            crew.settings = replace(settings, seed=seed, secret=secret)
            kept = {
                "submissions": str(submissions.resolve()),
                "out": str(out.resolve()),
                "sandbox": sandbox,
                "timeout": timeout,
                "total": total,
                "packs": [str(pack) for pack in settings.packs],
            }
            book.keep(seed=str(seed), settings=json.dumps(kept))
            if plan is not None:
                book.keep(policy=plan.as_text())
            judged = _grade(book, found, crew, scheduler)
            return replace(write_reports(book, out, started, found, crew), judged=judged)


def _grade(book: "Gradebook", found: list[Submission], crew: Crew, scheduler: str | None) -> int:
    """Judge what the gradebook has no result for, and write each as it comes; how many."""
    from coursekit.grading.gradebook import Conditions

    versions = {lesson: exercises.version(lesson) for lesson in {one.lesson for one in found}}
    s = crew.settings
    conditions = Conditions(s.seed, s.sandbox, s.limits.exercise, s.limits.total, versions)
    todo = list(book.hand_in(found, conditions).items())
    if not todo:
        return 0
    with counting(len(todo), "grading") as advance:
        judged = crew.judge(todo) if scheduler is None else _far(todo, s, versions, scheduler)
        for row, report in judged:
            book.record(row, report, conditions)
            advance()
    return len(todo)


def _far(
    todo: list[Item], settings: Settings, versions: dict[str, str], scheduler: str
) -> Iterator[Judged]:
    """Judge on the workers of a Dask scheduler."""
    return dask.each(
        functools.partial(dask.judged, settings=settings, versions=versions),
        todo,
        scheduler,
        lost,
        dask.carried,
        functools.partial(dask.readiness, settings, __version__),
    )


def write_reports(
    book: "Gradebook",
    out: Path,
    started: float | None = None,
    found: list[Submission] | None = None,
    crew: Crew | None = None,
) -> GradeReport:
    """Write all that is made of a gradebook's last run, with what its instructor says.

    Args:
        found: what was handed in, where it is at hand; without it answers are not compared.
        crew: tells which answers are alike.

    A page that cannot be written costs its own submission, and so does an answer that cannot be
    compared; both are said in the reports.

    Raises:
        GradeError: something of that run is still to be graded, or `out` cannot be written.
    """
    kept = json.loads(book.recall("settings") or "{}")
    entries = book.entries(last_run=True)
    waiting = [entry.file for entry in entries if entry.report is None]
    if waiting or not kept:
        raise GradeError(f"{len(waiting)} submissions are not graded yet; run `coursekit grade`")
    reports = [entry.report for entry in entries if entry.report is not None]
    names, problems = naming.pages(report.file for report in reports), []
    for number, report in enumerate(reports):
        try:
            write_changed(out / names[report.file], page(report, kept["sandbox"]))
            reports[number] = replace(report, page=names[report.file])
        except Exception as error:  # of one: the others have theirs
            problems.append(f"{report.file}: its page could not be written ({_said(error)})")
    whole = GradeReport(
        tuple(reports),
        int(book.recall("seed") or 0),
        kept["sandbox"],
        __version__,
        str(out),
        0.0 if started is None else time.monotonic() - started,
        problems=tuple(problems),
    )
    try:
        outputs.write(whole, out, found, crew.similar if crew else None)
    except JudgeError as error:
        problems.append(f"answers were not compared: {error}")
    problems += crew.problems if crew else ()
    if len(problems) > len(whole.problems):
        whole = replace(whole, problems=tuple(problems))
        outputs.write(whole, out)
    return whole


def _seed(book: "Gradebook", given: int | None) -> int:
    """The seed that was asked for, else the gradebook's: a class is graded on the same inputs."""
    kept = book.recall("seed")
    return given if given is not None else int(kept) if kept else secrets.randbelow(2**31)


def _ours(out: Path, packs: tuple[Path, ...], db: str | None, policy: Path | None) -> list[Path]:
    """What nobody handed in, should it lie among the submissions."""
    file = db.partition(":///")[2] if db and db.startswith("sqlite") else ""
    book = [Path(file + part) for part in ("", "-journal", "-wal", "-shm")] if file else []
    return [out, *packs, *book, *([policy] if policy else [])]


def _check(jobs: int, timeout: float, total: float, seed: int | None) -> None:
    for name, value in (("--jobs", jobs), ("--timeout", timeout), ("--total", total)):
        if not 0 < value < float("inf"):
            raise GradeError(f"{name} must be above 0; got {value:g}")
    if seed is not None and not 0 <= seed < 2**32:
        raise GradeError(f"--seed must be from 0 to {2**32 - 1}; got {seed}")


def _said(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return told or f"{type(error).__name__}: {error}"
