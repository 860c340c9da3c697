"""Lessons run top to bottom in a browser, solved and unsolved, without an error anywhere."""

from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
LESSONS = ("00_start_here", "01_mean_and_variance", "04_batchnorm_forward")
MINUTE = 60_000

STATE = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.sessionContext?.session?.kernel?.status ?? "starting";
}"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
CELLS = "() => window.jupyterapp.shell.currentWidget.context.model.toJSON().cells"
SHUT_DOWN = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"


class Lesson:
    """A notebook open in a page: its cells, and what went wrong in the browser meanwhile."""

    def __init__(self, browser, server, path):
        self.page = browser.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda m: m.type == "error" and self.problems.append(m.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(f"{server.base}/lab/tree/{path}?token={server.token}&reset")
        self.page.wait_for_function(f"({STATE})() === 'idle'", timeout=MINUTE)

    def run_all(self) -> list[dict]:
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function(f"({STATE})() === 'idle'", timeout=3 * MINUTE)
        return self.page.evaluate(CELLS)

    def close(self):
        self.page.evaluate(SHUT_DOWN)
        self.page.close()


@pytest.fixture
def open_lesson(browser, server, tmp_path):
    opened = []

    def open_one(path):
        opened.append(Lesson(browser, server, path))
        return opened[-1]

    yield open_one
    for lesson in opened:
        lesson.close()


def errors(cells) -> dict[str, str]:
    """Return the last line of each cell that raised."""
    return {
        cell["id"]: f"{output['ename']}: {output['evalue']}"
        for cell in cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    }


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("folder", ["solved/", ""], ids=["solved", "unsolved"])
def test_a_lesson_runs_from_top_to_bottom(open_lesson, folder, name):
    assert (REPO / "notebooks" / f"{name}.ipynb").exists(), f"lesson {name} is not built"
    lesson = open_lesson(f"{folder}{name}.ipynb")
    cells = [cell for cell in lesson.run_all() if cell["cell_type"] == "code"]
    assert errors(cells) == {}
    unrun = [c["id"] for c in cells if c["execution_count"] is None and c["source"].strip()]
    assert unrun == []
    assert lesson.problems == []


def test_no_message_covers_the_first_page(open_lesson):
    lesson = open_lesson("00_start_here.ipynb")
    lesson.page.wait_for_timeout(1000)  # the news would come by now
    assert lesson.page.locator(".Toastify__toast").count() == 0
    assert lesson.page.locator(".jp-Dialog").count() == 0
