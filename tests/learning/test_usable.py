"""Right values in another container: whole lessons run on what `use` gives back."""

import functools
import inspect
from pathlib import Path

import numpy as np
import pytest
import shells
import slices
import torch

from coursekit import check, use
from coursekit.checking import Exercise, Result
from coursekit.exercises import load
from coursekit.learning.usable import original

SOURCES = sorted((Path(__file__).parents[2] / "solutions").glob("[0-9][0-9]_*.py"))


def listed(value):
    """The same numbers in lists, and what stood in tuples too."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return in_each(listed, value, list)


def tensed(value):
    """The same numbers in tensors; numbers in tensors without axes."""
    if isinstance(value, np.ndarray | np.floating):
        return torch.as_tensor(np.array(value))
    return in_each(tensed, value, tuple)


def in_each(change, value, container):
    if isinstance(value, dict):
        return {k: change(v) for k, v in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return container(map(change, value))
    return value


def in_arrays(value):
    """The same numbers in arrays, and numbers in arrays without axes."""
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().numpy()
    return np.asarray(value) if isinstance(value, np.floating) else in_each(in_arrays, value, tuple)


def taken(value):
    """What such an answer does with what it is given: it may be what it gave before."""
    if isinstance(value, torch.Tensor):
        return value.numpy()
    numbers = isinstance(value, list) and all(isinstance(v, float | list) for v in value)
    return np.array(value) if numbers and value else value


def answering(function, change):
    """The learner's answer, as it would be if it returned other containers."""

    @functools.wraps(function)
    def changed(*args, **options):
        return change(function(*map(taken, args), **options))

    return changed


def making(made, change):
    """The learner's class, as it would be if its calls returned other containers."""
    if issubclass(made, torch.nn.Module):  # whose output and state a check wants as tensors
        return made
    body = {"__call__": answering(made.__call__, change), "__module__": made.__module__}
    if hasattr(made, "state_dict"):
        body["state_dict"] = answering(made.state_dict, change)
    return type(made.__name__, (made,), body)


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setenv("COURSEKIT_QUICK", "1")
    with shells.shell() as made:
        yield made


WAYS = [(source, change) for source in SOURCES for change in (listed, tensed)]
WAYS += [(s, in_arrays) for s in SOURCES if s.stem[:2] in ("02", "03", "06", "07", "09")]  # numbers


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in keras
@pytest.mark.parametrize("source, change", WAYS, ids=lambda v: getattr(v, "stem", "") or v.__name__)
def test_a_lesson_solved_in_other_containers_runs_to_its_end(shell, source, change, capsys):
    cells, answers = slices.lesson(source)
    passed = set()
    for name, text in cells:
        done = shell.run_cell(text)
        assert done.success, f"{name}: {done.error_before_exec or done.error_in_exec!r}"
        if name in answers:
            made = shell.user_ns[name]
            changed = making if inspect.isclass(made) else answering
            shell.user_ns[name] = changed(made, change)
        if isinstance(done.result, Result):
            assert done.result.passed, f"{name}: {done.result}"
            passed.add(done.result.exercise)
    assert passed == answers
    assert "Using the course's" not in capsys.readouterr().out


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_later_cells_call_an_answer_only_by_what_use_gave_back(source):
    cells, answers = slices.lesson(source)
    texts = dict(cells)
    for answer in answers:
        given = False
        for name, text in list(texts.items())[list(texts).index(answer) + 1 :]:
            reads, _, _ = slices.names(text)
            given |= f"use({answer})" in text
            own = name in answers or name == f"check-{answer}"
            assert given or own or answer not in reads, f"{name} calls {answer} as it is"


EXERCISES = [t for t in load().values() if isinstance(t, Exercise)]


@pytest.mark.parametrize("task", EXERCISES, ids=lambda t: t.name)
def test_right_answers_of_every_style_are_handed_back_as_they_are(task, capsys):
    for answer in [task.right, *task.alternatives.values()]:
        lent = use(named(answer, task.name))
        assert original(lent) is named(answer, task.name) or original(lent) is lent
    assert "Using the course's" not in capsys.readouterr().out


@functools.cache
def named(answer, name):
    if answer.__name__ == name:
        return answer
    if inspect.isclass(answer):
        return type(name, (answer,), {"__module__": answer.__module__})

    @functools.wraps(answer)
    def other(*args, **options):
        return answer(*args, **options)

    other.__name__ = name
    return other


def lent(text, name="standardize", **names):
    """What `use` gives back for an answer that a cell defines, and the cell's names."""
    space = {"__name__": "__main__", "np": np, "torch": torch, **names}
    exec(text, space)
    mine = space[name]
    space[name] = use(mine)
    return space[name], mine


