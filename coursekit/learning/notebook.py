"""What a notebook calls: check, hint, use, progress, reset. None of them raises at a learner."""

from collections.abc import Callable
from typing import Any

from coursekit import exercises
from coursekit.checking import PUBLIC_SEED, Exercise, Question, Result, Task, judge
from coursekit.checking.guest.plain import plain
from coursekit.checking.inherited import judge_with_ours
from coursekit.checking.limits.stay import stays_alive
from coursekit.checking.limits.stuck import says_when_stuck
from coursekit.checking.parts import alone, told_apart
from coursekit.checking.shown.case import Case, fetch
from coursekit.checking.shown.hand import InHand
from coursekit.checking.source.surroundings import outside, source
from coursekit.checking.task import did_you_mean
from coursekit.errors import JudgeError
from coursekit.learning import ahead, kernel, outcome, page, unchanged
from coursekit.learning.absent import of
from coursekit.learning.asked import name_of
from coursekit.learning.beyond import beyond
from coursekit.learning.handed import received as received
from coursekit.learning.history import (
    attempts_at,
    count_hint,
    forget,
    keep,
    loadable,
)
from coursekit.learning.history import progress as progress
from coursekit.learning.kernel import Missing
from coursekit.learning.parted import no_part
from coursekit.learning.rebuilt import on_older_base
from coursekit.learning.report import HintCard
from coursekit.learning.restart import lacked, missing, needs, not_judged
from coursekit.learning.screen import lookalike, stale
from coursekit.learning.usable import lend, original
from coursekit.renamed import now

HINTS = ("a nudge", "a question", "with blanks", "worked answer")


def check(answer: Any = None, value: Any = ..., /, *, part: str = "") -> Result:
    """Check your function, or your answer to a question, and say what is wrong with it.

    Args:
        answer: the function (the name you call it by says which exercise it answers), or the
            name of a question as a string.
        value: your answer to that question.
        part: of a long exercise the part to look at; no attempt is counted.
    """
    name, line = _asked(answer)
    answer = original(answer)
    try:
        task = exercises.find(name)
    except ModuleNotFoundError as error:
        return needs(error, name)
    if task is None:
        about = (name, "", "missing", 0, 0, "defined", _unknown(name))
        if isinstance(answer, str):
            return Result(*about, next="Correct the name in quotes.")
        if callable(answer):
            return Result(*about, next="Rename your function.")
        words = f"you passed a result ({'an array' if name == 'ndarray' else name})."
        after = "Pass the function itself, without calling it: check(name)."
        return Result(*about[:-1], words, next=after)
    for given in (answer, value):
        if isinstance(given, Missing):
            return missing(task, given.__name__, line)
    if part and (none := no_part(task, part)):
        return none
    key = None
    try:
        if isinstance(task, Exercise) and (why := stale(name, answer, line)):
            return not_judged(task, why)
        if part:
            return on_older_base(lacked(_judge(task, answer, ..., part=part), task), answer)
        key = unchanged.key(task, answer) if isinstance(task, Exercise) else None
        same = _memory.recall(key, task.name)
        if same and same.attempt <= attempts_at(task.name):  # none of a file that is gone
            return on_older_base(outcome.shown(task, same), answer)
        result = lacked(_judge(task, answer, value), task)
    except Exception as error:  # a fault of the check must never cost the learner the cell
        if isinstance(error, ModuleNotFoundError) and of(error):
            return needs(error, task.name, task)
        words = f"the check itself failed ({type(error).__name__}: {error})."
        report = "Please report it with your code; your answer is not marked wrong."
        result = Result(
            task.name, task.lesson, "judge_failed", 0, task.points, "", words,
            next=report, again=True, question=isinstance(task, Question),
        )  # fmt: skip
    kept = keep(result) if task.points or isinstance(task, Exercise) else result
    _memory.keep(key, result.but(attempt=kept.attempt))  # what is said of saving is said once
    said = on_older_base(outcome.shown(task, kept), answer)
    return outcome.reported(task, said, value, answer)


def score(answer: Callable, /, *, seed: int = PUBLIC_SEED) -> float:
    """Check your function, show what was found, return the points: an nbgrader test's last line.

    Args:
        answer: as for `check`.
        seed: of the inputs; another one than the notebook's own in hidden tests.

    Raises:
        JudgeError: the check itself failed, so that there is no score.
    """
    from IPython.display import display

    task = exercises.find(_asked(answer)[0])
    hidden = seed != PUBLIC_SEED and isinstance(task, Exercise)
    result = _judge(task, answer, ..., seed) if task and hidden else check(answer)
    display(result.but(case=None))  # no input is shown where a grade is given
    if result.status == "judge_failed":  # a number would be taken as a score
        raise JudgeError(result.message)
    return float(result.score)


