import ast
import types

import pytest
import shells

from coursekit import check
from coursekit.checking.source.cells import RAN
from coursekit.learning import kernel


@pytest.fixture
def shell(monkeypatch):
    """A shell of IPython's that the course hears; nothing is left of what it remembered."""
    before = list(RAN)
    RAN.clear()
    with shells.shell() as made:
        monkeypatch.setattr(kernel, "shell", lambda: made)
        yield made
    RAN[:] = before


def run(shell, text):
    return shell.run_cell(text, store_history=True)


def test_it_hears_each_cell_once_and_how_it_ended(shell):
    run(shell, "a = 1")
    kernel.watch()
    kernel.watch()
    for text in ("b = 2", "1 / 0", "x = (", "%time c = 3"):
        run(shell, text)
    told = [(ran.raw, ran.ended) for ran in RAN][-4:]
    assert told == [("b = 2", "done"), ("1 / 0", "raised"), ("x = (", "unread"),
                    ("%time c = 3", "done")]  # fmt: skip
    assert RAN[-3].why == "ZeroDivisionError: division by zero" and RAN[-2].line == 1


def test_what_ran_before_it_listened_is_read_from_the_history(shell):
    shell.history_manager.input_hist_raw = ["", "early = 1", "y = (", "import coursekit"]
    kernel.watch()
    assert [(ran.raw, ran.ended) for ran in RAN] == [
        ("early = 1", "unknown"), ("y = (", "unread"), ("import coursekit", "running")
    ]  # fmt: skip


def test_no_more_cells_are_remembered_than_that(shell, monkeypatch):
    monkeypatch.setattr(kernel, "MOST", 3)
    kernel.watch()
    for n in range(5):
        run(shell, f"n = {n}")
    assert [ran.raw for ran in RAN] == ["n = 2", "n = 3", "n = 4"]


@pytest.mark.parametrize(
    "cell, put",
    [
        ("check(standardize)", {"standardize"}), ("check(normalize, h)", {"normalize"}),
        ("def standardize(x): ...\ncheck(standardize)", set()), ("check(unheard_of)", set()),
        ("print(standardize)", set()), ("standardize = 1\ncheck(standardize)", set()),
    ],
)  # fmt: skip
def test_a_placeholder_stands_for_an_answer_that_is_not_there(cell, put):
    names = {"check": check, "print": print}
    before = dict(names)
    kernel.stand_in(ast.parse(cell), names)
    assert names.keys() - before.keys() == put
    for name in put:
        with pytest.raises(NameError, match=f"name '{name}' is not defined"):
            names[name](1)
    kernel.take_away(names)
    assert names == before


def test_what_the_cell_itself_defined_meanwhile_stays():
    names = {"check": check}
    kernel.stand_in(ast.parse("check(standardize)"), names)
    names["standardize"] = mine = lambda x: x
    kernel.take_away(names)
    assert names["standardize"] is mine


def test_another_function_called_check_is_not_ours():
    names = {"check": lambda *_: None}
    kernel.stand_in(ast.parse("check(standardize)"), names)
    assert "standardize" not in names


def test_whatever_is_wrong_here_the_cell_runs(monkeypatch):
    monkeypatch.setattr(kernel, "shell", lambda: 1 / 0)
    kernel.before(types.SimpleNamespace(raw_cell="a", transformed_cell="a", cell_id=None))
    kernel.after(types.SimpleNamespace())
    RAN.pop()
