"""What a kernel keeps of the learner's work in its workspace, and shows of it."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from coursekit import exercises, workspace
from coursekit.checking import Exercise, Result, Task
from coursekit.errors import WorkspaceError
from coursekit.learning.absent import lacking, of
from coursekit.learning.attempts import Attempts
from coursekit.learning.progressfile import Attempt
from coursekit.learning.report import ProgressTable

_news: list[str] = []  # what is to be said with the next thing that is shown


def keep(result: Result) -> Result:
    """The result with its attempt's number, kept; what went wrong in that becomes a note of it."""
    try:
        result = result.but(attempt=_mine().record(result))
    except Exception as error:  # a fault of ours must never cost the learner the verdict
        _news.append(f"your progress could not be saved ({type(error).__name__}: {error}).")
    return result.but(notes=(*result.notes, *(_capital(words) for words in _taken())))


def attempts_at(exercise: str) -> int:
    """How often an exercise was checked, as far as it is kept."""
    return _mine().by_name.get(exercise, Attempt()).checks


def hints_at(exercise: str) -> int:
    """How many hints on an exercise were taken, as far as it is kept."""
    return _mine().by_name.get(exercise, Attempt()).hints


def count_hint(task: Task, last: int) -> int:
    """Count a hint, and return which one to show, from 0."""
    level = _mine().hint(task.name, task.lesson, last)
    _print_news()
    return level


def forget(exercise: str) -> None:
    """Forget the attempts and hints of one exercise ("" for all), and say so."""
    _mine().forget(exercise)
    of = f"The attempts and hints of {exercise} are" if exercise else "All attempts and hints are"
    print(f"{of} forgotten. Your notebooks are untouched.")
    _print_news()


def progress(lesson: str | None = None) -> ProgressTable:
    """What you have solved so far, lesson by lesson, with the open diagnoses.

    Args:
        lesson: one of them: "04", "batchnorm_forward" or "04_batchnorm_forward".
    """
    numbers = _numbers()
    stems = [f"{number}_{name}" for name, number in numbers.items()]
    wanted = None if lesson is None else _called(str(lesson), stems)
    if lesson is not None and wanted is None:
        print(f"No lesson is called {str(lesson)!r}; these are all.")
    asked = loadable(wanted, print)
    hidden = {n for n in asked if wanted is None and _own(n) and exercises.about(n).draft}
    tasks = [
        task
        for lesson in asked
        for task in exercises.load(lesson).values()
        if (task.points > 0 or isinstance(task, Exercise)) and task.lesson not in hidden
    ]
    tasks.sort(key=lambda task: numbers.get(task.lesson, "~"))  # another course's come last
    attempts = _mine().by_name
    _print_news()
    return ProgressTable(
        tuple((task, attempts.get(task.name, Attempt())) for task in tasks),
        {name: _title(name, numbers) for name in dict.fromkeys(task.lesson for task in tasks)},
    )


def loadable(wanted: str | None = None, tell: Callable[[str], object] = str) -> list[str]:
    """The lessons, or the one wanted, whose exercises can be loaded.

    Args:
        tell: is given what each other one lacks.
    """
    found = []
    for lesson in exercises.names() if wanted is None else [wanted]:
        try:
            exercises.load(lesson)
            found.append(lesson)
        except ModuleNotFoundError as error:
            if not of(error):
                raise
            tell(f"Lesson {_numbers().get(lesson, lesson)} needs {lacking([of(error)])}.")
    return found


def _own(lesson: str) -> bool:
    return lesson in exercises.names() and lesson not in exercises.PACKS


def _called(lesson: str, stems: list[str]) -> str | None:
    stem = workspace.called(lesson, stems)
    return stem[3:] if stem else lesson if lesson in exercises.names() else None


def _title(lesson: str, numbers: dict[str, str]) -> str:
    """A lesson as its notebook is headed, with its number."""
    title = exercises.about(lesson).title if _own(lesson) else lesson
    return f"{numbers[lesson]} {title}" if lesson in numbers else title


@cache
def _numbers() -> dict[str, str]:
    """The number of each lesson that has a notebook, by its name and in order."""
    try:
        return {path.stem[3:]: path.stem[:2] for path in workspace.shipped()}
    except WorkspaceError:
        return {}


def _taken() -> list[str]:
    news = _news[:]
    _news.clear()
    return news


def _print_news() -> None:
    for words in _taken():
        print(_capital(words))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


_attempts: dict[Path | None, Attempts] = {}


def _mine() -> Attempts:
    """This kernel's attempts, in its workspace's file; in memory only where there is none."""
    folder = workspace_folder()
    path = folder / ".coursekit" / "progress.json" if folder else None
    return _attempts.setdefault(path, Attempts(path, _news.append))


def workspace_folder() -> Path | None:
    """The workspace that `coursekit lab` named; under another Jupyter, the notebook's."""
    named = os.environ.get("COURSEKIT_WORKSPACE")
    return Path(named) if named else _around()


_found: list[Path] = []  # a notebook may change its folder later


def _around() -> Path | None:
    if not _found:
        try:
            here = Path.cwd()
        except OSError:  # it was removed
            return None
        bases = (folder for folder in (here, *here.parents) if workspace.base(folder, "").is_dir())
        _found.extend(list(bases)[:1])
    return _found[0] if _found else None
