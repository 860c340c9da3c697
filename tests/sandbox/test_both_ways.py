"""Every right answer, alternative and mistake of every lesson behaves in the box as it does here.

The lesson's exercises run in the box with a pretend `coursekit.checking` whose decorators only
collect functions, so that the very same code stands on both sides.
"""

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from coursekit import errors, exercises
from coursekit.checking import AnswerError, Exercise, Local
from coursekit.checking.diagnose import diagnose
from coursekit.checking.edits import edited, source_of
from coursekit.checking.trace import equal, observe
from coursekit.grading.verdict import speaks_torch
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session
from coursekit.sandbox.wire.values import Stranger

pytestmark = pytest.mark.needs("bwrap")

COLLECT = '''
import importlib.machinery, sys, types

class Collected:
    """Stands for an Exercise: keeps what is registered under names that can be asked for."""

    def __init__(self, right):
        self.right, self.name = right, right.__name__
        keep(f"{self.name}__", right)

    def __call__(self, *arguments):
        return self.right(*arguments)  # another exercise's right answer calls it

    def alternative(self, function):
        keep(f"{self.name}__{function.__name__}", function)
        return function

    def mistake(self, explanation):
        return self.alternative

    def edits(self, text):
        """Their texts come by themselves: see EDITED."""

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

class Whatever:
    """A module of which only decorators' arguments are made: rules stay with the judge."""

    def __getattr__(self, name):
        return anything(name)

keep = globals().__setitem__
checking = types.ModuleType("coursekit.checking")
checking.exercise, checking.in_parts = lambda **_: Collected, lambda **_: {}
checking.__getattr__, checking.__path__, checking.plans = anything, [], Whatever()
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
    if lesson == "bug_hunt":  # its layers are other lessons' answers, which are looked at there
        slots = f"{module.__name__}.slots"
        found[f"{module.__name__}.layers"] = ""
        found[slots] = re.sub(
            r"(?m)^from coursekit\.exercises\.(?!bug_hunt)\S+ import (\w+)$",
            r"\1 = None",
            found[slots],
        )
    return found


@pytest.mark.parametrize("lesson", exercises.names())
def test_every_script_gives_the_same_trace_on_both_sides(lesson):
    asked = [t for t in exercises.load(lesson).values() if isinstance(t, Exercise)]
    asked = [t for t in asked if Path(inspect.getfile(t.right)).exists()]
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
                    found = diagnose(exercise, remote, there, 7)
                    assert found and found.name == name, asked_for
        assert session.events == []


CHANGES = """
import numpy as np

def a_member(a): a[0][0] = 5.0
def a_number(a): a[0] = 7.0
def a_function(a): a[0] = len
def its_own_member(a): a.append(a)
def a_half(a): a.mul_(2)
def a_parameter(a): a[0].weight.data += 1
def frozen(a): a[0].weight.requires_grad_(False)
def a_buffer(a): a[1].running_mean += 1
def hooked(a): a[0].register_forward_hook(lambda *_: None)
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
def minus_numbers(a): a[:] = [-one for one in a]
def other_nans(a): a[:] = [-one for one in a]
def reordered(a): a["k"] = a.pop("k")
def asks_for_a_gradient(a): a.requires_grad_()
def leaves_a_gradient(a): (a.requires_grad_() * a).sum().backward()
"""
X = np.arange(1.0, 7.0).reshape(2, 3)


def layers():
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))


GIVEN = {
    "a_member": [[[1.0, 2.0]]], "a_number": [[1.0]], "another_kind": [[1.0]],
    "sorted_in_place": [[2.0, 1.0], np.array([2.0, 1.0])], "nested": [{"k": [{"j": X}]}],
    "a_key": [{"k": 1}], "a_container": [{"k": [1]}], "a_view": [X], "a_shape": [X],
    "a_tensor": [[torch.ones(3)]], "Constructed": [X], "a_function": [[1.0], [None]],
    "its_own_member": [[1.0]],
    "a_half": [torch.ones(2, dtype=d) for d in (torch.bfloat16, torch.float16, torch.complex64)],
    **{name: [layers()] for name in ("a_parameter", "frozen", "a_buffer", "hooked")},
    "read": [
        np.asfortranarray(X), X[::-1, ::-1], X.astype(">f8"), X.astype("f2"), X[:, :0],
        np.broadcast_to(X[0], (4, 3)), np.array([np.nan, -0.0, np.inf]), np.float32(2), np.array(3),
        np.array([1 + 2j]), {"a": (1, None, "x", True, 2.0, float("nan"))}, torch.ones(2, 3).T,
        torch.ones(3, dtype=torch.bfloat16), torch.tensor(1.0), [torch.nn.Linear(2, 3), X], len,
        layers(), layers().eval(), layers().requires_grad_(False), layers().double(), range(3), 1j,
        (), [[]], {"a": {"b": [X]}}, True, 2, "x", None, float("nan"), -0.0, torch.zeros(0, 2),
        torch.ones(2, dtype=torch.complex64), np.zeros(2, bool), np.zeros(2, "u1"), np.bool_(True),
    ],
    "views": [X], "read_only": [X], "back": [X, np.array([np.nan, -0.0, np.inf])],
    "minus_zero": [
        *(np.zeros(2, d) for d in ("f2", "f4", "f8", "c8", "c16")),
        *(torch.zeros(2, dtype=d) for d in (torch.float32, torch.float16, torch.bfloat16)),
    ],
    "minus_numbers": [[0.0, -0.0], [0, 0], [0j]], "other_nans": [[float("nan")]],
    "reordered": [{"k": 1, "l": 2}],
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


VALUES = """
import collections, enum
import numpy as np
import torch

class Colour(enum.IntEnum):
    RED = 1
class Said(enum.StrEnum):
    RED = "red"
class Kept(float): pass
class Rows(list): pass
class Loss(np.ndarray): pass
Pair = collections.namedtuple("Pair", "a b")
VALUES = {
    "numbers": lambda: [0.0, -0.0, 1, True, None, float("nan"), 2.5, 1j, 2**70],
    "numpy numbers": lambda: [np.float32(1), np.int8(2), np.bool_(True), np.float64("nan")],
    "text": lambda: ["a", np.str_("b"), Said.RED, ""],
    "enumerated": lambda: [Colour.RED, Kept(2.5), {Colour.RED: 1, Said.RED: 2}],
    "long floats": lambda: [np.longdouble(1) / 3, np.array([1, 3], np.longdouble)],
    "shapes": lambda: [np.zeros((2, 3)).shape, torch.zeros(2, 3).shape, range(4)],
    "arrays": lambda: [np.zeros((0, 3)), np.ones((2, 3), "f2").T, np.array(3)],
    "of a class": lambda: [np.zeros(2).view(Loss)],
    "other dtypes": lambda: [np.zeros(2, bool), np.zeros(2, ">f4"), np.zeros(2, "c8")],
    "tensors": lambda: [torch.ones(2, 3).T, torch.tensor(1.0), torch.zeros(0, dtype=torch.int64)],
    "halves": lambda: [torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.float16)],
    "gradients": lambda: [torch.ones(2, requires_grad=True), torch.nn.Parameter(torch.ones(2))],
    "containers": lambda: [(1, [2, {"a": (3,)}]), Pair(1, [2]), Rows([1, 2])],
    "counted": lambda: collections.Counter("a"),
    "nothing": lambda: [(), [], {}],
    "sets": lambda: [{"b", "a"}, frozenset([1, 2.5]), {np.float64(1.5)}, {(1, 2)}, {}.keys()],
    "too deep": lambda: eval("[" * 20 + "]" * 20),
    "itself": lambda: (a := [], a.append(a))[0],
    "no data": lambda: [object(), torch.nn.Linear(2, 3), collections.deque([1]), int, iter([])],
    "keys": lambda: [{1: 2, 1.5: 3, None: 4, True: 5, np.int64(7): 8, (1, 2): 9}],
}
def give(name): return VALUES[name]()
"""


def told(answer, name):
    """What came of a value, in words that are the same for the same."""
    try:
        return said(answer(name))
    except AnswerError as error:
        return f"raised {error.kind}"


def said(value):
    if hasattr(value, "vjp"):
        return "an object"
    if isinstance(value, dict):
        return [(said(k), said(v)) for k, v in value.items()]
    if isinstance(value, list | tuple):
        return type(value) is list, [*map(said, value)]
    if isinstance(value, complex | np.complex128):
        return complex(value)
    if type(value) in (set, frozenset):
        plain = all(isinstance(one, str | float | int) for one in value)
        return (type(value).__name__, sorted(map(str, value))) if plain else "no number"
    if (type(value) is int and value.bit_length() > 64) or type(value).__mro__[1:2] == (Stranger,):
        return "no number"
    if isinstance(value, torch.Tensor):
        return "tensor", value.dtype, value.requires_grad, value.detach().tolist()
    if isinstance(value, np.ndarray | np.generic):
        return type(value).__name__, value.dtype.str[1:], value.shape, repr(value.tolist())
    return type(value).__name__, repr(value)


def test_what_is_returned_is_read_the_same_on_both_sides():
    here: dict = {}
    exec(VALUES, here)
    with Session(
        open_box("bubblewrap"), [Cell(1, VALUES)], limits=Limits(), imports=("torch",)
    ) as session:
        assert session.load().stopped == {}
        remote = find_answer(session, "give", True)
        for name in here["VALUES"]:
            assert told(remote, name) == told(Local(here["give"], name="give"), name), name
        assert session.events == []


CRASHES = """
import numpy as np

def rows(x, w):
    moved = x - w
    return moved * w[:, None]
def missing(x, cache):
    return x * cache["xhat"]
def unset(x, late):
    if len(x) > 2:
        mean = x.mean()
    return x - mean
def squeezed(x, w):
    return x.squeeze() @ w
class Layer:
    def __init__(self, n): self.weight = np.ones(n)
    def __call__(self, x): return self.weight + x
"""
# Calls one after another, of which the last one fails.
FAILS = {
    "rows": [(np.ones((3, 3)), np.ones(3)), (np.ones((2, 3)), np.ones(3))],
    "missing": [(X, {"x_hat": 1})],
    "unset": [(np.ones(3), None), (np.ones(2), None)],
    "squeezed": [(np.ones((2, 3)), np.ones(3)), (np.ones((1, 3)), np.ones(4))],
}


def test_what_is_seen_of_an_error_is_the_same_on_both_sides(tmp_path):
    file = tmp_path / "cell.py"
    file.write_text(CRASHES)
    here: dict = {}
    exec(compile(CRASHES, str(file), "exec"), here)
    with Session(open_box("bubblewrap"), [Cell(1, CRASHES)], limits=Limits()) as session:
        for name, calls in FAILS.items():
            seen = []
            for answer in (Local(here[name], name=name), find_answer(session, name)):
                for args in calls[:-1]:
                    answer(*args)
                with pytest.raises(AnswerError) as caught:
                    answer(*calls[-1])
                seen.append(caught.value.look()._replace(names=()))
            assert seen[0] == seen[1] and seen[0].met, name
            assert bool(seen[0].before) == (len(calls) > 1), name
        layer, held = find_answer(session, "Layer")(3), Local(here["Layer"])(3)
        for one in (layer, held):
            with pytest.raises(AnswerError) as caught:
                one(np.ones(2))
            assert dict(caught.value.look().met) == {"self.weight": "(3,)", "x": "(2,)"}
