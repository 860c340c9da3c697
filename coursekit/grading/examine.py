"""One submission, judged: its cells run in a box, its functions are called from out here."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Exercise, Result, Task
from coursekit.checking.ready import get_ready
from coursekit.errors import GradeError, SandboxError
from coursekit.grading.advice import advice
from coursekit.grading.inherited import inherited
from coursekit.grading.intake.notebook import TORCH_IMPORT, Notebook, read
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.nameless import nameless
from coursekit.grading.pointed import with_lines
from coursekit.grading.reports.results import SubmissionReport, ungraded
from coursekit.grading.verdict import HIDDEN, shown, speaks_torch, verdict
from coursekit.grading.written import kept
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import quiz_answers
from coursekit.sandbox.session import Cell, Session
from coursekit.sandbox.zygotes import prepare

WORST = ("crashed", "oom", "timeout")  # a submission is called after the worst thing it did
TORCH = ("torch",)
WATCHED = HIDDEN << 1  # added to the seed when an answer is run once more to be watched
ANOTHER = "is it the right notebook? Move the answers to a fresh copy of the lesson"


@dataclass(frozen=True)
class Settings:
    """How a run is graded; the same for each of its submissions."""

    seed: int
    sandbox: str = "bubblewrap"
    limits: Limits = field(default_factory=Limits)
    secret: tuple[Path, ...] = ()
    packs: tuple[Path, ...] = ()  # other courses' exercises; each worker loads them itself


def examine(submission: Submission, settings: Settings) -> SubmissionReport:
    """Judge a submission; never raises for what is in it."""
    started = time.monotonic()
    try:
        report = _examine(submission, settings)
    except GradeError as error:
        report = _ungraded(submission, settings, "malformed", str(error))
    except SandboxError as error:
        words = f"it could not be run: {error}"
        report = _ungraded(submission, settings, "judge_failed", words)
    except Exception as error:  # a fault of the judge's own costs one report, and is said
        words = f"the grader itself failed ({type(error).__name__}: {error}); please report it"
        report = _ungraded(submission, settings, "judge_failed", words)
    return replace(report, seconds=time.monotonic() - started)


def needs_torch(submission: Submission) -> bool:
    """True if judging it will most likely import torch, told from texts alone."""
    if exercises.mentions(submission.lesson, TORCH_IMPORT):
        return True
    try:
        return read(submission.path).uses_torch
    except Exception:  # it is said when the submission is judged
        return False


def _ungraded(
    submission: Submission, settings: Settings, status: str, reason: str
) -> SubmissionReport:
    """The report of a submission that was not judged; this worker may not know its pack yet."""
    _add_packs(settings)
    return ungraded(submission, status, reason)


def _add_packs(settings: Settings) -> None:
    for pack in settings.packs:  # the grader has found them fit already
        exercises.name_pack(pack)


def _examine(submission: Submission, settings: Settings) -> SubmissionReport:
    if submission.problem:
        raise GradeError(submission.problem)
    notebook, box = read(submission.path), open_box(settings.sandbox, settings.secret)
    if notebook.uses_torch:
        prepare(box, TORCH)  # it imports torch while this process does
    _add_packs(settings)
    tasks = exercises.load(submission.lesson)
    asked = [task for task in tasks.values() if isinstance(task, Exercise)]
    names = [task.name for task in asked]
    for task in asked:
        get_ready(task)  # beside the box, which is still getting ready too
    with Session(
        box,
        [Cell(number, told.text) for number, told in notebook.told.items() if not told.problem],
        limits=settings.limits,
        watch=names,
        imports=TORCH if notebook.uses_torch or any(map(speaks_torch, asked)) else (),
    ) as session:
        session.load()
        session.loaded.stopped |= notebook.not_python
        answers = quiz_answers(session)
        verdicts = [
            verdict(task, notebook, session, answers, settings.seed) for task in tasks.values()
        ]
        built = _built_on_wrong_ones(asked, verdicts, notebook, session, settings.seed)
        judged = {full.exercise: full for full, _ in verdicts} | built
        seen = [
            advice(
                task,
                judged[task.name],
                session,
                settings.seed + WATCHED,
                tensors=speaks_torch(task),
            )
            for task in asked
        ]
    better = built | {withheld.exercise: withheld for withheld, _ in seen if withheld}
    theirs = tuple(shown(better[s.exercise]) if s.exercise in better else s for _, s in verdicts)
    status, reason = _ending(session, verdicts)
    homes = [n for n in names if notebook.turned(n) or any(c.defines(n) for c in notebook.cells)]
    if not session.loaded.defined and not homes:
        status, reason = "malformed", f"no cell defines {', '.join(names)}; {ANOTHER}"
    results = tuple(better.get(full.exercise, full) for full, _ in verdicts)
    return SubmissionReport(
        submission.student,
        submission.lesson,
        submission.file,
        status,
        reason,
        (*_notes(notebook, session, tasks), *_inheritances(better), *(n for _, n in seen if n)),
        results=results,
        shown=theirs,
        nameless=nameless(results, notebook.python[0]),
        passages=with_lines(notebook, asked, theirs),
        **kept(results, answers, notebook.python[0])._asdict(),
        ungraded=status == "malformed",
        again=session.again or any(full.again for full, _ in verdicts),
    )


def _built_on_wrong_ones(
    asked: list[Exercise],
    verdicts: list[tuple[Result, Result]],
    notebook: Notebook,
    session: Session,
    seed: int,
) -> dict[str, Result]:
    """The results that change on right helpers, by exercise; see `inherited`."""
    full = {result.exercise: result for result, _ in verdicts}
    better: dict[str, Result] = {}
    for task in asked:
        result = full[task.name]
        others = [(t, better.get(t.name, full[t.name])) for t in asked if t is not task]
        try:
            found = inherited(
                task, result, others, session,
                source=notebook.python[0], seed=seed + HIDDEN, tensors=speaks_torch(task),
            )  # fmt: skip
        except Exception:  # of the judge's own: the verdict stands as it is
            session.drop()
            found = result
        if found is not result:
            better[task.name] = found
    return better


def _inheritances(built: dict[str, Result]) -> Iterator[str]:
    for name, result in built.items():
        yield from (f"{name}: {note}" for note in result.notes if note.startswith("inherited"))


def _ending(session: Session, verdicts: list[tuple[Result, Result]]) -> tuple[str, str]:
    """How the submission as a whole ended, and why."""
    failed = [full.exercise for full, _ in verdicts if full.status == "judge_failed"]
    if failed:
        words = f"the grader itself failed at {', '.join(failed)}, which is no verdict on it"
        return "judge_failed", f"{words}; it is graded again by the next run"
    if not session.events:
        return "graded", ""
    statuses = {status for status, _ in session.events}
    worst = next(status for status in WORST if status in statuses)
    return worst, "; ".join(dict.fromkeys(words for _, words in session.events[:4]))


def _notes(notebook: Notebook, session: Session, tasks: dict[str, Task]) -> Iterator[str]:
    """What was odd about the notebook and what was done about it."""
    yield from notebook.notes
    for name, cells in session.loaded.defined.items():
        if len(cells) > 1:
            where = ", ".join(map(str, cells[:-1])) + f" and {cells[-1]}"
            yield f"{name} is defined in cells {where}; the last one was graded"
    yield from [*notebook.left_out, *session.loaded.notes][:10]
    checks = {cell.number for cell in notebook.run if cell.only_checks}
    stopped = {n: words for n, words in session.loaded.stopped.items() if n not in checks}
    for number, words in sorted(stopped.items())[:10]:
        lacking = notebook.skipped(words)
        words = f"{words}; {lacking}" if lacking else words
        yield f"cell {number} did not run to its end ({words}); the cells after it did run"
