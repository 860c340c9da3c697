"""Lessons run top to bottom in a browser, solved and unsolved, without an error anywhere."""

import json
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
LESSONS = ("00_start_here", "01_mean_and_variance", "04_batchnorm_forward", "09_full_layer")


@pytest.fixture
def open_lesson(browser):
    opened = []

    def open_one(path):
        opened.append(path)
        browser.open(path)
        return browser

    yield open_one
    for _ in opened:
        browser.close()


def errors(cells) -> dict[str, str]:
    """Return the last line of each cell that raised."""
    return {
        cell["id"]: f"{output['ename']}: {output['evalue']}"
        for cell in cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    }


def test_the_first_page_is_lesson_00_and_no_message_covers_it(browser):
    browser.page.wait_for_timeout(1000)  # the news would come by now
    assert browser.page.locator(".Toastify__toast, .jp-Dialog").count() == 0
    assert browser.page.locator(".jp-Notebook h1").first.inner_text().startswith("Start here")
    assert browser.problems == []


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("folder", ["solved/", ""], ids=["solved", "unsolved"])
def test_a_lesson_runs_from_top_to_bottom(open_lesson, folder, name):
    assert (REPO / "notebooks" / f"{name}.ipynb").exists(), f"lesson {name} is not built"
    browser = open_lesson(f"{folder}{name}.ipynb")
    cells = [cell for cell in browser.run_all() if cell["cell_type"] == "code"]
    assert errors(cells) == {}
    unrun = [c["id"] for c in cells if c["execution_count"] is None and c["source"].strip()]
    assert unrun == []
    assert browser.problems == []


def test_an_error_in_a_cell_is_seen(open_lesson, server):
    """The test above must be able to fail."""
    notebook = json.loads((REPO / "notebooks" / "00_start_here.ipynb").read_text())
    notebook["cells"].append(
        {"cell_type": "code", "id": "broken", "metadata": {}, "source": "1 / 0"}
        | {"outputs": [], "execution_count": None}
    )
    (server.work / "broken.ipynb").write_text(json.dumps(notebook))
    cells = open_lesson("broken.ipynb").run_all()
    assert errors(cells) == {"broken": "ZeroDivisionError: division by zero"}
