"""Every right answer, alternative and mistake of every lesson behaves in the box as it does here.

The lesson's exercises run in the box with a pretend `coursekit.checking` whose decorators only
collect functions, so that the very same code stands on both sides.
"""

import inspect
import pkgutil
from importlib import import_module

import pytest

from coursekit import errors, exercises
from coursekit.checking import Exercise, Local
from coursekit.checking.diagnose import diagnose
from coursekit.checking.trace import equal, observe
from coursekit.grading.verdict import speaks_torch
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session

pytestmark = pytest.mark.needs("bwrap")

COLLECT = '''
import importlib.machinery, sys, types

class Collected:
    """Stands for an Exercise: keeps what is registered under names that can be asked for."""

    def __init__(self, right):
        self.right, self.name, self.variants = right, right.__name__, None
        keep(f"{self.name}__", right)

    def alternative(self, function):
        keep(f"{self.name}__{function.__name__}", function)
        return function

    def mistake(self, explanation):
        return self.alternative

    def variant(self, function):
        self.variants = function
        return function

    def switch(self, name, explanation, **switches):
        variants = self.variants
        keep(f"{self.name}__{name}", lambda *a, **options: variants(*a, **options, **switches))

class Lessons:
    """Finds the lesson's modules among the sources, before the stub gives placeholders."""

    def find_spec(self, name, path=None, target=None):
        found = name in SOURCES or None
        return found and importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(SOURCES[module.__name__], module.__name__, "exec"), module.__dict__)

def anything(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *_, **__: (lambda function: function)

keep = globals().__setitem__
checking = types.ModuleType("coursekit.checking")
checking.exercise = lambda **_: Collected
checking.__getattr__, checking.__path__ = anything, []
sys.modules["coursekit.checking"] = checking
sys.meta_path.insert(0, Lessons())
'''


def sources(lesson):
    """The lesson's modules as text, by name."""
    module = import_module(f"coursekit.exercises.{lesson}")
    found = {"coursekit.exercises": "", module.__name__: inspect.getsource(module)}
    for name in (
        "answer",
        "guard",
        "local",
        "compare",
        "result",
        "words",
    ):  # plain functions, used by some lessons
        found[f"coursekit.checking.{name}"] = inspect.getsource(
            import_module(f"coursekit.checking.{name}")
        )
    found["coursekit.errors"] = inspect.getsource(errors)
    for part in pkgutil.iter_modules(getattr(module, "__path__", [])):
        name = f"{module.__name__}.{part.name}"
        found[name] = inspect.getsource(import_module(name))
    return found


@pytest.mark.parametrize("lesson", exercises.names())
def test_every_script_gives_the_same_trace_on_both_sides(lesson):
    asked = [t for t in exercises.load(lesson).values() if isinstance(t, Exercise)]
    known = f"SOURCES = {sources(lesson)!r}"
    cells = [Cell(1, known), Cell(2, COLLECT), Cell(3, f"import coursekit.exercises.{lesson}")]
    torch = ("torch",) if "import torch" in known else ()
    with Session(open_box("bubblewrap"), cells, limits=Limits(total=120), imports=torch) as session:
        assert session.load().stopped == {}
        for exercise in asked:
            wrong = {name: m.function for name, m in exercise.mistakes.items()}
            for name, function in {"": exercise.right, **exercise.alternatives, **wrong}.items():
                asked_for = f"{exercise.name}__{name}"
                remote = find_answer(session, asked_for, speaks_torch(exercise))
                assert remote is not None, asked_for
                here = observe(exercise, Local(function, name=exercise.name), seed=7)
                there = observe(exercise, remote, seed=7)
                assert equal(exercise, there, here) and equal(exercise, here, there), asked_for
                if name in wrong:  # and so the notebook's diagnosis is the grader's
                    found = diagnose(exercise, there, 7)
                    assert found and found.name == name, asked_for
        assert session.events == []
