"""What a learner did is there tomorrow: in a real JupyterLab, with kernels that end."""

import json
import re

import pytest

from coursekit import workspace
from coursekit.files import write_whole
from coursekit.learning.attempts import Attempts
from coursekit.workspace.update import update

CELL = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
TEXT = "() => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').innerText"
RESTART = """async () => {
    await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart() }"""
LESSON = "01_mean_and_variance.ipynb"
PICTURE = ".jp-NotebookPanel:not(.lm-mod-hidden) .ck-stored img"
DRAW = """\
from coursekit.figures import explorable
def draw(axes, height):
    axes.plot([0, height])
    return f"A line up to {height}."
explorable(draw, alt="A line.", height=(0, 4, 1, 2))
"""


def notebook(*sources: str) -> str:
    cells = [CELL | {"id": f"c{n}", "source": source} for n, source in enumerate(sources)]
    return json.dumps({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})


def save(browser) -> None:
    browser.page.evaluate(f"async () => {{ await {browser.WIDGET}.context.save() }}")


def run_cell(browser, number: int) -> None:
    browser.page.evaluate(
        f"async n => {{ {browser.WIDGET}.content.activeCellIndex = n;"
        "  await window.jupyterapp.commands.execute('notebook:run-cell') }",
        number,
    )
    browser.wait_until_idle()


def test_two_notebooks_side_by_side_lose_neither_ones_progress(browser, server):
    one = (
        "from coursekit import check, progress\ndef standardize(x): return (x - x.mean()) / x.std()"
    )
    other = "from coursekit import check, progress\ndef batch_mean(x): return x.mean(0)"
    for name, answer in (("one.ipynb", one), ("other.ipynb", other)):
        asked = answer.partition("def ")[2].partition("(")[0]
        (server.work / name).write_text(notebook(answer, f"check({asked})", "progress()"))
    path = server.work / ".coursekit" / "progress.json"
    before = {name: kept.checks for name, kept in Attempts(path).by_name.items()}
    for name in ("one.ipynb", "other.ipynb"):  # both kernels have read the file
        browser.open(name)
        run_cell(browser, 0)
        run_cell(browser, 2)
    for name in ("one.ipynb", "other.ipynb", "one.ipynb"):
        browser.open(name)
        run_cell(browser, 1)
        assert "not saved" not in browser.page.evaluate(TEXT)
    run_cell(browser, 2)
    kept = Attempts(path).by_name
    # The third check is of a function that has not changed: told again, and not counted.
    assert kept["standardize"].checks == before.get("standardize", 0) + 1
    assert kept["batch_mean"].checks == before.get("batch_mean", 0) + 1
    assert kept["standardize"].passed and kept["batch_mean"].passed
    shown = browser.page.evaluate(TEXT)
    assert "00 Start here: 1 of 1 exercise passed" in shown
    # Of other tests in the same workspace more may be passed.
    assert re.search(r"01 Mean and variance: [1-6] of 6 exercises passed", shown)
    for name in ("one.ipynb", "other.ipynb"):
        browser.open(name)
        browser.close()


def test_a_saved_explorable_shows_its_picture_after_a_restart_and_runs_again(browser, server):
    live = "from coursekit.widgets import dot_plot\ndot_plot()"
    (server.work / "saved.ipynb").write_text(notebook(live, DRAW))
    browser.open("saved.ipynb")
    browser.run_all()
    page = browser.page
    page.wait_for_selector(".ck-dot_plot svg")
    page.wait_for_selector(".widget-box img")
    assert page.locator(PICTURE).count() == 2, "stored"
    assert (
        not page.locator(PICTURE).first.is_visible() and not page.locator(PICTURE).last.is_visible()
    )
    page.evaluate(RESTART)
    browser.wait_until_idle()
    save(browser)
    browser.close()
    page.wait_for_selector(".ck-dot_plot svg", state="detached")
    browser.open("saved.ipynb")
    page.wait_for_timeout(4_000)  # ipywidgets waits two seconds for a model, then says its error
    for picture in page.locator(PICTURE).all():
        assert picture.is_visible() and picture.get_attribute("alt")
    assert page.locator(PICTURE).count() == 2
    shown = page.evaluate(TEXT)
    assert "model not found" not in shown and "Loading widget" not in shown
    browser.run_all()
    page.wait_for_selector(".ck-dot_plot svg")
    page.wait_for_selector(".widget-box img")
    assert (
        not page.locator(PICTURE).first.is_visible() and not page.locator(PICTURE).last.is_visible()
    )
    browser.close()


@pytest.fixture
def older(server):
    """Lesson 01 as last year's course had it, with an answer in it."""
    [shipped] = [path for path in workspace.shipped() if path.name == LESSON]
    made = json.loads(shipped.read_text("utf-8"))
    for cell in made["cells"]:
        cell["source"] = {"title": "# Last year's title"}.get(cell["id"], cell["source"])
    for path in (server.work / LESSON, workspace.base(server.work, LESSON)):
        write_whole(path, json.dumps(made))


def test_what_overwrite_put_back_the_next_update_brings_up_to_date(browser, server, older):
    page = browser.page
    browser.open(LESSON)
    page.wait_for_function(f"() => ({TEXT})().includes(`Last year's title`)")
    assert [done.name for done in update(server.work)] == [LESSON]
    type_in = "cells => cells.get(2).sharedModel.setSource('mine = 1  # typed after the update')"
    page.evaluate(f"() => ({type_in})({browser.WIDGET}.context.model.cells)")
    page.evaluate(f"() => {{ {browser.WIDGET}.context.save() }}")
    page.get_by_role("button", name="Overwrite").click()
    page.wait_for_function(f"() => !{browser.WIDGET}.context.model.dirty")
    assert "Last year's title" in (server.work / LESSON).read_text("utf-8")
    [done] = update(server.work)
    found = (server.work / LESSON).read_text("utf-8")
    assert "had been put back" in str(done) and "Mean and variance" in str(done)
    assert "typed after the update" in found and "Last year's title" not in found
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:reload')")
    page.wait_for_function(f"() => !({TEXT})().includes(`Last year's title`)")
    assert update(server.work) == []
    browser.close()
    assert update(server.work) == []


def test_an_updated_notebook_is_still_trusted(browser, server, older, monkeypatch):
    """Saved panels keep their style, and saved explorables their picture."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(server.work.parent / "data"))
    browser.open(LESSON)
    shows = "from IPython.display import HTML; HTML('<style>b {color: red}</style><b>x</b>')"
    cell = f"{browser.WIDGET}.context.model.cells.get(2).sharedModel"
    browser.page.evaluate(f"source => {cell}.setSource(source)", shows)
    run_cell(browser, 2)
    save(browser)
    browser.close()
    [done] = update(server.work)
    assert done.backup
    browser.open(LESSON)
    of = f"[...{browser.WIDGET}.context.model.cells].filter(cell => cell.type === 'code')"
    trust = f"() => {of}.filter(cell => !cell.trusted).map(cell => cell.id)"
    assert browser.page.evaluate(trust) == []
    browser.close()