def test_a_list_comes_as_an_array_in_the_format_of_what_was_given():
    given, _ = lent("def standardize(x):\n    return ((x - x.mean()) / x.std()).tolist()")
    for dtype in (np.float64, np.float32):
        y = given(np.arange(4, dtype=dtype))
        assert type(y) is np.ndarray and y.dtype == dtype
        assert y[1:].mean() > 0


def test_a_list_for_a_tensor_that_was_given_comes_as_a_tensor():
    given, _ = lent("def standardize(x):\n    return ((x - x.mean()) / x.std()).tolist()")
    y = given(torch.arange(4, dtype=torch.float32))
    assert isinstance(y, torch.Tensor) and y.dtype == torch.float32


def test_an_array_of_another_class_comes_as_an_array():
    text = "def standardize(x):\n    y = (x - x.mean()) / x.std()\n    return y.view(Own)"
    given, _ = lent(text, Own=type("Own", (np.ndarray,), {}))
    assert type(given(np.arange(4.0))) is np.ndarray


def test_an_answer_that_calls_itself_gets_what_it_gives():
    text = (
        "def standardize(x, again=True):\n"
        "    y = ((x - x.mean()) / x.std()).tolist()\n"
        "    return (standardize(x, False) + [])[: len(y)] if again else y"
    )
    given, _ = lent(text)
    assert type(given(np.arange(4.0))) is np.ndarray


def test_what_was_given_back_is_checked_as_the_learners_own():
    given, mine = lent("def standardize(x):\n    return [*((x - x.mean()) / x.std())]")
    assert given is not mine and original(given) is mine
    assert "a list came where a NumPy array" in str(check(given))
    again = use(given)
    assert original(again) is mine and type(again(np.arange(3.0))) is np.ndarray
    assert inspect.getsource is not None and inspect.signature(given) == inspect.signature(mine)


def test_numbers_come_as_numbers_and_rows_as_asked():
    text = (
        "def statistics_count(shape, method):\n"
        "    C, P = shape[1], shape[0]\n"
        "    inner = int(np.prod(shape[2:]))\n"
        "    if method == 'batch':\n"
        "        return [np.array(C), np.array(P * inner)]\n"
        "    return [np.array(C * inner), np.array(P)]"
    )
    given, _ = lent(text, "statistics_count")
    found = given((32, 16, 28, 28), "batch")
    assert type(found) is tuple and {type(n) for n in found} == {int}


LAYER = """
class Layer:
    def train(self):
        self.training = True
    def eval(self):
        self.training = False
    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.saved}
    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, [float(v) for v in value])

class BatchNorm1d(Layer):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        START
        self.eps, self.momentum, self.training = eps, momentum, True
        self.weight, self.bias = [1.0] * num_features, [0.0] * num_features
        self.running_mean, self.running_var = [0.0] * num_features, [1.0] * num_features
        self.saved = ("weight", "bias", "running_mean", "running_var")

    def __call__(self, x):
        mean, var = np.array(self.running_mean), np.array(self.running_var)
        if self.training:
            mean, var, m = x.mean(0), x.var(0), self.momentum
            old = self.running_mean + self.running_var  # lists: one after the other
            new = [*mean, *x.var(0, ddof=1)]
            both = [(1 - m) * a + m * b for a, b in zip(old, new, strict=True)]
            self.running_mean, self.running_var = both[: len(mean)], both[len(mean) :]
        y = (x - mean) / np.sqrt(var + self.eps)
        return (np.array(self.weight) * y + np.array(self.bias)).tolist()
"""


@pytest.mark.parametrize(
    "start", ["pass", "super().__init__()", "super(BatchNorm1d, self).__init__()"]
)
def test_a_class_gives_arrays_to_others_and_keeps_its_own_lists(start):
    made, mine = lent(LAYER.replace("START", start), "BatchNorm1d")
    assert made is not mine and made.__name__ == "BatchNorm1d"
    assert original(made) is (made if "self)" in start else mine)
    layer = made(2)
    x = np.random.default_rng(0).normal(5, 2, (8, 2))
    assert type(layer(x)) is np.ndarray
    assert type(layer.running_mean) is np.ndarray and (layer.running_var + layer.eps > 0).all()
    assert {type(v) for v in layer.state_dict().values()} == {np.ndarray}
    layer(x)
    layer.weight, layer.bias = np.sqrt(layer.running_var + layer.eps), layer.running_mean
    layer.eval()
    np.testing.assert_allclose(layer(x), x)
    with pytest.raises(ValueError, match="read-only"):  # it would be lost without a word
        layer.running_mean[0] = 3
    assert check(made).passed


def test_an_answer_that_gives_what_was_asked_is_handed_back_itself():
    given, mine = lent("def standardize(x):\n    return (x - x.mean()) / x.std()")
    assert given is mine
