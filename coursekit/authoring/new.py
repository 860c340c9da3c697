"""`coursekit new lesson` and `new exercise`: files that pass their checks, marked what to write.

What an author is to write stands after the words FILL IN; `left` finds them all.
"""

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

from coursekit import exercises
from coursekit.authoring.cells import lesson_name
from coursekit.errors import BuildError, ExerciseError
from coursekit.files import write_whole
from coursekit.workspace import called

MARK = "FILL IN"
TEMPLATES = Path(__file__).with_name("templates")
QUESTIONS = 5  # a quiz has
FEWEST, MOST = 3, 6  # exercises of a lesson that are written: more do not fit into an hour
MENDS = 1  # and beside them those that are mended
CELL = re.compile(r"^# \{\{exercise (\w+)\}\}$", re.MULTILINE)  # where a page has an exercise
BEFORE = re.compile(r'^# %% \[markdown\] id="(?:misconceptions|quiz|recap)"', re.MULTILINE)


def lesson(root: Path, name: str, number: int | None = None) -> list[Path]:
    """Write a lesson: its page, its exercises, predictions and questions, and both notebooks.

    Args:
        root: of the course's tree.
        number: of its page; if absent, the one after the last.

    Returns:
        The files that were written or changed.

    Raises:
        ExerciseError: the name is taken or cannot be one, or the number is taken.
        BuildError: `root` is no course, or the notebooks cannot be built.
    """
    pages = {int(path.stem[:2]): path for path in _pages(root)}
    _free(root, name, "lesson")
    chosen = max(pages) + 1 if number is None else number
    if chosen in pages or not 0 <= chosen < 100:
        taken = f"is that of {pages[chosen].stem}" if chosen in pages else "is none of 0 to 99"
        raise ExerciseError(f"the number {chosen} {taken}; choose another with --number")
    stem = f"{chosen:02}_{name}"
    words = {"lesson": name, "stem": stem, "title": name.replace("_", " ").capitalize()}
    numbers = range(1, QUESTIONS + 1)
    asked = [_filled("question", **words, number=n) for n in numbers]
    cells = [_filled("question_cells", **words, number=n) for n in numbers]
    heads = ["", *(f'# %% [markdown] id="quiz-{n}"\n' for n in numbers[1:])]
    questions = "".join(h + c for h, c in zip(heads, cells, strict=True)).rstrip("\n") + "\n"
    home = _home(root) / name
    texts = {
        home / "__init__.py": _filled("lesson", **words),
        home / "predictions.py": _filled("predictions", **words),
        home / "quiz.py": _filled("quiz", **words, questions="\n\n".join(asked)),
        root / "solutions" / f"{stem}.py": _filled("page", **words, questions=questions),
    }
    for path, text in texts.items():
        write_whole(path, text)
    written = [*texts]
    for which in ("first", "second", "third"):
        written += _exercise(root, name, f"{name}_{which}")
    return [*dict.fromkeys(written), *_build(root, name)]


def exercise(root: Path, lesson: str, name: str) -> list[Path]:
    """Write an exercise of a lesson: its module, its mistakes, its cells, and both notebooks.

    Args:
        root: of the course's tree.
        lesson: 02, scaling_inputs or 02_scaling_inputs.
        name: of the function that learners write.

    Returns:
        The files that were written or changed.

    Raises:
        ExerciseError: no such lesson, or it is full; the name is taken or cannot be one.
        BuildError: `root` is no course, or the notebooks cannot be built.
    """
    stems = [path.stem for path in _pages(root)]
    stem = called(lesson, stems)
    if stem is None:
        raise ExerciseError(f"no lesson is called {lesson!r}; choose one of {', '.join(stems)}")
    lesson = stem.partition("_")[2]
    _free(root, name, "exercise")
    if (count := to_write(root, lesson)) >= MOST:
        raise ExerciseError(
            f"{lesson} has {count} exercises to write; {MOST} are the most of a lesson, beside "
            "one to mend"
        )
    return [*_exercise(root, lesson, name), *_build(root, lesson)]


