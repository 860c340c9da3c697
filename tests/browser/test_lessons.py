"""Lessons run top to bottom in a browser, solved and unsolved, without an error anywhere."""

import json
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
LESSONS = [path.stem for path in sorted((REPO / "notebooks").glob("*.ipynb"))]
# Unsolved, three stand for all here: nbval runs every one.
UNSOLVED = ("00_start_here", "01_mean_and_variance", "04_batchnorm_forward")
PAGES = [(name, "solved/") for name in LESSONS] + [(name, "") for name in UNSOLVED]

# What a reader must never see: TeX that was not set, a tag that was not rendered, a figure or a
# table that runs out of its cell. Asked of the page, cell by cell; what is folded away is unfolded.
SEEN = r"""async () => {
    const panel = window.jupyterapp.shell.currentWidget.node, said = [];
    panel.querySelectorAll("details").forEach((folded) => { folded.open = true; });
    await new Promise((done) => setTimeout(done, 300));
    for (const cell of panel.querySelectorAll(".jp-Cell")) {
        const say = (what) => said.push(`${cell.innerText.slice(0, 40)}…: ${what}`);
        for (const prose of cell.querySelectorAll(".jp-RenderedMarkdown")) {
            const copy = prose.cloneNode(true);
            copy.querySelectorAll("code, pre, mjx-container, style").forEach((e) => e.remove());
            const raw = copy.textContent.match(/\$\$|\\[a-zA-Z]{2,}|<\/?[a-z]+[ >]|\{\{|\*\*/);
            if (raw) say(`unrendered ${raw[0]}`);
            if (prose.querySelector("mjx-merror")) say("a formula that cannot be set");
        }
        for (const box of cell.querySelectorAll(".jp-RenderedMarkdown, .jp-OutputArea-output")) {
            if (box.scrollWidth > box.clientWidth + 1)
                say(`${box.scrollWidth} px wide in ${box.clientWidth}`);
            for (const part of box.querySelectorAll("img, svg, table, mjx-container"))
                if (part.getBoundingClientRect().right > box.getBoundingClientRect().right + 2)
                    say(`a ${part.tagName} runs out of it`);
        }
    }
    return said;
}"""


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


@pytest.mark.parametrize("name, folder", PAGES, ids=lambda part: part.strip("/") or "unsolved")
def test_a_lesson_runs_from_top_to_bottom(open_lesson, name, folder):
    assert (REPO / "notebooks" / f"{name}.ipynb").exists(), f"lesson {name} is not built"
    browser = open_lesson(f"{folder}{name}.ipynb")
    cells = [cell for cell in browser.run_all() if cell["cell_type"] == "code"]
    assert errors(cells) == {}
    unrun = [c["id"] for c in cells if c["execution_count"] is None and c["source"].strip()]
    assert unrun == []
    assert browser.page.evaluate(SEEN) == []
    assert browser.problems == []


def test_an_error_in_a_cell_is_seen_and_so_is_what_is_ugly(open_lesson, server):
    """The test above must be able to fail."""
    notebook = json.loads((REPO / "notebooks" / "00_start_here.ipynb").read_text())
    notebook["cells"] += [
        {"cell_type": "code", "id": "broken", "metadata": {}, "source": "1 / 0"}
        | {"outputs": [], "execution_count": None},
        {"cell_type": "markdown", "id": "raw", "metadata": {}, "source": "see \\frac{1}{2}"},
        {"cell_type": "markdown", "id": "tex", "metadata": {}, "source": "$\\frac{1}$"},
        {"cell_type": "markdown", "id": "wide", "metadata": {}, "source": f"${'x + ' * 99}x$"},
    ]
    (server.work / "broken.ipynb").write_text(json.dumps(notebook))
    browser = open_lesson("broken.ipynb")
    assert errors(browser.run_all()) == {"broken": "ZeroDivisionError: division by zero"}
    ugly = " ".join(browser.page.evaluate(SEEN))
    assert "unrendered \\frac" in ugly and "cannot be set" in ugly and "runs out of it" in ugly
