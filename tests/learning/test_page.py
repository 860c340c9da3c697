"""A letter is judged by what the learner's own notebook prints, as the grader does it."""

import json
import os

import pytest
from kernels import Kernel
from old_pages import CASES, LESSON, QUESTIONS, oldest, write

from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import discover
from coursekit.learning import page


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel that JupyterLab would have started for lesson.ipynb in the folder."""
    folder = tmp_path_factory.mktemp("work")
    before = os.getcwd()
    os.chdir(folder)
    try:
        with Kernel(JPY_SESSION_NAME=f"somewhere/{LESSON}.ipynb") as one:
            one.run("from coursekit import check\nimport os; os.mkdir('in'); os.chdir('in')")
            yield one, folder / f"{LESSON}.ipynb"
    finally:
        os.chdir(before)


def in_the_notebook(kernel, path) -> dict[str, str]:
    said = {}
    cells = json.loads(path.read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            kernel.run(cell["source"])
    for asked in QUESTIONS:
        text = f"_r = check('{asked.name}', {asked.name}); print(_r.status, _r.diagnosis)"
        said[asked.name] = kernel.run(text).text.strip()
    return said


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("case", CASES)
def test_a_notebook_and_the_grader_judge_by_what_is_printed(kernel, tmp_path, case):
    one, path = kernel
    write(path, case)
    ours = in_the_notebook(one, path)
    assert {words.split()[0] for words in ours.values()} == {
        "passed" if CASES[case][2] else "failed"
    }
    write(tmp_path / "ann" / f"04_{LESSON}.ipynb", case)
    [submission] = discover(tmp_path)
    found = {
        r.exercise: f"{r.status} {r.diagnosis}" for r in examine(submission, Settings(5)).results
    }
    assert {name: found[name] for name in ours} == ours


def test_what_changes_under_an_open_page_is_not_judged_where_it_decides(tmp_path, monkeypatch):
    file = tmp_path / "x.ipynb"
    monkeypatch.setattr(page, "named", lambda: file)
    write(file, "old and right")
    monkeypatch.setattr(page, "_first", [page.printed()])
    asked = QUESTIONS[0]
    right = oldest(asked).answer
    assert page.judged(asked, right).passed
    write(file, "today's")
    moved = page.judged(asked, right)
    assert moved.status == "unsolved" and "Reload Notebook" in moved.next
    assert page.judged(asked, asked.answer).status == "unsolved"
    assert page.judged(asked, "d").status == "failed"  # in both
    page.begin()
    assert page.judged(asked, asked.answer).passed and not page.judged(asked, right).passed


def test_where_nobody_tells_which_notebook_it_is_nothing_is_printed():
    assert page.printed() is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cells": [1]}', '{"cells": [{"source": 1}]}', "\xff"]
)
def test_a_file_that_is_no_notebook_prints_nothing(monkeypatch, tmp_path, text):
    file = tmp_path / "x.ipynb"
    file.write_bytes(text.encode("latin-1"))
    monkeypatch.setattr(page, "named", lambda: file)
    assert page.printed() is None
    file.unlink()
    assert page.printed() is None


def test_a_notebook_is_read_again_when_it_was_saved(monkeypatch, tmp_path):
    file = tmp_path / "x.ipynb"
    monkeypatch.setattr(page, "named", lambda: file)
    write(file, "today's")
    first = page.printed()
    assert page.printed() is first
    write(file, "old and right")
    assert page.printed() is not first
