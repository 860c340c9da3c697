"""`coursekit new mistake`: a wrong function becomes the edit of the right answer that makes it."""

import ast
from pathlib import Path
from types import FunctionType

from coursekit import exercises
from coursekit.authoring.new import MARK
from coursekit.authoring.slips import edits_between, written
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.edits import source_of
from coursekit.checking.task import did_you_mean
from coursekit.errors import ExerciseError
from coursekit.files import write_whole

SEEDS = (0, 1, 2)  # the public one and two that a grader might draw
TOLD = f"{MARK}: what was done, and what was asked for."


def write(root: Path, exercise: str | None, file: Path, name: str | None = None) -> Path:
    """Write the wrong function of a file among the mistakes of an exercise.

    Small edits of the right answer go to NAME_mistakes.txt; another algorithm goes, as a function,
    to NAME_mistakes.py where there is one, else to the exercise's module.

    Args:
        root: of the course's tree.
        exercise: if absent, the one that the file's function is called after.
        file: Python that defines one function or class, which is run; a grading run writes such
            files for wrong answers that behave alike and have no name, as unnamed/NAME.py.
        name: the diagnosis; if absent, the function's name; the file's if that is the exercise's.

    Returns:
        The file that was changed.

    Raises:
        ExerciseError: there is no such exercise, no such function, the name is taken or cannot be
            one, the function is right, or what it does has a name already.
    """
    exercise = exercise or _called(file)
    task = exercises.find(exercise)
    if not isinstance(task, Exercise):
        exercises.load()  # so that all names are known
        raise ExerciseError(f"no exercise is called {exercise!r}.{did_you_mean(exercise)}")
    code, defined = _wrong(file, exercise)
    called = name or (defined if defined != exercise else file.stem)
    if not called.isidentifier():
        raise ExerciseError(f"{called!r} cannot name a mistake: letters, digits and _ are needed")
    if called in task.mistakes or called == exercise or called in task.alternatives:
        raise ExerciseError(f"{exercise}: {called!r} is taken; give another name with --name")
    _refused(task, code, defined, file)
    home = root / "coursekit" / "exercises" / task.lesson
    edits = edits_between(source_of(task.right), code)
    if edits:
        path = home / f"{exercise}_mistakes.txt"
        text = f"{called}: {TOLD}\n{written(edits)}\n"
        end = "\n\n"
    else:
        apart = home / f"{exercise}_mistakes.py"
        path = apart if apart.exists() else home / f"{exercise}.py"
        text = f'@{exercise}.mistake("{TOLD}")\n{_renamed(code, called)}\n'
        end = "\n\n\n"
    if not path.exists() and not edits:
        raise ExerciseError(f"{path} is not there; write the mistake where the exercise is")
    before = path.read_text("utf-8").rstrip("\n") + end if path.exists() else ""
    write_whole(path, before + text)
    return path


def _wrong(file: Path, exercise: str) -> tuple[str, str]:
    """The source and the name of the one function or class that a file defines."""
    try:
        text = file.read_text("utf-8")
        body = ast.parse(text).body
    except (OSError, UnicodeDecodeError, SyntaxError) as error:
        raise ExerciseError(f"{file} cannot be read as Python: {error}") from None
    found = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    named = [node for node in found if node.name == exercise] or found
    if len(named) != 1:
        names = ", ".join(node.name for node in found) or "none"
        words = f"one function is needed, or one that is called {exercise}; there is {names}"
        raise ExerciseError(f"{file}: {words}")
    return ast.get_source_segment(text, named[0]) or "", named[0].name


def _called(file: Path) -> str:
    """The exercise that a file's function is called after."""
    exercises.load()
    _, defined = _wrong(file, "")
    return defined


def _refused(task: Exercise, code: str, defined: str, file: Path) -> None:
    """Raise ExerciseError unless a function is wrong in a way that has no name yet."""
    names = dict(vars(__import__(task.right.__module__, fromlist=["_"])))
    try:
        exec(compile(code, str(file), "exec"), names)
    except Exception as error:
        words = f"{defined} cannot be defined: {type(error).__name__}: {error}"
        raise ExerciseError(f"{file}: {words}") from error
    wrong: FunctionType = names[defined]
    for seed in SEEDS:
        result = judge(task, Local(wrong, name=task.name), seed=seed)
        if result.passed:
            words = "is right: give it to the exercise as an alternative, or add a case on which"
            raise ExerciseError(f"{file}: {defined} {words} it is not")
        if result.named:
            raise ExerciseError(f"{file}: {defined} is {result.diagnosis!r}, which is known")
        if result.status != "failed" and result.status != "partial":
            raise ExerciseError(f"{file}: {defined} is {result.status}: {result.message}")


def _renamed(code: str, name: str) -> str:
    """A function's source under another name."""
    [node] = ast.parse(code).body
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    lines = code.splitlines()
    lines[node.lineno - 1] = lines[node.lineno - 1].replace(node.name, name, 1)
    return "\n".join(lines)
