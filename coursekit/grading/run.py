"""Grade a folder: the one function behind `coursekit grade`."""

import functools
import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit import __version__, exercises
from coursekit.bars import counting
from coursekit.errors import GradeError
from coursekit.grading import arguments, seal
from coursekit.grading.examine import Settings
from coursekit.grading.gather import Told, gather, is_begun, keep
from coursekit.grading.intake.rest import Ready
from coursekit.grading.intake.submissions import Submission, discover
from coursekit.grading.last_run import write_reports
from coursekit.grading.lock import held
from coursekit.grading.reports.folder import make, see_own
from coursekit.grading.reports.results import GradeReport
from coursekit.grading.workers import dask
from coursekit.grading.workers.local import Crew, Item, Judged, lost
from coursekit.grading.workplace import workplace
from coursekit.sandbox.box import Limits, open_box

UNSEEN = (
    "jobs",
    "scheduler",
    "seed",
    "ready",
)  # arguments that change no report, or are asked for apart

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
    roster: Path | None = None,
    times: Sequence[str] = (),
    scheduler: str | None = None,
    bom: bool = False,
    earlier: tuple[str, ...] = (),
    ready: Ready | None = None,
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
        roster: a CSV file of the class; if absent, the gradebook's last.
        times: CSV files of when what was handed in, as FILE or LESSON=FILE; the gradebook's stay.
        scheduler: the address of Dask's, whose workers judge in place of this machine.
        bom: begin gradebook.csv with a byte-order mark, by which Excel knows its letters.
        earlier: gradebooks of earlier years, whose answers are compared with these.
        ready: what is at rest in a folder that is watched; the rest is left for another run.

    Raises:
        GradeError: the arguments cannot be: no such folder, an output that cannot be written, a
            gradebook that cannot be used, a policy without meaning; or another run writes there.
        ExerciseError: a pack is not fit to grade by.
        SandboxError: there is no sandbox; the message says how to install one.
    """
    given = {name: value for name, value in locals().items() if name not in UNSEEN}
    started = time.monotonic()
    arguments.check(jobs, timeout, total, seed)
    see_own(out, submissions)
    for pack in packs:
        exercises.name_pack(pack)
    told = Told(roster, times, policy)
    others = arguments.passed_over(out, packs, db, told)
    past = arguments.gradebooks(earlier)
    look = seal.read(submissions, others, [*packs, *told.files, *past], given)
    if len(past) < len(earlier):
        look.newest = math.inf  # what a server holds is not seen from here
    if same := seal.unchanged(look, out, db, seed, write_reports):
        return same
    room = gather(told, out, db)
    with workplace() as scratch, ExitStack() as ends:
        try:
            found = discover(submissions, scratch, others, room, ready)
        except GradeError:
            for pack in packs:  # what is wrong with one is the better thing to say
                exercises.add_pack(pack)
            raise
        if scheduler is None:
            open_box(sandbox)
        make(out)
        ends.enter_context(held(out, "coursekit grade"))
        if ready and ready.passed:
            look.newest = math.inf  # what was left may stay as it is, and is still to be graded
        hidden = [submissions, out, *packs, scratch, *told.files, *past]
        hidden += [Path(place) for place in earlier if "://" not in place]
        secret = tuple(path.resolve() for path in hidden)
        limits = Limits(exercise=timeout, total=total)
        settings = Settings(0, sandbox, limits, secret, tuple(p.resolve() for p in packs))
        most = 1 if scheduler else min(jobs, len(found))
        crew = ends.enter_context(Crew(settings, most, scratch))
        if not (scheduler or db or is_begun(out)):
            crew.warm_up(found)  # nothing was judged yet: all of it will be

        from coursekit.grading import earlier as years
        from coursekit.grading.gradebook import Gradebook, locate, parse
        from coursekit.grading.gradebook import policy as policies

        crew.examine_packs()  # by now a worker may be warm
        for pack in packs if policy else ():  # it may name their questions
            exercises.load(pack.stem)
        plan = policies.read(policy, room.roster) if policy else None
        before = years.read(earlier, db or str(out), {one.lesson for one in found})
        url = parse(db) if db else locate(out)
        if url.get_backend_name() == "sqlite" and url.database:
            secret += (Path(url.database).resolve(),)
        with Gradebook.open(url, create=True) as book:
            seed = arguments.seed(book, seed)
            crew.settings = replace(settings, seed=seed, secret=secret)
            kept = {
                "submissions": str(submissions.resolve()),
                "out": str(out.resolve()),
                "sandbox": sandbox,
                "timeout": timeout,
                "total": total,
                "packs": [str(pack) for pack in settings.packs],
                "bom": bom,
                "earlier": [*earlier],
            }
            book.keep(seed=str(seed), settings=json.dumps(kept))
            if plan is not None:
                book.keep(policy=plan.as_text())
            keep(book, out, room)
            compare = years.Comparison(book, crew, before)
            judged = _grade(book, found, crew, scheduler)
            seen = book.newest_mark()
            report = replace(write_reports(book, out, started, found, compare), judged=judged)
            seal.close(book, look, out, report, seen)
            return report


def _grade(book: "Gradebook", found: list[Submission], crew: Crew, scheduler: str | None) -> int:
    """Judge what the gradebook has no result for, and write each as it comes; how many.

    A group's notebook is judged once and counts for each of them, as in the reports.
    """
    from coursekit.grading.gradebook import Conditions

    versions = {lesson: exercises.version(lesson) for lesson in {one.lesson for one in found}}
    s = crew.settings
    conditions = Conditions(s.seed, s.sandbox, s.limits.exercise, s.limits.total, versions)
    twins = _twins(book.hand_in(found, conditions))
    todo = [(rows[0], one) for one, rows in twins]
    if not todo:
        return 0
    every = {rows[0]: rows for _, rows in twins}
    with counting(len(todo), "grading") as advance:
        judged = crew.judge(todo) if scheduler is None else _far(todo, s, versions, scheduler)
        for row, report in judged:
            for mine in every[row]:
                book.record(mine, report, conditions)
            advance()
    return sum(map(len, every.values()))


def _twins(todo: dict[int, Submission]) -> list[tuple[Submission, list[int]]]:
    """Each file once, with the rows of all whose it is: a group's is judged for all of them."""
    found: dict[tuple[Path, str], tuple[Submission, list[int]]] = {}
    for row, one in todo.items():
        found.setdefault((one.path, one.lesson), (one, []))[1].append(row)
    return [*found.values()]


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
