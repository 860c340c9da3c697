"""The failing input in hand, in a real JupyterLab: a real click makes a cell, and the cell runs."""

import json

import pytest

SETUP = "import numpy as np\nfrom coursekit import check\n\n"
WRONG = SETUP + "def standardize(x):\n    return 0.5 * (x - x.mean()) / x.std()\n\n"
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets"
SOURCES = f"() => {CELLS}.map(c => c.model.sharedModel.getSource())"


def write(path, sources):
    made = [
        {"cell_type": "code", "id": f"c{n}", "source": s, "metadata": {}, "outputs": []}
        | {"execution_count": None}
        for n, s in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.fixture(scope="module")
def failed(server, browser):
    """A notebook whose second of four cells shows a failed check."""
    write(server.work / "trying.ipynb", ["1 + 1", f"{WRONG}check(standardize)", "2 + 2", "3 + 3"])
    browser.open("trying.ipynb")
    browser.run_all()
    browser.page.wait_for_function("() => document.querySelector('.jp-Notebook .ckp-try')")
    yield browser
    browser.close()


def sources(browser):
    return browser.page.evaluate(SOURCES)


@pytest.mark.parametrize("way", ["click", "keyboard"])
def test_try_it_below_makes_a_filled_cell_there_and_the_cell_runs(failed, way):
    page, before = failed.page, sources(failed)
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 3; }")
    button = page.locator(".jp-Notebook .ckp-try").first
    assert button.is_visible()
    button.scroll_into_view_if_needed()
    if way == "click":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")
    page.wait_for_function(f"n => {CELLS}.length === n + 1", arg=len(before))
    page.wait_for_function(f"() => {CELLS}[2].model.sharedModel.getSource() !== ''")
    after = sources(failed)
    assert not page.locator(".jp-Dialog").count()
    assert after[:2] == before[:2] and after[3:] == before[2:], "below the panel, nothing else"
    assert "yours = standardize(x)" in after[2]
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"() => {CELLS}[2].model.sharedModel.execution_count")
    failed.wait_until_idle()
    [output] = page.evaluate(f"() => {CELLS}[2].model.sharedModel.toJSON().outputs")
    assert "array([ 0.5, -0.5])" in "".join(output["data"]["text/plain"])
    assert not failed.problems


def test_the_panel_opens_on_the_two_outputs_and_the_cell(failed):
    page = failed.page
    panel = page.locator(".jp-Notebook .ckp").first
    assert not panel.locator("pre").first.is_visible()
    panel.locator("summary").first.click()
    assert panel.locator("pre").first.is_visible()
    assert panel.locator("mark").first.inner_text().startswith("≠")
    assert "np.array([1.0, 4.0])" in panel.locator("pre.ckp-code").inner_text()
