"""What Jupyter itself then says of a notebook that we wrote."""

import json

import pytest

from coursekit import workspace
from coursekit.files import write_whole
from coursekit.workspace.trust import trust, trusted
from coursekit.workspace.update import update

LESSON = "01_mean_and_variance.ipynb"
PANEL = {
    "output_type": "display_data",
    "data": {"text/html": "<style>b {color: red}</style><b>x</b>"},
    "metadata": {},
}


@pytest.fixture(autouse=True)
def own_signatures(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def lesson(tmp_path):
    """Last year's lesson 01 in a workspace, run once."""
    work = tmp_path / "work"
    workspace.make(work)
    made = json.loads((work / LESSON).read_text("utf-8"))
    for cell in made["cells"]:
        cell["source"] = {"title": "# Last year's"}.get(cell["id"], cell["source"])
    write_whole(workspace.base(work, LESSON), json.dumps(made))
    next(cell for cell in made["cells"] if cell["id"] == "batch_mean")["outputs"] = [PANEL]
    write_whole(work / LESSON, json.dumps(made))
    return work / LESSON


def test_what_was_trusted_stays_so_over_an_update(lesson):
    trust(lesson)
    assert trusted(before := lesson.read_bytes())
    update(lesson.parent)
    assert lesson.read_bytes() != before and trusted(lesson.read_bytes())


def test_what_was_not_trusted_is_not_made_so(lesson):
    update(lesson.parent)
    assert not trusted(lesson.read_bytes())


def test_a_home_that_cannot_be_written_costs_nothing(lesson, tmp_path):
    (tmp_path / "data").write_text("a file in the way")
    trust(lesson)
    assert not trusted(lesson.read_bytes())
    assert update(lesson.parent)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"cells": 3}'])
def test_what_is_no_notebook_is_not_trusted(tmp_path, content):
    (tmp_path / "x.ipynb").write_bytes(content)
    trust(tmp_path / "x.ipynb")
    assert not trusted(content)