def to_write(root: Path, lesson: str) -> int:
    """How many exercises of a lesson are written, not mended."""
    cells = CELL.findall(_page(root, lesson).read_text("utf-8"))
    sources = [path.read_text("utf-8") for path in (_home(root) / lesson).glob("*.py")]
    return len(cells) - sum(text.count("mend=True") for text in sources)


def left(root: Path) -> Iterator[str]:
    """Every place that says FILL IN, as "file:line: what"."""
    found = [*(root / "solutions").glob("*.py"), *(root / "coursekit" / "exercises").rglob("*.*")]
    for path in sorted(path for path in found if path.suffix in (".py", ".txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if MARK in line:
                yield f"{path.relative_to(root)}:{number}: {line.strip()}"


def _exercise(root: Path, lesson: str, name: str) -> list[Path]:
    home, page = _home(root) / lesson, _page(root, lesson)
    about, text = (path.read_text("utf-8") for path in (home / "__init__.py", page))
    other = re.search(rf"^from coursekit\.exercises\.{lesson} import predictions", about, re.M)
    ending = BEFORE.search(text)
    if other is None or ending is None:
        missing = page if other else home / "__init__.py"
        needed = "a cell misconceptions, quiz or recap" if other else "the import of predictions"
        raise ExerciseError(f"{missing.name} lacks {needed}, before which the exercise would stand")
    line = f"from coursekit.exercises.{lesson} import {name} as {name}\n"
    if len(line) > 101:
        line = f"from coursekit.exercises.{lesson} import (\n    {name} as {name},\n)\n"
    cells = _filled("exercise_cells", name=name)
    texts = {
        home / f"{name}.py": _filled("exercise", lesson=lesson, name=name),
        home / f"{name}_mistakes.txt": _filled("exercise_mistakes"),
        home / "__init__.py": about[: other.start()] + line + about[other.start() :],
        page: text[: ending.start()] + cells + text[ending.start() :],
    }
    for path, content in texts.items():
        write_whole(path, content)
    return [*texts]


def _free(root: Path, name: str, what: str) -> None:
    """Raise ExerciseError unless a lesson or an exercise can have that name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or keyword.iskeyword(name):
        raise ExerciseError(f"{name!r} cannot name {_a(what)}: letters, digits and _ are needed")
    if what == "lesson" and name != name.lower():
        raise ExerciseError(f"{name!r} cannot name a lesson: write it in small letters")
    if (_home(root) / name).exists() or name in exercises.names():
        raise ExerciseError(f"a lesson is called {name!r} already; choose another name")
    if what == "exercise" and (exercises.find(name) or [*_home(root).glob(f"*/{name}.py")]):
        raise ExerciseError(f"an exercise is called {name!r} already; choose another name")


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _filled(template: str, **words: object) -> str:
    return Template((TEMPLATES / f"{template}.txt").read_text("utf-8")).substitute(words)


def _home(root: Path) -> Path:
    return root / "coursekit" / "exercises"


def _pages(root: Path) -> list[Path]:
    pages = sorted((root / "solutions").glob("[0-9][0-9]_*.py"))
    if not pages or not _home(root).is_dir():
        raise BuildError(root, 0, "no lesson sources NN_name.py here; run this in the course")
    return pages


def _page(root: Path, lesson: str) -> Path:
    return next(path for path in _pages(root) if lesson_name(path) == lesson)


def _build(root: Path, lesson: str) -> list[Path]:
    """Build in a new process: this one may have imported the lesson as it was."""
    command = [sys.executable, "-m", "coursekit", "build", lesson]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(_page(root, lesson), 0, f"cannot be built:\n{done.stderr.strip()}")
    return [root / line.partition(" ")[2] for line in done.stdout.splitlines()]
