"""Every right answer, alternative and mistake of every lesson behaves in the box as it does here.

The lesson's exercises run in the box with a pretend `coursekit.checking` whose decorators only
collect functions, so that the very same code stands on both sides.
"""

import inspect
import pkgutil
from importlib import import_module

import numpy as np
import pytest
import torch

from coursekit import errors, exercises
from coursekit.checking import Exercise, Local
from coursekit.checking.diagnose import diagnose
from coursekit.checking.edits import edited, source_of
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
        self.right, self.name = right, right.__name__
        keep(f"{self.name}__", right)

    def alternative(self, function):
        keep(f"{self.name}__{function.__name__}", function)
        return function

    def mistake(self, explanation):
        return self.alternative

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

EDITED = """
for (home, exercise, name), source in EDITED.items():
    names = {"np": __import__("numpy"), **vars(sys.modules[home])}
    exec(source, names)
    keep(f"{exercise}__{name}", names[exercise])
"""


def edited_sources(asked):
    """The text of each mistake that is an edit, by its module, exercise and name."""
    return {
        (e.right.__module__, e.name, m.name): edited(source_of(e.right), m.edits)
        for e in asked
        for m in e.mistakes.values()
        if m.edits
    }


def sources(lesson):
    """The lesson's modules as text, by name."""
    module = import_module(f"coursekit.exercises.{lesson}")
    found = {
        "coursekit.exercises": "",
        "coursekit.checking.limits": "",
        module.__name__: inspect.getsource(module),
    }
    for name in (
        "answer",
        "limits.guard",
        "local",
        "compare",
        "result",
        "words",
    ):  # plain functions, used by some lessons
        found[f"coursekit.checking.{name}"] = inspect.getsource(
            import_module(f"coursekit.checking.{name}")
        )
    # Of `local` exercises use only what it has from here; the rest of it is the judge's.
    copies = import_module("coursekit.checking.copies")
    found["coursekit.checking.local"] = inspect.getsource(copies)
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
    cells.append(Cell(4, f"EDITED = {edited_sources(asked)!r}\n{EDITED}"))
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


CHANGES = """
import numpy as np

def a_member(a): a[0][0] = 5.0
def a_number(a): a[0] = 7.0
def another_kind(a): a[0] = int(a[0])
def sorted_in_place(a): a.sort()
def nested(a): a["k"][0]["j"] += 1
def a_key(a): a["new"] = 1
def a_container(a): a["k"] = tuple(a["k"])
def a_view(a): a.reshape(-1)[0] = 9.0
def a_shape(a): a.shape = (-1,)
def a_tensor(a): a[0].detach().mul_(2)
class Constructed:
    def __init__(self, a): a += 1
"""
LEAVES = """
def read(a): return a
def views(a):
    b = np.ascontiguousarray(a[::-1].T)
    b += 1
def read_only(a): a.flags.writeable = False
def back(a):
    a += 1
    a -= 1
def minus_zero(a): a *= -1
def reordered(a): a["k"] = a.pop("k")
def asks_for_a_gradient(a): a.requires_grad_()
def leaves_a_gradient(a): (a.requires_grad_() * a).sum().backward()
"""
X = np.arange(1.0, 7.0).reshape(2, 3)
GIVEN = {
    "a_member": [[[1.0, 2.0]]], "a_number": [[1.0]], "another_kind": [[1.0]],
    "sorted_in_place": [[2.0, 1.0], np.array([2.0, 1.0])], "nested": [{"k": [{"j": X}]}],
    "a_key": [{"k": 1}], "a_container": [{"k": [1]}], "a_view": [X], "a_shape": [X],
    "a_tensor": [[torch.ones(3)]], "Constructed": [X],
    "read": [
        np.asfortranarray(X), X[::-1, ::-1], X.astype(">f8"), X.astype("f2"), X[:, :0],
        np.broadcast_to(X[0], (4, 3)), np.array([np.nan, -0.0, np.inf]), np.float32(2), np.array(3),
        np.array([1 + 2j]), {"a": (1, None, "x", True, 2.0, float("nan"))}, torch.ones(2, 3).T,
        torch.ones(3, dtype=torch.bfloat16), torch.tensor(1.0), [torch.nn.Linear(2, 3), X], len,
    ],
    "views": [X], "read_only": [X], "back": [X, np.array([np.nan, -0.0, np.inf])],
    "minus_zero": [np.zeros(2)], "reordered": [{"k": 1, "l": 2}],
    "asks_for_a_gradient": [torch.ones(2, 3).T], "leaves_a_gradient": [torch.ones(3)],
}  # fmt: skip


def test_what_changes_its_argument_is_the_same_on_both_sides():
    here: dict = {}
    exec(CHANGES + LEAVES, here)
    cells = [Cell(1, CHANGES + LEAVES)]
    with Session(open_box("bubblewrap"), cells, limits=Limits(), imports=("torch",)) as session:
        for name, values in GIVEN.items():
            changes = f" {name}(" in CHANGES or name == "Constructed"
            for value in values:
                for answer in (Local(here[name], name=name), find_answer(session, name, True)):
                    answer(value)
                    assert answer.mutated == ({0} if changes else set()), (name, value, answer)
