"""Explorables in a real JupyterLab: drawn, driven by keys, heard by the kernel, alive after it."""

import json

import pytest
from browser.test_lessons import errors

from coursekit.widgets import EXPLORABLES
from coursekit.widgets.gallery import notebook

ASK = """async (code) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({ code });
    let said = "";
    future.onIOPub = (m) => { if (m.header.msg_type === "stream") said += m.content.text; };
    await future.done;
    return said;
}"""
RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
DRAWN = "(count) => document.querySelectorAll('.ck svg').length === count"
THEME = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
SHAPE = """() => window.jupyterapp.shell.currentWidget.context.model.toJSON().cells
    .map((cell) => cell.cell_type).join()"""


ALL = len(EXPLORABLES) + 2


@pytest.fixture(scope="module")
def lab(browser, server):
    """The gallery, run; at its end one explorable in a variable, and a copy of it."""
    book = notebook()
    extra = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    for name in ("plot", "copy"):
        book["cells"].append(extra | {"id": name, "source": f"{name} = dot_plot(); {name}"})
    (server.work / "gallery.ipynb").write_text(json.dumps(book))
    browser.open("gallery.ipynb")
    browser.asked = []
    browser.page.on("request", lambda request: browser.asked.append(request.url))
    browser.cells = browser.run_all()
    browser.page.wait_for_function(DRAWN, arg=ALL)
    yield browser
    browser.close()


def test_every_explorable_is_drawn_without_an_error_or_an_outside_request(lab, server):
    assert errors(lab.cells) == {}
    for name, explorable in EXPLORABLES.items():
        root = lab.page.locator(f".ck-{name}").first
        root.scroll_into_view_if_needed()
        words = explorable.frame(explorable.first)["words"]
        assert root.locator("[role=status]").inner_text() == words
        assert root.locator("svg > g").first.locator("> *").count() > 3
    assert lab.problems == []
    here = (server.base, "blob:", "data:")
    assert [url for url in lab.asked if not url.startswith(here)] == []


def test_keys_reach_the_explorable_and_not_the_notebook(lab):
    shape = lab.page.evaluate(SHAPE)
    root = lab.page.locator(".ck-dot_plot").last
    root.scroll_into_view_if_needed()
    for place in (root.locator("input"), root.locator(".ck-handle").first):
        before = root.locator("[role=status]").inner_text()
        place.focus()
        for key in ("ArrowRight", "a", "b", "m", "x", "ArrowRight"):
            lab.page.keyboard.press(key)
        assert root.locator("[role=status]").inner_text() != before
    assert lab.page.evaluate(SHAPE) == shape


def test_the_kernel_hears_the_hand_and_the_page_hears_the_kernel(lab):
    root = lab.page.locator(".ck-dot_plot").nth(1)
    root.locator("input").press("End")
    lab.page.wait_for_timeout(400)
    assert lab.page.evaluate(ASK, "print(plot.state['n'], copy.state['n'] == 12)") == "12 False\n"
    lab.page.evaluate(ASK, "plot.state = plot.state | {'n': 2}")
    lab.page.wait_for_function(
        "document.querySelectorAll('.ck-dot_plot')[1].innerText.includes('2 values')"
    )


def test_the_picture_follows_labs_theme_and_the_window(lab):
    root = lab.page.locator(".ck-dot_plot").first
    paper = "e => getComputedStyle(e).backgroundColor"
    light = root.evaluate(paper)
    lab.page.evaluate(THEME, "JupyterLab Dark")
    lab.page.wait_for_function(
        "light => getComputedStyle(document.querySelector('.ck')).backgroundColor !== light",
        arg=light,
    )
    assert light == "rgb(255, 255, 255)"
    lab.page.set_viewport_size({"width": 700, "height": 900})
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    lab.page.evaluate(THEME, "JupyterLab Light")
    lab.page.set_viewport_size({"width": 1280, "height": 1000})
    assert lab.problems == []


def test_it_stays_live_while_the_kernel_is_gone_and_runs_again_after(lab):
    lab.page.evaluate(RESTART)
    root = lab.page.locator(".ck-dot_plot").first
    root.locator("input").press("Home")
    assert root.locator("[role=status]").inner_text().startswith("2 values")
    lab.page.wait_for_timeout(400)  # the change has been sent to a kernel that knows nothing
    assert errors(lab.run_all()) == {}
    lab.page.wait_for_function(DRAWN, arg=ALL)
    assert lab.problems == []
