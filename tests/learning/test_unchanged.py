"""A verdict is repeated only for a function that is the same with all that it uses."""

import dis
import functools
import subprocess
import sys
import types

import numpy as np
import pytest
import torch

from coursekit import check, reset
from coursekit.checking import Exercise
from coursekit.exercises import find, load
from coursekit.learning import history
from coursekit.learning import notebook as learning
from coursekit.learning.unchanged import Memory, key

load("batchnorm_forward")


def notebook(text, **names):
    """Global names after a cell has run."""
    space = {"__name__": "__main__", "np": np, **names}
    exec(text, space)
    return space


PLAIN = """
def standardize(x):
    return (x - x.mean()) / x.std()
"""
HELPED = """
scale, table, rows = 1.0, {"shift": [0.0]}, np.zeros(1)
def middle(x):
    return x.mean()
class Box:
    size = 1.0
    def spread(self, x):
        return x.std() * self.size
box = Box()
def outer(k):
    def standardize(x, times=[1.0], *, plus=0.0):
        y = (x - middle(x)) / box.spread(x) * times[0] * k
        return y * scale + table["shift"][0] + rows[0] + plus
    return standardize
standardize = outer(1.0)
standardize.note = [1]
"""
CHANGES = {
    "helper": "def middle(x):\n    return x.mean() + 1",
    "global": "scale = 2.0",
    "global, by its sign": "rows[0] = -0.0",
    "global changed in place": "rows[0] = 5",
    "global deep inside changed in place": 'table["shift"][0] = 3.0',
    "another type of the same value": 'table["shift"][0] = 0',
    "default": "standardize.__defaults__ = ([2.0],)",
    "default changed in place": "standardize.__defaults__[0][0] = 2.0",
    "keyword's default": "standardize.__kwdefaults__['plus'] = 1.0",
    "closure's cell": "standardize.__closure__[0].cell_contents = 2.0",
    "own attribute": "standardize.note.append(2)",
    "method": "Box.spread = lambda self, x: x.var()",
    "class's attribute": "Box.size = 2.0",
    "object's attribute": "box.size = 2.0",
    "own code": "def other(k):\n    return lambda x, times=[1.0], *, plus=0.0: x * k\n"
    "standardize.__code__ = other(1).__code__",
    "name that hides a builtin": "x = len = 5; middle = len",
    "two names for one list": 'table["other"] = table["shift"]',
    "shape": "rows = np.zeros((1, 1))",
    "strides": "rows = np.zeros(2)[::2]",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_it_uses_makes_it_another(change):
    space = notebook(HELPED)
    task, mine = find("standardize"), space["standardize"]
    before = key(task, mine)
    assert before is not None and before == key(task, mine)
    exec(CHANGES[change], space)
    assert key(task, space["standardize"]) != before


def test_the_same_cell_run_again_is_the_same():
    task = find("standardize")
    first, second = notebook(HELPED), notebook(HELPED)
    assert key(task, first["standardize"]) == key(task, second["standardize"]) is not None
    assert key(task, notebook(PLAIN)["standardize"]) != key(task, first["standardize"])


PATCHES = {
    "np.mean": (np, "mean"),
    "np.linalg.norm": (np.linalg, "norm"),
    "what np.mean is built on": (np._core._methods, "_mean"),
    "torch.mean": (torch, "mean"),
    "torch.Tensor.mean": (torch.Tensor, "mean"),
    "torch.nn.functional.relu": (torch.nn.functional, "relu"),
    "torch.nn.Linear.forward": (torch.nn.Linear, "forward"),
    "builtin": (__builtins__ if isinstance(__builtins__, types.ModuleType) else None, "sum"),
}


@pytest.mark.parametrize("patched", PATCHES)
def test_a_patched_library_is_another(monkeypatch, patched):
    import builtins

    home, name = PATCHES[patched]
    text = (
        "def standardize(x):\n    sum, np.mean, np.linalg.norm, torch.mean\n"
        "    torch.nn.functional.relu, torch.nn.Linear\n    return (x - x.mean()) / x.std()"
    )
    mine, task = notebook(text, torch=torch)["standardize"], find("standardize")
    before = key(task, mine)
    assert before is not None and before == key(task, mine)
    with monkeypatch.context() as patch:
        patch.setattr(home or builtins, name, lambda *args, **options: 0)
        assert key(task, mine) != before
    assert key(task, mine) == before


LAYER = """
class Base:
    def scale(self):
        return 1.0
class BatchNorm1d(Base):
    size = [1.0]
    def __init__(self, n): self.n = n
    def __call__(self, x): return x * self.scale() * self.size[0]
    @staticmethod
    def helper(x): return x
    @property
    def two(self): return 2
"""


@pytest.mark.parametrize("change", [
    "BatchNorm1d.__call__ = lambda self, x: x", "Base.scale = lambda self: 2.0",
    "BatchNorm1d.size[0] = 2.0", "BatchNorm1d.helper = staticmethod(lambda x: 2 * x)",
    "BatchNorm1d.two = property(lambda self: 3)", "BatchNorm1d.__bases__ = (Other,)",
    "BatchNorm1d.scale = Base.scale", "del BatchNorm1d.__init__",
])  # fmt: skip
def test_a_class_that_was_patched_is_another(change):
    space = notebook(LAYER + "class Other(Base):\n    pass\n")
    task, mine = find("BatchNorm1d"), space["BatchNorm1d"]
    before = key(task, mine)
    assert before is not None and before == key(task, mine)
    exec(change, space)
    assert key(task, mine) != before


def test_a_hook_on_every_module_of_torch_is_another():
    mine, task = notebook(PLAIN)["standardize"], find("standardize")
    before = key(task, mine)
    hook = torch.nn.modules.module.register_module_forward_hook(lambda *_: None)
    assert key(task, mine) != before
    hook.remove()
    assert key(task, mine) == before


def test_numpys_own_code_exchanged_in_place_is_another(monkeypatch):
    mine, task = notebook(PLAIN)["standardize"], find("standardize")
    before = key(task, mine)
    monkeypatch.setattr(np._core._methods._mean, "__defaults__", (None, None, None, True))
    assert key(task, mine) != before


def test_random_numbers_that_were_drawn_make_another():
    mine, task = notebook(PLAIN)["standardize"], find("standardize")
    for draw in (np.random.rand, torch.rand, __import__("random").random):
        before = key(task, mine)
        draw(1) if draw is not __import__("random").random else draw()
        assert key(task, mine) != before


@pytest.mark.parametrize(
    "text",
    [
        "import os\ndef standardize(x):\n    return os.environ",
        "def standardize(x):\n    import time\n    return time.time()",
        "def standardize(x):\n    return eval('x')",
        "def standardize(x):\n    return globals()['y']",
        "def standardize(x):\n    return standardize.__globals__['y']",
        "rng = np.random.default_rng(0)\ndef standardize(x):\n    return rng.normal(size=3)",
        "def rows():\n    yield 1\nit = rows()\ndef standardize(x):\n    return next(it)",
        "import functools\n@functools.cache\ndef f(n):\n    return n\n"
        "def standardize(x):\n    return f(1)",
        "many = np.zeros(1 << 23)\ndef standardize(x):\n    return many",
        "class L(list):\n    pass\nmine = L()\ndef standardize(x):\n    return mine[0]",
        "add = [].append\ndef standardize(x):\n    add(1)",
        "import coursekit\ndef standardize(x):\n    return open('f')",
    ],
)
def test_where_in_doubt_it_is_judged_anew(text):
    assert key(find("standardize"), notebook(text)["standardize"]) is None


def test_a_function_that_says_it_is_numpys_is_looked_into():
    space = notebook("scale = 1\ndef mean(x):\n    return x.mean() * scale\n" + PLAIN)
    space["mean"].__module__ = "numpy"
    space["np2"] = functools.wraps(np.mean)(space["mean"])
    exec("def standardize(x):\n    return (x - np2(x)) / x.std()", space)
    task = find("standardize")
    before = key(task, space["standardize"])
    space["scale"] = 2
    after = key(task, space["standardize"])
    assert before is None or before != after


def test_what_another_exercise_is_answered_with_counts_too():
    """`Answer.other` looks for it by name, whether or not the code mentions it."""
    space = notebook(PLAIN + "\ndef batch_norm(x):\n    return x\n")
    task, mine = find("standardize"), space["standardize"]
    before = key(task, mine)
    exec("def batch_norm(x):\n    return x + 1", space)
    assert key(task, mine) != before


HALTED = """
import sys, threading
from queue import SimpleQueue
from coursekit.exercises import find
from coursekit.learning import ahead
from coursekit.learning.unchanged import key

class Halts:
    def find_spec(self, name, *_):
        main = threading.current_thread() is threading.main_thread()
        if name.partition(".")[0] == "torch" and not main:
            halted.put(name)
            go_on.get()

def end():
    thread.join()
    halted.put("")

def standardize(x): return x

halted, go_on, task = SimpleQueue(), SimpleQueue(), find("standardize")
sys.meta_path.insert(0, Halts())
thread = ahead.begin(0)
threading.Thread(target=end).start()
for halts, name in enumerate(iter(halted.get, "")):
    if halts % 8 == 0:
        assert key(task, standardize) is not None, name
    go_on.put("on")
assert halts > 100 and "torch" in sys.modules, halts
assert key(task, standardize) == key(task, standardize) is not None
"""


def test_a_torch_that_is_still_being_imported_is_waited_for_by_nobody():
    """The import stands still at module after module until a key was made beside it."""
    subprocess.run([sys.executable, "-c", HALTED], check=True)


def test_an_unchanged_function_costs_no_attempt():
    mine = notebook(PLAIN.replace("std", "var"))["standardize"]
    reset()
    first, second = check(mine), check(mine)
    assert (first.attempt, second.attempt) == (1, 1)
    assert str(second).count("still so: ") == 1 and second.diagnosis == first.diagnosis
    assert check(notebook(PLAIN)["standardize"]).attempt == 2
    third = check(mine)
    assert third.attempt == 3 and "still so" not in third.message
    reset(mine)
    assert check(mine).attempt == 1


def test_another_workspace_is_told_of_the_attempt(monkeypatch, tmp_path):
    mine = notebook(PLAIN)["standardize"]
    reset()
    assert check(mine).attempt == 1
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("COURSEKIT_WORKSPACE", str(tmp_path / "other"))
    assert "still so" not in check(mine).message
    assert (tmp_path / "other" / ".coursekit" / "progress.json").exists()


def test_where_the_count_is_lost_it_is_judged_and_counted_anew():
    mine = notebook(PLAIN)["standardize"]
    assert check(mine).attempt == 1
    history._mine().forget("")
    assert check(mine).attempt == 1 and history._mine().by_name["standardize"].passed


def test_a_function_that_counts_its_calls_is_judged_each_time():
    space = notebook(
        "n = 0\ndef standardize(x):\n    global n\n    n += 1\n    return (x - x.mean()) / x.std()"
    )
    reset()
    assert [check(space["standardize"]).attempt for _ in range(3)] == [1, 2, 3]


def test_a_fault_of_the_judge_is_never_kept(monkeypatch):
    mine = notebook(PLAIN)["standardize"]
    reset()
    with monkeypatch.context() as patch:
        patch.setattr(learning, "_judge", lambda *_: 1 / 0)
        assert check(mine).status == "judge_failed"
    assert check(mine).passed and "still so" not in check(notebook(HELPED)["standardize"]).message


@pytest.mark.parametrize("changes", [
    {"again": True}, {"status": "judge_failed"}, {"status": "timeout"}, {"status": "error"},
    {"rung": "deterministic", "status": "failed"},
])  # fmt: skip
def test_what_may_end_otherwise_is_not_kept(changes):
    memory, result = Memory(), check(notebook(PLAIN)["standardize"])
    memory.keep(("key",), result)
    assert memory.recall(("key",), "standardize")
    memory.keep(("key",), result.but(**changes))
    assert memory.recall(("key",), "standardize") is None


def test_every_right_answer_is_known_again_but_those_in_torch_or_with_an_import_inside():
    """Else nothing would ever be still so."""
    tasks = [t for t in load().values() if isinstance(t, Exercise)]
    unknown = [
        f"{t.name} {function.__name__}"
        for t in tasks
        for function in t.alternatives.values()
        if key(t, in_a_notebook(function)) is None and not in_doubt(function)
    ]
    assert unknown == []


def in_doubt(function):
    """True if it stands beside torch, whose modules it may be given, or imports when called."""
    steps = dis.get_instructions(function)
    beside = [getattr(value, "__name__", "") for value in function.__globals__.values()]
    torch = any(str(name).split(".")[0] == "torch" for name in beside)
    return torch or any(step.opname == "IMPORT_NAME" for step in steps)


def in_a_notebook(function):
    if isinstance(function, type):
        return function
    names = {n: v for n, v in function.__globals__.items() if not isinstance(v, Exercise)}
    around = {**names, "__name__": "__main__"}
    made = types.FunctionType(
        function.__code__, around, function.__name__, function.__defaults__, function.__closure__
    )
    return made
