"""One exercise of a submission, judged: the full result, and what of it the learner may see."""

import difflib
import re

from coursekit.checking import Exercise, Question, Result, Task, judge
from coursekit.checking.ready import speaks
from coursekit.errors import SandboxError
from coursekit.grading.intake.notebook import Notebook
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.sanitize import plain
from coursekit.sandbox.session import Session

MANY = 1000  # names that a missing one is compared with
HIDDEN = 1 << 32  # added to the seed: none that is given is the notebooks' public one


def verdict(
    task: Task, notebook: Notebook, session: Session, answers: dict, seed: int
) -> tuple[Result, Result]:
    """The result of one exercise or question, in full and as the learner may see it.

    Raises:
        SandboxError: no box can be started, for this or any other.
    """
    try:
        return _verdict(task, notebook, session, answers, seed)
    except SandboxError:
        raise
    except Exception as error:  # of the judge's own: it costs this one its verdict, and no other
        session.drop()
        words = f"the check itself failed ({type(error).__name__}: {plain(str(error))})."
        result = _result(task, "judge_failed", "", words).but(again=True)
        return result, result.but(message="the check itself failed.")


def _verdict(
    task: Task, notebook: Notebook, session: Session, answers: dict, seed: int
) -> tuple[Result, Result]:
    if isinstance(task, Question):
        result = task.printed_on(notebook.page).judge(answers.get(task.name, ...))
        result = result.but(message=plain(result.message))
        return result, result
    assert isinstance(task, Exercise)
    answer = find_answer(session, task.name, tensors=speaks_torch(task))
    source, origin = notebook.python
    result = judge(task, answer, seed=seed + HIDDEN, source=source)
    if result.status == "judge_failed":
        session.drop()  # a question may be left half answered
    if answer is None:
        result = _explained(result, task, notebook, session)
    lacking = notebook.skipped(result.message) if result.status == "error" else ""
    result = result.but(message=result.message + _added(lacking))
    if result.status == "forbidden":
        result = result.but(message=_placed(result.message, origin))
    result = result.but(message=plain(result.message))
    learners = shown(result)
    if lacking:  # which name it was may tell a hidden input
        learners = learners.but(message=learners.message + _added(notebook.demonstrations))
    return result, learners


def _added(words: str) -> str:
    return f" {words[0].upper()}{words[1:]}." if words else ""


def speaks_torch(task: Exercise) -> bool:
    """True if a module of the exercise's lesson imports torch."""
    return speaks(task, "torch")


def shown(result: Result) -> Result:
    """The result in the judge's words alone: any other could carry a hidden input out."""
    result = result.but(behaviour="")
    if result.difference is None:
        return result
    return result.but(message=result.difference.blind, difference=None)


def _explained(result: Result, task: Exercise, notebook: Notebook, session: Session) -> Result:
    """Why a function is missing, where that can be told."""
    name, stopped = task.name, session.loaded.stopped
    homes = [cell for cell in notebook.cells if cell.defines(name)]
    for cell in reversed(homes):
        if cell.demo:
            words = f"its cell ({cell.number}) is tagged `demo`, so it was skipped: remove the tag."
            return result.but(message=words)
        if cell.number in stopped:
            words = f"its cell ({cell.number}) did not run to its end: {stopped[cell.number]}"
            late = stopped[cell.number].startswith("no answer")
            return _result(task, "timeout" if late else "error", "defined", words)
        if cell.number in notebook.told and (notes := notebook.told[cell.number].notes):
            return result.but(message=plain(f"its cell ({cell.number}) did not run: {notes[0]}."))
    if turned := notebook.turned(name):
        return result.but(message=f"{turned}.")
    others = {n for cell in notebook.run for n in cell.definitions()}
    others -= {name, *session.loaded.defined}
    close = difflib.get_close_matches(name, sorted(others)[:MANY], n=1)
    if close:
        return result.but(message=f"{result.message} Is it {close[0]}? Name it {name}.")
    return result


def _placed(message: str, origin: list[tuple[int, int]]) -> str:
    """ "line 57" of all cells together as the cell and its line."""

    def place(match: re.Match[str]) -> str:
        n = int(match[1])
        return "cell {}, line {}".format(*origin[n - 1]) if 0 < n <= len(origin) else match[0]

    return re.sub(r"^line (\d+)", place, message)


def _result(task: Task, status: str, rung: str, words: str) -> Result:
    about = (task.name, task.lesson, status, 0, task.points, rung, words)
    return Result(*about, hidden=True, question=isinstance(task, Question))
