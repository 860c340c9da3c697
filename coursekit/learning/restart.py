"""What is said where a name is asked for that the kernel does not hold, as after a restart."""

import re

from coursekit.checking import Question, Result, Task
from coursekit.checking.panel import WORDS
from coursekit.checking.source.cells import RAN
from coursekit.learning.absent import absent, lacking, of
from coursekit.learning.screen import Stale, stale

NOT_JUDGED = "not judged; your work is kept"
NOT_THERE = re.compile(r"No module named '(\w+)|name '(\w+)' is not defined")
BUTTON = (
    "<style>.ckp-button{display:none;font:inherit;padding:2px 10px;cursor:pointer}"
    "[data-jp-theme-light] .ckp-button{display:inline-block}</style>"  # where it can do something
    '<button type="button" class="ckp-button" data-commandlinker-command="notebook:run-all-above">'
    "Run all cells above</button>"
)


class RunAbove(Result):
    """A result whose panel has a button that runs the cells above, in JupyterLab and Notebook."""

    def _repr_html_(self) -> str:
        whole = super()._repr_html_()
        return whole.removesuffix("</div>") + BUTTON + "</div>"


class Unjudged(Result):
    """A result that is no verdict because a package is missing: nothing of the check's failed."""

    def __str__(self) -> str:
        return super().__str__().replace(WORDS["judge_failed"], NOT_JUDGED)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return super()._repr_html_().replace(WORDS["judge_failed"], NOT_JUDGED)


def missing(task: Task, name: str, line: int = 0) -> Result:
    """The result of a check of something that is not defined.

    Args:
        name: what is missing: the exercise's function, or the answer to a question.
        line: of the running cell, from where it is asked.
    """
    if why := stale(name, None, line):
        return not_judged(task, why)
    was = any(ran.reached(b) for ran in RAN for b in ran.bindings(name) if ran.ended != "running")
    words = f"`{name}` is not defined"
    words += " any more." if was else ": no cell that defines it has run since the kernel started."
    after = "Run the cells above first (Run > Run All Above Selected Cell), then this one again."
    about = (task.name, task.lesson, "missing", 0, task.points, "defined", words)
    return RunAbove(*about, next=after, question=isinstance(task, Question))


def needs(error: ModuleNotFoundError, name: str, task: Task | None = None) -> Result:
    """The result of a check for which a package is missing: no verdict, no attempt.

    Raises:
        ModuleNotFoundError: the package is none that a learner may do without.
    """
    package = of(error)
    if not package:
        raise error
    return _without(package, "this exercise", name, task)


def lacked(result: Result, task: Task) -> Result:
    """The same result, unless an answer raised because a package is missing: no verdict then."""
    found = NOT_THERE.search(result.message) if result.status == "error" else None
    package = (found[1] or found[2]) if found else ""
    if package not in absent():
        return result
    return _without(package, "your answer", task.name, task)


def _without(package: str, who: str, name: str, task: Task | None) -> Result:
    lesson, points = (task.lesson, task.points) if task else ("", 0)
    words = f"{who} needs {lacking([package])}. Nothing was judged."
    after = "Install it and restart the kernel, or go on with what does without it."
    about = (name, lesson, "judge_failed", 0, points, "", words)
    return Unjudged(*about, next=after, again=True, question=isinstance(task, Question))


def not_judged(task: Task, why: Stale) -> Result:
    """The result of a check of a function that is not the one on the screen."""
    about = (task.name, task.lesson, why.status, 0, task.points, "defined", why.message)
    return Result(*about, next=why.next, question=isinstance(task, Question))
