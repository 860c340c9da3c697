import pytest

from coursekit.checking import Local, judge
from coursekit.checking.source import cells
from coursekit.exercises import find
from coursekit.learning import beyond


def passed(name):
    return judge(find(name), Local(find(name).right))


def test_a_pass_of_code_that_looks_names_up_says_that_the_grader_looks_there():
    task, result = find("batch_norm"), passed("batch_norm")
    source = "def batch_norm(x):\n    return getattr(np, 'mean')(x)"
    told = beyond.beyond(task, task.right, result, source)
    assert told.passed and "`getattr`" in told.notes[-1]
    assert beyond.beyond(task, task.right, result, None) == result


def test_what_torch_ran_for_it_goes_to_the_instructor(monkeypatch):
    task = find("batch_norm")
    monkeypatch.setattr(beyond, "_ran_by_torch", lambda *_: ["torch.batch_norm"])
    told = beyond.beyond(task, task.right, passed("batch_norm"), None)
    assert (told.status, told.score, told.rung) == ("manual", 0, "forbidden")
    assert "torch.batch_norm" in told.message


def test_where_nothing_was_scored_nobody_looks_and_no_fault_here_costs_anything(
    monkeypatch,
):
    task, result = find("batch_norm"), passed("batch_norm")
    monkeypatch.setattr(beyond, "_ran_by_torch", lambda *_: 1 / 0)
    assert beyond.beyond(task, task.right, result, "eval") == result
    nothing = result.but(score=0)
    assert beyond.beyond(task, task.right, nothing, "eval") is nothing


@pytest.mark.parametrize(
    "source, names",
    [
        ("def f(x): return eval('x')", {"eval"}), ("import sys\nsys.modules['os']", {"modules"}),
        ("getattr(self, 'a'); vars(self)", set()), ("x.vars()", set()), ("def f(", set()),
        ("importlib.import_module('a')", {"import_module"}),
    ],
)  # fmt: skip
def test_by_which_names_a_source_looks_up(source, names):
    assert beyond._looks_up(source) == names


def test_another_cell_that_uses_what_is_forbidden_is_named(monkeypatch):
    task = find("batch_norm")
    texts = ["import torch\nnorm = torch.nn.functional.batch_norm",
             "def batch_norm(x, gamma, beta, eps):\n    return norm(x)"]  # fmt: skip
    monkeypatch.setattr(cells, "RAN", [])
    ran = [cells.Ran(text, text, text, f"own-{n}") for n, text in enumerate(texts)]
    monkeypatch.setattr(beyond, "RAN", ran)
    assert beyond._found(task, ran[1:]) is None
    line, what = beyond._found(task, ran)
    assert line == "return norm(x)" and what
