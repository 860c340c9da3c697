"""Lessons and panels at any width, light and dark, in a real JupyterLab."""

import io

import pytest

from tests.browser.test_trying import write

THEMES = ("JupyterLab Light", "JupyterLab Dark")
WIDTHS = (780, 900, 1280)
THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
PAGE = """\
import numpy as np
from coursekit import check
from coursekit.figures import COLOURS, explorable, figure, show

fig, axes = figure()
axes.plot([1, 2, 3], color="black")
axes.plot([3, 1, 2], color=COLOURS["blue"])
axes.set_title("A title in black")
show(fig, alt="Two lines that cross.")
"""
LIVE = """\
def draw(axes, height):
    axes.bar([0], [height])
    return f"A bar of height {height}."


explorable(draw, alt="One bar.", height=(1, 3, 1, 2))
"""
TABLE = 'for n in range(3):\n    print("".join(f"{n + k:>14.3f}" for k in range(12)))'
MANY = """\
def batch_norm(x, gamma, beta, eps):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0)) + beta


check(batch_norm)
"""
HELD = """\
from coursekit.checking import Result

Result("many", "", "passed", 1, 1, "", "all.", verified=tuple(f"case {n}" for n in range(9)))
"""


def test_no_lesson_begins_with_an_empty_box(server, browser):
    browser.open("04_batchnorm_forward.ipynb")
    first = browser.page.locator(".jp-Notebook:visible .jp-Cell").first
    assert "Batch norm, forward" in first.inner_text()
    browser.close()


@pytest.fixture(scope="module")
def page(server, browser):
    write(server.work / "pages.ipynb", [PAGE, LIVE, TABLE, MANY, HELD])
    browser.open("pages.ipynb")
    browser.run_all()
    browser.page.wait_for_function(
        "() => document.querySelectorAll('.jp-Notebook .ckp').length > 1"
    )
    browser.page.wait_for_selector(".jp-Notebook .widget-html img")
    yield browser
    browser.page.evaluate(THEME, THEMES[0])
    browser.close()


def set_theme(page, theme):
    page.evaluate(THEME, theme)
    light = "true" if theme.endswith("Light") else "false"
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{light}'")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_wider_than_the_page_and_tables_keep_their_columns(page, theme, width):
    tab, size = page.page, page.page.viewport_size
    try:
        set_theme(tab, theme)
        tab.set_viewport_size({"width": width, "height": 900})
        for panel in tab.locator(".jp-Notebook .ckp").all():
            panel.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
            assert panel.evaluate("p => p.scrollWidth <= p.clientWidth"), panel.inner_text()
        rows = tab.locator(".jp-Notebook .jp-OutputArea-output pre:not(.ckp-pre)").first
        assert rows.evaluate("p => getComputedStyle(p).whiteSpace") == "pre"
        assert (
            rows.evaluate("p => p.getBoundingClientRect().height / p.innerText.split('\\n').length")
            < 25
        )
        for shown in tab.locator(".jp-Notebook .jp-OutputArea-output img").all():
            assert shown.evaluate("i => i.getBoundingClientRect().right <= innerWidth")
        beyond = tab.evaluate(
            "() => { const n = document.querySelector('.jp-WindowedPanel-outer');"
            " return n.scrollWidth - n.clientWidth }"
        )
        assert beyond <= 0
    finally:
        tab.set_viewport_size(size)
    assert not page.problems


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_is_drawn_for_the_theme(page, theme):
    """Its corner is the page's colour, and its ink stands out."""
    from matplotlib.image import imread

    set_theme(page.page, theme)
    for place in (".jp-RenderedHTML img", ".widget-html img"):
        shown = page.page.locator(f".jp-Notebook {place}").first
        shown.scroll_into_view_if_needed()
        page.page.wait_for_timeout(200)
        pixels = imread(io.BytesIO(shown.screenshot()))[..., :3].mean(axis=2)
        dark = theme.endswith("Dark")
        assert pixels[3, 3] < 0.2 if dark else pixels[3, 3] > 0.9
        assert (pixels > 0.8).any() if dark else (pixels < 0.2).any()


def test_every_picture_has_words(page):
    for shown in page.page.locator(".jp-Notebook .jp-OutputArea-output img").all():
        assert len(shown.get_attribute("alt")) > 7
    live = page.page.locator(".jp-Notebook .widget-html img").first
    assert live.get_attribute("alt") == "One bar. A bar of height 2."
    assert page.page.get_by_role("img", name="Two lines that cross.").count() == 1


def test_what_held_is_folded_after_five(page):
    folded = page.page.locator(".jp-Notebook .ckp").last.locator("details")
    folded.evaluate("one => { one.open = false }")
    assert folded.locator("summary").inner_text().endswith("case 4 · and 4 more")
    assert not folded.locator("li").last.is_visible()
    folded.locator("summary").click()
    assert folded.locator("li").last.is_visible()
