"""What an expression comes to in a frame is told by its shape; nothing is run or changed for it."""

import ast

import numpy as np
import pytest
import torch

from coursekit.checking.guest.lookup import LARGEST, Unknown, value


def of(text, **names):
    """What the text comes to where these names stand."""
    names = {"np": np, "torch": torch, "own": lambda x: x} | names
    made = {}
    exec(f"import sys\ndef f({', '.join(names)}):\n    return sys._getframe()", made)
    return value(ast.parse(text, mode="eval").body, made["f"](**names))


N = np.arange(20.0).reshape(5, 4) + 1
NUMPY = """
x.mean(1) | np.mean(x, axis=1, keepdims=True) | np.sqrt(x.var(0) + 1e-5) | x.reshape(2, -1)
x[:, None] - x.mean(1) [None, :, None] | x[0, 1:] | x.T @ x | np.linalg.norm(x, axis=1) | -x[:, 0]
np.maximum(x, x.sum(0)) | np.concatenate([x, x[:2]]) | x.T.copy() | (x > 2).sum(1) | x.argmax(0)
np.where(x > 2, x, 0.0) | x.reshape(x.shape[1], 5) | x.sum() | x[x > 2] | x[x.argmax(0)]
""".replace("\n", "|")
TORCH = """
x.mean(1) | x.mean(1, keepdim=True) | torch.sqrt(x.var(0, correction=0) + 1e-5) | x.T @ x | x[:, 0]
x - x.mean(0) | torch.cat([x, x[:2]]) | x.view(2, 10) | x.permute(1, 0) | x.reshape(x.size(1), -1)
x.unsqueeze(0) * w[:, None, None] | x.flatten() | x[x > 2] | w.pow(2).sum() | x.reshape(*[20])
""".replace("\n", "|")


@pytest.mark.parametrize("text", [t.strip() for t in NUMPY.split("|") if t.strip()])
def test_the_shape_of_what_numpy_computes_is_the_one_it_has(text):
    true = eval(text, {"np": np, "x": N})
    assert told(text, x=N.copy()) in (np.shape(true), None)
    assert told(text, x=N.copy()) is not None or "[x" in text  # an index by values nobody knows


@pytest.mark.parametrize("text", [t.strip() for t in TORCH.split("|") if t.strip()])
def test_the_shape_of_what_torch_computes_is_the_one_it_has(text):
    x, w = torch.from_numpy(N), torch.nn.Parameter(torch.ones(3))
    true = eval(text, {"torch": torch, "x": x, "w": w})
    assert told(text, x=x, w=w) in (tuple(true.shape), None)
    assert told(text, x=x, w=w) is not None or "[x" in text or "*[" in text


def told(text, **names):
    """The shape, or None where it is not known."""
    try:
        return tuple(of(text, **names).shape)
    except (Unknown, IndexError, TypeError):
        return None


@pytest.mark.parametrize(
    "text",
    [
        "own(x)",  # the learner's
        "x.fill(0)",
        "x.sort()",
        "np.add(x, 1, x)",  # writes where the third is
        "np.add(x, 1, out=x)",
        "x.mean(0, None, x[0])",
        "np.random.shuffle(x)",
        "x.resize(2)",
        "t.zero_()",
        "t.add_(1)",
        "torch.nn.init.zeros_(t)",
        "np.zeros(10**9)",
        "a + 1",
        "a.mean(1)",
        "objects.sum()",
        "x @ x",
        "x.mean(9)",
        "nothing",
    ],
)
def test_nothing_is_run_that_is_the_learners_or_changes_something(text):
    class Acts(np.ndarray):
        def mean(self, *_):
            raise AssertionError("it was called")

        __add__ = __getitem__ = mean

    x, t = np.ones((5, 4)), torch.ones(3)
    with pytest.raises((Unknown, ValueError, TypeError)):
        of(text, x=x, t=t, a=np.ones(3).view(Acts), objects=np.array([Acts, 1], object))
    assert (x == 1).all() and x.shape == (5, 4) and (t == 1).all()


def test_a_function_of_the_same_name_is_not_the_librarys(monkeypatch):
    assert of("np.mean(x, 0)", x=N).shape == (4,)
    monkeypatch.setattr(np, "mean", lambda x, axis: x)
    with pytest.raises(Unknown):
        of("np.mean(x, 0)", x=N)


def test_what_would_take_long_is_not_computed():
    with pytest.raises(Unknown):
        of("x.mean()", x=np.broadcast_to(0.0, (LARGEST + 1,)))
    assert of("x - x", x=np.broadcast_to(0.0, (10**6, 10**6))).shape == (10**6, 10**6)


def test_what_an_object_stores_is_read():
    layer = torch.nn.BatchNorm1d(3)
    assert of("layer.weight", layer=layer) is layer.weight
    assert of("layer.running_mean.view(1, -1)", layer=layer).shape == (1, 3)
