"""What is the same question, and what is another."""

import numpy as np
import pytest

from coursekit.learning.questions import question

X = np.array([[1.0], [3.0]])


def cell(source, **names):
    """What a cell of a notebook defines as `f`."""
    space = {"__name__": "__main__", "np": np, **names}
    exec(source, space)
    return space["f"]


def test_equal_arguments_are_one_question_whichever_object_holds_them():
    assert question((X, X, 1e-5, "pre")) == question((X.copy(), X.copy(), 1e-5, "pre"))
    assert question((X, np.tanh)) == question((X.copy(), np.tanh))


@pytest.mark.parametrize("other", [(X + 1, 0.5), (X.T, 0.5), (X, 0.25), (X,), (X, 0.5, None)])
def test_other_arguments_are_another(other):
    assert question((X, 0.5)) != question(other)


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda z: 10 * z",
        "def f(z):\n    return np.tanh(k * z)",
        "def g(k):\n    return lambda z: k * z\nf = g(k)",
        "def f(z, k=k):\n    return [k * one for one in z]",
    ],
)
def test_a_cell_that_is_run_again_asks_the_same(source):
    assert question(cell(source, k=2)) == question(cell(source, k=2))


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda z: k * z",
        "def f(z):\n    return (lambda y: k * y)(z)",
        "def g(k):\n    return lambda z: k * z\nf = g(k)",
        "def f(z, k=k):\n    return k * z",
        "def f(z, *, k=k):\n    return k * z",
        "def g(z):\n    return k * z\nf = lambda z: g(z)",
    ],
)
def test_a_function_that_uses_another_number_is_another(source):
    assert question(cell(source, k=2)) != question(cell(source, k=3))


def test_a_name_that_is_used_again_is_no_question_that_was_asked():
    assert question(cell("def f(z):\n    return z")) != question(cell("def f(z):\n    return -z"))


@pytest.mark.parametrize(
    "source",
    [
        "def f(z):\n    return f(z)",
        "f = [1]\nf.append(f)",
        "class F:\n    def __call__(self, z):\n        return z\nf = F()",
        "class f:\n    pass",
        "f = (one for one in [1])",
    ],
)
def test_what_cannot_be_read_is_new_each_time(source):
    f = cell(source)
    assert question(f) != question(f)
