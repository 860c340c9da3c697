"""A mark tells values that differ, and no others."""

import copy
import itertools

import numpy as np
import pytest
import torch

from checking.test_modules import CHANGES, network
from coursekit.checking.guest.marks import mark

NAN = float("nan")
X = np.arange(6.0).reshape(2, 3)


def shared():
    """Two layers with one weight."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    model[1].weight = model[0].weight
    return model


ONE = torch.manual_seed(0) and network()
TWO = shared()
ALIKE = [
    (0.0, -0.0), (NAN, -NAN), ([0.0, {"a": -0.0}], [-0.0, {"a": 0.0}]), (1j, np.complex128(1j)),
    (-0.0 - 0j, 0j), (complex(NAN, 1), complex(NAN, 1)), (range(3), [0, 1, 2]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}), (np.float32(-0.0), np.float32(0)),
    *((np.zeros(2, d), np.zeros(2, d) * -1) for d in ("f2", "f4", "f8", "c8", "c16")),
    *((np.array([NAN, 1], d), np.array([-NAN, 1], d)) for d in ("f2", "f4", "f8", "c16")),
    (X, np.asfortranarray(X)), (X, X.astype(">f8")), (X[:, ::-1], np.array(X[:, ::-1])),
    (X[:0], np.empty((0, 3))), (torch.zeros(2), -torch.zeros(2)),
    (torch.zeros(2), torch.zeros(2, requires_grad=True)), (torch.ones(2, 3).T, torch.ones(3, 2)),
    *((torch.zeros(2, dtype=d), -torch.zeros(2, dtype=d)) for d in (torch.bfloat16, torch.float16)),
    (torch.tensor([NAN], dtype=torch.bfloat16), -torch.tensor([NAN], dtype=torch.bfloat16)),
    (torch.ones(2, dtype=torch.complex64).conj(), torch.ones(2, dtype=torch.complex64)),
    (ONE, copy.deepcopy(ONE)), (TWO, copy.deepcopy(TWO)), (len, max),
]  # fmt: skip
APART = [
    None, 0, False, 0.0, 1, True, 1.0, 2.0, NAN, 1j, "", "0", "a", [], (), {}, [0], (0,), [[0]],
    [0, 0], {"0": 0}, {0: 0}, {"a": {}}, ["a", ["b"]], ["a", "b"], [["a"], "b"], 10**400, "\ud800",
    len, np.float64(0), np.float32(0), np.int64(0), np.bool_(False), np.array(0.0), np.zeros(1),
    np.zeros(1, "f4"), np.zeros(1, "f2"), np.zeros(1, int), np.zeros(1, bool), np.zeros((1, 1)),
    np.zeros(0), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros(1, "c8"), np.zeros(1, "c16"), X,
    X + 1, torch.zeros(1), torch.zeros(1).double(), torch.zeros(1).bfloat16(),
    torch.zeros(1).half(), torch.zeros(1, dtype=torch.int64), torch.zeros(0), torch.zeros(1, 1),
    torch.ones(1).bfloat16(), torch.nn.ReLU(), torch.nn.Linear(2, 2), [torch.nn.ReLU(), 0],
    shared(),
]  # fmt: skip


@pytest.mark.parametrize("a, b", ALIKE)
def test_what_is_the_same_by_values_bears_one_mark(a, b):
    assert mark(a) == mark(b) == mark(copy.deepcopy(a))


def test_no_two_of_these_bear_one_mark():
    marks = [mark(value) for value in APART]
    pairs = itertools.combinations(range(len(APART)), 2)
    assert [(APART[i], APART[k]) for i, k in pairs if marks[i] == marks[k]] == []


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_in_a_module_shows(what):
    model = network()
    before = mark(model)
    CHANGES[what](model)
    assert mark(model) != before


def frozen(model):
    model[0].weight.requires_grad_(False)


def hooked(model):
    model[0].register_forward_hook(lambda *_: None)


def parted(model):
    model[1].weight = torch.nn.Parameter(model[0].weight.detach().clone())


def buffered(model):
    model.register_buffer("more", torch.zeros(1))


@pytest.mark.parametrize("change", [frozen, hooked, parted, buffered])
def test_flags_hooks_and_sharing_are_part_of_a_module(change):
    model = shared()
    before = mark(model)
    change(model)
    assert mark(model) != before


def test_a_list_that_holds_itself_ends():
    endless = [1.0]
    before = mark(endless)
    endless.append(endless)
    assert mark(endless) != before
