"""What an answer needs and is slow to import, imported before anybody's time is counted."""

import inspect
import sys
from contextlib import suppress
from functools import lru_cache
from importlib import import_module

from coursekit.checking.task import Exercise

LATE = {"torch": ("torch.fx.experimental.symbolic_shapes",)}  # at its first gradient: seconds


def get_ready(exercise: Exercise) -> None:
    """Import what an answer to the exercise would otherwise import while it is timed."""
    for library, modules in LATE.items():
        if speaks(exercise, library):
            for name in modules:
                with suppress(ImportError):  # another version of it, which does without
                    import_module(name)


def speaks(exercise: Exercise, library: str) -> bool:
    """True if a module of the exercise's lesson has imported the library."""
    return library in sys.modules and _has_imported(exercise.right.__module__, library)


@lru_cache
def _has_imported(home: str, library: str) -> bool:
    lesson = home.rpartition(".")[0] if home.count(".") > 2 else home
    return any(
        inspect.ismodule(value) and value.__name__.partition(".")[0] == library
        for name, module in list(sys.modules.items())
        if name == lesson or name.startswith(lesson + ".")
        for value in vars(module).values()
    )
