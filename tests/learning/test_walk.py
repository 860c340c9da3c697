import types

import numpy as np
import pytest
import torch

from coursekit.learning.walk import Doubt, Pinned, Same, Walk, whole_torch


def of(*values):
    return [Walk().of(value) for value in values]


def function(text, **names):
    space = {"__name__": "__main__", "np": np, "torch": torch, **names}
    exec(text, space)
    return space["f"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: [1, 2.0, "a", None, b"x", ...], lambda: {"a": (np.arange(3), {1: [2]})},
        lambda: {"b", "a"}, lambda: np.float32(2), lambda: torch.ones(2, dtype=torch.bfloat16),
        lambda: function("def f(x, y=[1]):\n    return np.mean(x) + y[0]"),
        lambda: function("class f:\n    size = 1\n    def g(self): return self.size"),
        lambda: function("class f:\n    size = 1")(), lambda: np, lambda: len,
    ],
)  # fmt: skip
def test_what_was_made_twice_the_same_way_is_the_same(make):
    first, second = of(make(), make())
    assert first == second and hash(Same(first)) != hash(Same(second))


@pytest.mark.parametrize(
    "a, b",
    [
        (1, True), (0.0, -0.0), ([1], (1,)), (np.zeros(2), np.zeros(2, "f4")), ({1: 2}, {1: 3}),
        (torch.ones(2), torch.ones(2, requires_grad=True)), (len, max), (np.zeros(1), [0.0]),
        (function("def f(x): return x"), function("def f(x): return -x")),
        (function("def f(x): return k", k=1), function("def f(x): return k", k=2)),
    ],
)  # fmt: skip
def test_what_is_another_thing_is_not(a, b):
    first, second = of(a, b)
    assert first != second


def test_what_is_met_twice_is_one_object_both_times():
    shared = [1]
    assert Walk().of([shared, shared]) != Walk().of([[1], [1]])
    shared.append(shared)
    assert Walk().of(shared)[-1] == ("seen", 0)


@pytest.mark.parametrize(
    "value",
    [
        function("def f(x): return eval(x)"), function("def f(x):\n    import os"),
        function("def f(x): return x.__dict__"), types, object(), [].append,
        type("L", (list,), {})(), np.array([None]), np.zeros(1 << 22), iter([]),
        torch.ones(2, requires_grad=True) * 2, torch.ones(2).to_sparse(),
    ],
    ids=lambda v: type(v).__name__,
)  # fmt: skip
def test_what_could_change_unseen_is_in_doubt(value):
    with pytest.raises(Doubt):
        Walk().of(value)


def test_all_names_that_code_mentions_are_noted_through_every_function():
    walk = Walk()
    walk.of(function("def g(x): return np.linalg.norm(x)\ndef f(x): return [g(v) for v in x]"))
    assert {"g", "np", "linalg", "norm"} <= walk.names and np in walk.modules


def test_a_module_is_pinned_with_the_code_of_its_functions():
    home = types.ModuleType("home")
    exec("def f(x, k=1): return x\ndef g(x): return x", vars(home))
    before = Pinned(home)
    assert before == Pinned(home) and before != "home"
    home.f.__code__ = home.g.__code__
    assert before != Pinned(home)
    home.f.__defaults__ = (2,)
    after = Pinned(home)
    home.h = 1
    assert after != Pinned(home)


def test_libraries_are_those_in_reach():
    walk = Walk()
    walk.of(function("def f(x): return np.linalg.norm(x)"))
    modules, classes = walk.libraries()
    assert id(np.linalg) in modules
    assert {Same(np.ndarray), Same(torch.Tensor)} <= {kind for kind, _ in classes}


def test_a_torch_that_is_being_imported_is_not_there_yet(monkeypatch):
    assert whole_torch() is torch
    monkeypatch.setattr(torch.__spec__, "_initializing", True)
    assert whole_torch() is None
