"""The package `coursekit` as seen in the box: the names a notebook uses, and no answers.

What a submodule would give is a placeholder. It can be imported, copied and passed about, and
raises only when something is to be done with it, so that one demonstration cell that forgot its
tag costs its own cell and nothing else.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator
from typing import Any


class Placeholder:
    """Stands for something of the course that is not in the box."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, name: str) -> "Placeholder":
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder(f"{self._name}.{name}")

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError(
            f"{self._name} is not there while grading; tag the cell `demo` and it is skipped"
        )

    def __repr__(self) -> str:
        return f"<{self._name}, not there while grading>"


class Lacking:
    """Stands for a package that is not installed: whatever is done with it is nothing.

    As a decorator it leaves what it decorates as it is. It is no number and no array, and cannot
    become one, so it is never a right value.
    """

    def __init__(self, package: str):
        self._package = package

    def __getattr__(self, name: str) -> "Lacking":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        match arguments:
            case [types.FunctionType() | type() as decorated]:
                return decorated
        return self

    def __getitem__(self, key: Any) -> "Lacking":
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> "Lacking":
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def __mro_entries__(self, bases: tuple) -> tuple:
        return ()

    def __repr__(self) -> str:
        return f"<{self._package}, not installed here>"


class Later:
    """What `check` returns here: the judging is done elsewhere, so it says nothing."""

    passed = False
    status = score = message = ""

    def __repr__(self) -> str:
        return "checked later"

    def but(self, **_: Any) -> "Later":
        return self


class Stub(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Puts the pretend package where `import coursekit` finds it, and keeps the quiz answers."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def install(self) -> None:
        """Make `import coursekit` and every `import coursekit.x.y` find the stub."""
        sys.meta_path.insert(0, self)
        if "coursekit" in sys.modules:  # else looking through them all costs eight milliseconds
            for name in [n for n in sys.modules if n.partition(".")[0] == "coursekit"]:
                del sys.modules[name]

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "coursekit":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> "Submodule | None":
        return Submodule(spec.name) if "." in spec.name else None

    def exec_module(self, module: types.ModuleType) -> None:
        if "." in module.__name__:
            return
        module.__dict__.update(
            check=self.check, hint=_nothing, progress=_nothing, reset=_nothing, use=_use,
            device=_device, quick=lambda: True, __version__="0",
        )  # fmt: skip

    def check(self, answer: Any = None, value: Any = ..., /, **_: Any) -> Later:
        """Keep the answer to a question; functions are found by name, later."""
        if isinstance(answer, str):
            self.answers[answer] = value
        return Later()


class Submodule(types.ModuleType):
    """Any module of the course: whatever is asked of it is a placeholder."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder(f"{self.__name__}.{name}")


def _use(answer: Any, /) -> Any:
    """The learner's own function, whatever it does: here it is always theirs that is judged."""
    return answer


def _nothing(*_: Any, **__: Any) -> Later:
    return Later()


def _device() -> Any:
    import torch

    return torch.device("cpu")
