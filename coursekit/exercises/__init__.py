"""The exercises, one module per lesson. Importing a module registers its exercises."""

import importlib.util
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path

from coursekit.checking import REGISTRY, Lesson, Task
from coursekit.errors import ExerciseError


def names() -> list[str]:
    """Every lesson that has a module here."""
    return [module.name for module in pkgutil.iter_modules(__path__)]


def load(lesson: str | None = None) -> dict[str, Task]:
    """The tasks of one lesson, or of all, by name and in the order they are declared.

    Loaded on demand: some lessons import torch, which is slow.
    """
    for name in names() if lesson is None else [lesson]:
        import_module(f"{__name__}.{name}")
    return {n: t for n, t in REGISTRY.items() if lesson is None or t.lesson == lesson}


def find(name: str) -> Task | None:
    """The task of that name, loading only the lessons whose source mentions it."""
    asked = re.compile(rf"(?:def |class |\"){re.escape(name)}\b")
    for lesson in names():
        if name not in REGISTRY and any(asked.search(p.read_text("utf-8")) for p in _files(lesson)):
            load(lesson)
    return REGISTRY.get(name)


def _files(lesson: str) -> list[Path]:
    home = Path(__file__).parent / lesson
    return sorted(home.glob("*.py")) if home.is_dir() else [home.with_suffix(".py")]


def lessons() -> dict[str, Lesson]:
    """What each lesson says of itself, by name."""
    return {name: import_module(f"{__name__}.{name}").LESSON for name in names()}


def load_file(path: Path) -> dict[str, Task]:
    """The tasks of a foreign module; its file name is its lesson's name.

    Raises:
        ExerciseError: the file cannot be imported or registers no exercise.
    """
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
