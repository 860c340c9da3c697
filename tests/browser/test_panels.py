"""The check's panel in a real JupyterLab, in both themes: looked at, and read by axe-core.

COURSEKIT_SCREENSHOTS=1 writes the pictures of docs/panels/ anew.
"""

import json
import os
from importlib import resources
from pathlib import Path

import pytest

THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
PICTURES = Path(__file__).parents[2] / "docs" / "panels"
ANSWERS = {
    "unsolved": "raise NotImplementedError",
    "diagnosed": "return (x - x.mean()) / x.var()",
    "undiagnosed": "return 0.5 * (x - x.mean()) / x.std()",
    "partial": "return ((x - x.mean()) / x.std())[None]",
    "right": "return (x - x.mean()) / x.std()",
    "error": "return (x - x.mean()) / np.array([1.0, 2.0])",
    "timeout": "while True: pass",
}
SETUP = """\
import numpy as np
from coursekit import check
from coursekit.checking import Local
Local.__init__.__kwdefaults__["timeout"] = 1.0  # as a learner sees it, nine seconds sooner
"""


@pytest.fixture(scope="module")
def panels(server, browser):
    """A notebook with one panel for each kind of outcome, run in Lab."""
    sources = [SETUP] + [
        f"def standardize(x):\n    {body}\n\ncheck(standardize)" for body in ANSWERS.values()
    ]
    made = [
        {"cell_type": "code", "id": f"c{n}", "source": s, "metadata": {}, "outputs": []}
        | {"execution_count": None}
        for n, s in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (server.work / "panels.ipynb").write_text(json.dumps(notebook), "utf-8")
    browser.open("panels.ipynb")
    browser.run_all()
    browser.page.wait_for_function(
        f"() => document.querySelectorAll('.ckp').length >= {len(ANSWERS)}"
    )
    yield browser
    browser.page.evaluate(THEME, "JupyterLab Light")  # the page is every browser test's
    browser.close()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_panel_is_readable_and_announced_in_both_themes(panels, theme, tmp_path):
    page = panels.page
    page.evaluate(THEME, theme)
    light = "true" if theme.endswith("Light") else "false"
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{light}'")
    shown = page.locator(".jp-Notebook .ckp")
    assert shown.count() == len(ANSWERS)
    folder = PICTURES if os.environ.get("COURSEKIT_SCREENSHOTS") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, panel in zip(ANSWERS, shown.all(), strict=True):
        panel.scroll_into_view_if_needed()
        picture = folder / f"{name}-{theme.split()[1].lower()}.png"
        panel.screenshot(path=picture)
        assert picture.stat().st_size > 2_000
        assert panel.get_attribute("role") == "status"
        assert panel.get_attribute("aria-label") == "check of standardize"
    if not page.evaluate("!!window.axe"):
        axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
        page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run('.jp-Notebook .ckp')).violations")
    assert not found, [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
    assert not panels.problems


def test_a_check_runs_and_its_panel_is_reached_with_the_keyboard_alone(panels):
    page = panels.page
    panel = page.locator(".jp-Notebook .ckp").nth(list(ANSWERS).index("diagnosed"))
    before = panel.inner_text()
    page.evaluate(
        "n => { const notebook = window.jupyterapp.shell.currentWidget.content;"
        "  notebook.activeCellIndex = n; notebook.mode = 'command'; notebook.activate(); }",
        1 + list(ANSWERS).index("diagnosed"),
    )
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "before => document.querySelectorAll('.jp-Notebook .ckp')[1]?.innerText !== before",
        arg=before,
    )
    panels.wait_until_idle()
    assert "attempt" in panel.inner_text()
    passed = []  # what can be operated is passed through in order, and left again
    for _ in range(12):
        page.keyboard.press("Tab")
        inside = "document.activeElement.closest('.ckp') ? document.activeElement.tagName : ''"
        passed.append(page.evaluate(inside))
    assert passed[-1] == "" and {"SUMMARY", "BUTTON"} >= set(filter(None, passed))
    assert not page.locator(".ckp").locator("a, input, [onclick]").count()


def test_every_panel_has_a_name_and_its_lines_in_reading_order_for_a_screen_reader(panels):
    for panel in panels.page.locator(".jp-Notebook .ckp").all():
        heard = panel.aria_snapshot()
        assert heard.startswith('- status "check of standardize":'), heard
        assert "- term: Next" in heard and heard.index("term: Next") > heard.index("- term:")


def test_no_panel_overflows_a_narrow_window(panels):
    """WCAG 2.2, success criterion 1.4.10: reflow at the width of a phone."""
    page, size = panels.page, panels.page.viewport_size
    try:
        page.set_viewport_size({"width": 640, "height": 900})
        for panel in page.locator(".jp-Notebook .ckp").all():
            assert panel.evaluate("p => p.scrollWidth <= p.clientWidth"), panel.inner_text()
    finally:
        page.set_viewport_size(size)
