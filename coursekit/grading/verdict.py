"""One exercise of a submission, judged: the full result, and what of it the learner may see."""

import builtins
import difflib
import inspect
import re
import sys
from functools import lru_cache

from coursekit.checking import Exercise, Question, Result, Task, judge
from coursekit.checking.ladder import shape_story
from coursekit.grading.notebook import Notebook
from coursekit.sandbox.remote import RemoteAnswer, find_answer
from coursekit.sandbox.session import Session
from coursekit.sandbox.words import plain

HIDDEN = 1 << 32  # added to the seed: none that is given is the notebooks' public one


def verdict(
    task: Task, notebook: Notebook, session: Session, answers: dict, seed: int
) -> tuple[Result, Result]:
    """The result of one exercise or question, in full and as the learner may see it."""
    if isinstance(task, Question):
        result = task.judge(answers.get(task.name, ...))
        result = result.but(message=plain(result.message))
        return result, result
    assert isinstance(task, Exercise)
    answer = find_answer(session, task.name, tensors=speaks_torch(task))
    source, origin = notebook.python
    try:
        result = judge(task, answer, seed=seed + HIDDEN, source=source)
    except Exception as error:  # a script met a value that it cannot handle
        session.drop()  # a question may be left half answered
        words = f"the check could not go on with what it returned ({type(error).__name__})."
        result = _result(task, "error", "structure", words)
    if answer is None:
        result = _explained(result, task, notebook, session)
    lacking = notebook.skipped(result.message) if result.status == "error" else ""
    lacking = f" {lacking[0].upper()}{lacking[1:]}." if lacking else ""
    result = result.but(message=result.message + lacking)
    if result.status == "forbidden":
        result = result.but(message=_placed(result.message, origin))
    result = result.but(message=plain(result.message))
    learners = shown(result, answer)
    if lacking and learners is not result:  # only names of the notebook's own are in it
        learners = learners.but(message=learners.message + lacking)
    return result, learners


def speaks_torch(task: Exercise) -> bool:
    """True if a module of the exercise's lesson imports torch."""
    return _imports_torch(task.right.__module__)


@lru_cache
def _imports_torch(home: str) -> bool:
    lesson = home.rpartition(".")[0] if home.count(".") > 2 else home
    return any(
        inspect.ismodule(value) and value.__name__.partition(".")[0] == "torch"
        for name, module in list(sys.modules.items())
        if name == lesson or name.startswith(lesson + ".")
        for value in vars(module).values()
    )


def shown(result: Result, answer: RemoteAnswer | None) -> Result:
    """The result without the learner's own words, in which a hidden input could be carried out."""
    error = answer.error if answer is not None and result.status == "error" else None
    if error is None:
        return result
    kind = error.kind if isinstance(getattr(builtins, error.kind, None), type) else "an exception"
    words = f"{error.where or result.exercise} raised {kind}. {shape_story(error.message)}"
    return result.but(message=words.strip())


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
    others = {n for cell in notebook.run for n in cell.definitions()}
    close = difflib.get_close_matches(name, others - session.loaded.defined.keys(), n=1)
    if close:
        return result.but(message=f"{result.message} Is it {close[0]}? Name it {name}.")
    return result


def _placed(message: str, origin: list[tuple[int, int]]) -> str:
    """ "line 57" of all cells together as the cell and its line."""

    def place(match: re.Match[str]) -> str:
        n = int(match[1])
        return "cell {}, line {}".format(*origin[n - 1]) if 0 < n <= len(origin) else match[0]

    return re.sub(r"^line (\d+)", place, message)


def _result(task: Exercise, status: str, rung: str, words: str) -> Result:
    return Result(task.name, task.lesson, status, 0, task.points, rung, words, hidden=True)
