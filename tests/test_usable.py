"""Right values in another container: later cells, and whole lessons, run on what `use` gives back."""

import collections
import functools
import inspect
from pathlib import Path

import numpy as np
import pytest
import slices
import torch
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from coursekit import check, use
from coursekit.checking import Exercise, Result
from coursekit.exercises import load
from coursekit.usable import original

SOURCES = sorted((Path(__file__).parents[1] / "solutions").glob("[0-9][0-9]_*.py"))


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
    """What runs the cells of a notebook, without the kernel around it."""
    monkeypatch.setenv("COURSEKIT_QUICK", "1")
    return InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


@pytest.mark.parametrize("change", [listed, tensed, in_arrays])
@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
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
