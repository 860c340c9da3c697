"""What a learner meets in JupyterLab: the function on the screen is judged, as the grader would."""

import json

import pytest

START = "import numpy as np\nimport torch\nfrom coursekit import check, use"
GOOD = "def standardize(x):\n    return (x - x.mean()) / x.std()"


def cell(name, source):
    return {"cell_type": "code", "id": name, "source": source, "metadata": {}} | {
        "outputs": [],
        "execution_count": None,
    }


@pytest.fixture
def open_notebook(server, browser):
    """Opens a notebook of these (name, source) cells, in a kernel of its own."""
    opened = []

    def open_one(file, *cells):
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        whole = {"cells": [cell(*one) for one in cells], "metadata": kernel}
        whole |= {"nbformat": 4, "nbformat_minor": 5}
        (server.work / file).write_text(json.dumps(whole), "utf-8")
        browser.open(file)
        opened.append(file)
        return browser

    yield open_one
    for _ in opened:
        browser.close()


def run(browser, n, source=None):
    """Run the n-th cell alone, with another text if one is given; its output's text."""
    widget = browser.WIDGET
    if source is not None:
        browser.page.evaluate(
            f"([n, text]) => {widget}.content.widgets[n].model.sharedModel.setSource(text)",
            [n, source],
        )
    outputs = browser.page.evaluate(
        f"async (n) => {{ const all = {widget}.content; all.activeCellIndex = n; all.deselectAll();"
        " await window.jupyterapp.commands.execute('notebook:run-cell');"
        " return all.widgets[n].model.outputs.toJSON(); }",
        n,
    )
    said = [o.get("text", o.get("evalue", o.get("data", {}).get("text/plain"))) for o in outputs]
    return "\n".join("".join(part) for part in said if part)


def test_after_a_slip_the_older_function_is_not_praised(open_notebook):
    cells = ("imports", START), ("standardize", GOOD), ("check", "check(standardize)")
    browser = open_notebook("slips.ipynb", *cells)
    browser.run_all()
    assert "passed" in run(browser, 2)
    run(browser, 1, GOOD.replace("x):", "x:"))
    said = run(browser, 2)
    assert "is no Python on line 1" in said and "not judged" in said and "passed" not in said
    run(browser, 1, GOOD.replace("standardize", "standarize"))
    assert "did you mean `standardize`?" in run(browser, 2)
    run(browser, 1, f"nothing\n{GOOD}")
    assert "stopped on line 1" in run(browser, 2)
    run(browser, 1, "x = 3")
    assert "does not define it any more" in run(browser, 2)
    run(browser, 1, f"{GOOD}\nnothing")
    assert "passed" in run(browser, 2)


def test_a_class_that_the_grader_forbids_does_not_pass_here(open_notebook):
    browser = open_notebook(
        "borrowed.ipynb",
        ("imports", START),
        ("BatchNorm", "class BatchNorm(torch.nn.BatchNorm2d):\n    pass"),
        ("check", "check(BatchNorm)"),
    )
    browser.run_all()
    assert "not allowed" in run(browser, 2)
    assert "BatchNorm2d" in run(browser, 2)


def test_after_a_restart_one_panel_with_a_button_that_works(open_notebook):
    browser = open_notebook(
        "restarted.ipynb", ("imports", START), ("standardize", GOOD),
        ("check", "check(standardize)"), ("later", "print(use(standardize)(np.array([1.0, 3.0])))"),
    )  # fmt: skip
    said = run(browser, 2)
    assert "Run the cells above first" in said and "NameError" not in said
    output = browser.page.locator(".jp-Notebook .ckp:visible")
    output.wait_for()
    assert output.count() == 1
    assert "yours is not defined" not in said
    button = output.get_by_role("button", name="Run all cells above")
    button.click()
    browser.page.wait_for_function(
        f"() => {browser.WIDGET}.content.widgets[1].model.executionCount !== null"
    )
    browser.wait_until_idle()
    assert "passed" in run(browser, 2)
    assert "[-1.  1.]" in run(browser, 3)
    assert browser.problems == []
