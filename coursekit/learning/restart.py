"""What is said where a name is asked for that the kernel does not hold, as after a restart."""

from coursekit.checking import Result, Task
from coursekit.checking.source.cells import RAN
from coursekit.learning.absent import lacking, of
from coursekit.learning.screen import Stale, stale

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
    return RunAbove(*about, next=after)


def needs(name: str, error: ModuleNotFoundError) -> Result:
    """The result of a check of an exercise whose package is missing: no verdict, no attempt.

    Raises:
        ModuleNotFoundError: the package is none that a learner may do without.
    """
    package = of(error)
    if not package:
        raise error
    words = f"this exercise needs {lacking([package])}. Nothing was judged."
    after = "Install it and restart the kernel, or go on: the other exercises do without it."
    return Result(name, "", "judge_failed", 0, 0, "", words, next=after, again=True)


def not_judged(task: Task, why: Stale) -> Result:
    """The result of a check of a function that is not the one on the screen."""
    about = (task.name, task.lesson, why.status, 0, task.points, "defined", why.message)
    return Result(*about, next=why.next)
