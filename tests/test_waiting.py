"""The progress bar: one step per item in a notebook, nothing elsewhere, gone in the end."""

import sys
import types

import pytest

from coursekit import waiting


@pytest.fixture
def notebook(monkeypatch):
    """What IPython's display would be told inside a kernel."""
    told = []

    class Handle:
        def update(self, shown):
            told.append(shown.data)

    def display(shown, display_id):
        told.append(shown.data)
        return Handle()

    from IPython import display as ipython

    monkeypatch.setattr(waiting, "_in_a_notebook", lambda: True)
    monkeypatch.setattr(ipython, "display", display)
    monkeypatch.setattr(ipython, "clear_output", lambda: told.append("cleared"))
    return told


def test_it_passes_the_items_on_and_counts_them(notebook):
    assert list(waiting.bar(range(3), "seeds")) == [0, 1, 2]
    assert [f"{n} of 3" in said for n, said in enumerate(notebook[:-1])] == [True] * 4
    assert 'aria-label="seeds: 0 of 3"' in notebook[0] and notebook[-1] == "cleared"


def test_it_is_gone_after_an_error_too(notebook):
    with pytest.raises(ZeroDivisionError):
        for n in waiting.bar([1, 0], "tries"):
            1 / n
    assert "1 of 2" in notebook[1]


def test_a_label_cannot_become_html(notebook):
    list(waiting.bar([1], "<b>"))
    assert "<b>" not in notebook[0]


def test_outside_a_notebook_it_is_silent(capsys):
    assert list(waiting.bar(range(2), "seeds")) == [0, 1]
    assert list(waiting.bar(iter("ab"), "letters")) == ["a", "b"]
    assert capsys.readouterr().out == ""


def test_without_ipython_it_is_silent(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    assert isinstance(waiting.bar([1], "x"), types.GeneratorType)
    assert list(waiting.bar([1], "x")) == [1]