def case(answer: Any, label: str = "", /) -> Case:
    """The input on which the last check of your function failed, or the public one of that label.

    Raises:
        UnknownExercise: no lesson asks for that function.
        CaseError: no check has failed since the kernel started, and no input has that label.
    """
    name, _ = _asked(answer)
    exercises.find(name)  # loads its lesson
    return fetch(name, label)


def hint(answer: Any = None, /) -> HintCard:
    """The next hint for your function's exercise: three of rising help, then the worked answer."""
    name, _ = _asked(answer)
    try:
        task = exercises.find(name)
    except ModuleNotFoundError as error:
        return HintCard(name, 0, "", needs(error, name).message)
    if not isinstance(task, Exercise):
        words = "questions have no hints; each option explains itself." if task else _unknown(name)
        return HintCard(name, 0, "", words)
    level = count_hint(task, last=len(task.hints))
    if level < len(task.hints):
        return HintCard(name, level + 1, HINTS[level], task.hints[level])
    return HintCard(name, level + 1, HINTS[-1], task.worked_answer(), code=True)


def use(answer: Callable, /) -> Callable:
    """Your function if it passes its check; otherwise the course's, saying so.

    Later cells then run whether or not you have solved the exercise yet.
    """
    name, _ = _asked(answer)
    try:
        task = exercises.find(name)
    except ModuleNotFoundError as error:
        print(f"{name}: {needs(error, name).message}")
        return answer
    if not isinstance(task, Exercise):
        return answer
    if isinstance(answer, Missing):
        why = "yours is not defined"
    else:
        with stays_alive(getattr(answer, "__globals__", None)):
            mine, result = lend(task, answer)
        if mine is not None:
            return mine
        why = "yours does not pass its check yet"
        if result.status == "judge_failed":
            why = "the check of yours itself failed"
    print(f"Using the course's {task.name} from here on: {why}.")
    return task.right


def reset(answer: Any = None, /) -> None:
    """Forget the attempts and hints of one exercise (or of all); your code stays as it is."""
    name = "" if answer is None else _asked(answer)[0]
    _memory.forget(name or None)
    forget(name)


def _judge(task: Task, answer: Any, value: Any, seed: int = PUBLIC_SEED, part: str = "") -> Result:
    if isinstance(task, Question):
        return page.judged(task, plain(value))
    assert isinstance(task, Exercise)
    if isinstance(answer, str):
        words = "pass the function itself, without quotation marks."
        about = (task.name, task.lesson, "missing", 0, task.points, "defined", words)
        return Result(*about, next=f"check({answer})")
    if answer is task.right:
        words = f"this is the course's own {task.name}, which `use` put in the place of yours."
        after = "Run the cell with your function again, then this one."
        about = (task.name, task.lesson, "unsolved", 0, task.points, "", words)
        return Result(*about, next=after)
    mine = InHand(answer, name=task.name)
    read = source(answer, task.name)
    asked = alone(task, part) if part else task
    with says_when_stuck(), stays_alive(getattr(answer, "__globals__", None)):
        result = judge(asked, mine, seed=seed, source=read)
        if part:
            result = told_apart(task, part, mine, result)
        result = judge_with_ours(asked, answer, result).but(part=part)
        if seed == PUBLIC_SEED:
            result = beyond(task, answer, result, read)
    if read is not None and result.status == "forbidden":
        result = result.but(message=read.placed(result.message, task.name))
    if not result.passed and (names := outside(answer)):
        words = f"it reads {', '.join(names)} from outside; only arguments are sure to be there."
        result = result.but(notes=(*result.notes, words))
    if other := lookalike(task.name):
        words = f"a newer cell defines `{other}`; this is about `{task.name}`."
        result = result.but(notes=(*result.notes, words))
    if said := str(mine.printed):
        print(f"{task.name} printed, while it was checked:\n{said}")
    return result


def _asked(answer: Any) -> tuple[str, int]:
    """The exercise that is asked about, as it is called today, and the line that asks."""
    name, line = name_of(answer)
    return now(name), line


def _unknown(name: str) -> str:
    """What to say of a name that no lesson asks for; only now all of them are loaded."""
    known = {n: t for lesson in loadable() for n, t in exercises.load(lesson).items()}
    return f"no exercise is called {name!r}.{did_you_mean(name, known)}"


_memory = unchanged.Memory()
kernel.watch()
page.begin()
outcome.begin()
ahead.start()  # a notebook's first cell loads this module
