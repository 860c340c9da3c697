"""The exercises, one module per lesson. Importing a module registers its exercises."""

import hashlib
import importlib.util
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path

from coursekit.checking import REGISTRY, Exercise, Lesson, Task, validate
from coursekit.errors import ExerciseError

PACKS: dict[str, Path] = {}  # lessons of other courses, added while grading
_fit: set[Path] = set()  # those of them that were found fit to grade by


def names() -> list[str]:
    """Every lesson that has a module here, and every pack that was added."""
    return [*_own(), *PACKS]


def _own() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(__path__)]


def load(lesson: str | None = None) -> dict[str, Task]:
    """The tasks of one lesson, or of all, by name and in the order they are declared.

    Loaded on demand: some lessons import torch, which is slow.
    """
    for name in _own() if lesson is None else [lesson]:
        if name not in PACKS:
            import_module(f"{__name__}.{name}")
        elif not _tasks(name):
            _load_file(PACKS[name])
    return _tasks(lesson)


def _tasks(lesson: str | None) -> dict[str, Task]:
    return {n: t for n, t in REGISTRY.items() if lesson is None or t.lesson == lesson}


def find(name: str) -> Task | None:
    """The task of that name, loading only the lessons whose source mentions it."""
    asked = re.compile(rf"(?:def |class |\"){re.escape(name)}\b")
    for lesson in _own():
        if name not in REGISTRY and any(asked.search(p.read_text("utf-8")) for p in _files(lesson)):
            load(lesson)
    return REGISTRY.get(name)


def _sources(lesson: str) -> list[Path]:
    return [PACKS[lesson]] if lesson in PACKS else _files(lesson)


def _files(lesson: str) -> list[Path]:
    home = Path(__file__).parent / lesson
    return sorted(home.glob("*.py")) if home.is_dir() else [home.with_suffix(".py")]


def lessons() -> dict[str, Lesson]:
    """What each lesson says of itself, by name."""
    return {name: about(name) for name in _own()}


def about(lesson: str) -> Lesson:
    """What a lesson of this course says of itself."""
    return import_module(f"{__name__}.{lesson}").LESSON


def add_pack(path: Path) -> dict[str, Task]:
    """The tasks of another course's module; its file name is its lesson's name.

    Raises:
        ExerciseError: the file cannot be imported, registers no exercise, or holds one that is not
            fit to be set; says why.
    """
    path = path.resolve()
    if PACKS.get(path.stem) == path and path in _fit:
        return load(path.stem)
    name_pack(path)
    try:
        tasks = load(path.stem)
        problems = [
            f"{task.name}: {problem}"
            for task in tasks.values()
            if isinstance(task, Exercise)
            for problem in validate(task)
        ]
        if problems:
            raise ExerciseError(f"{path} is not fit to grade by:\n  " + "\n  ".join(problems))
    except ExerciseError:
        del PACKS[path.stem]
        raise
    _fit.add(path)
    return tasks


def name_pack(path: Path) -> None:
    """Know another course's module by its name; it is loaded when its tasks are asked for.

    Raises:
        ExerciseError: a lesson of this course has that name.
    """
    path = path.resolve()
    if path.stem in _own():
        raise ExerciseError(f"{path}: this course has a lesson {path.stem!r}; rename the file")
    if PACKS.get(path.stem) != path:
        for name in _tasks(path.stem):  # of another file with that name
            del REGISTRY[name]
    PACKS[path.stem] = path


def _load_file(path: Path) -> dict[str, Task]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.exists():
        raise ExerciseError(f"{path} is not a Python module that can be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # inspect.getsource looks here
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExerciseError(
            f"{path} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    tasks = {n: t for n, t in REGISTRY.items() if t.lesson == path.stem}
    if not tasks:
        raise ExerciseError(f"{path} registers no exercise: decorate one with @exercise(...)")
    return tasks


def mentions(lesson: str, pattern: re.Pattern[str]) -> bool:
    """True if the source of a lesson's exercises has the pattern in it."""
    return any(pattern.search(path.read_text("utf-8")) for path in _sources(lesson))


def version(lesson: str) -> str:
    """A hash of the source of a lesson's exercises, or "" for a lesson that is not known."""
    if lesson not in names():
        return ""
    whole = hashlib.sha256()
    for path in _sources(lesson):
        content = path.read_bytes()
        whole.update(f"{path.name} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:16]
