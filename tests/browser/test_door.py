"""README's moving picture, taken in a real JupyterLab.

`make picture` writes docs/door/ anew: this test with COURSEKIT_SCREENSHOTS=1.
"""

import io
import json
import os

import pytest
from PIL import Image

from tests import door
from tests.browser.test_on_screen import cell
from tests.browser.test_panels import THEME

SIZE = {"width": 760, "height": 900}
MARGIN = 12
SHARP = 1.5  # pixels of the picture for one of the page
LETTERS, LOOK, READ = 350, 1_200, 5_000  # milliseconds


@pytest.fixture(scope="module")
def notebook(server, browser):
    """A page of its own, without side bars, with one cell to write in and one that checks it."""
    written = [("imports", door.IMPORTS), (door.EXERCISE, ""), ("check", f"check({door.EXERCISE})")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    whole = {"cells": [cell(*one) for one in written], "metadata": kernel}
    whole |= {"nbformat": 4, "nbformat_minor": 5}
    (server.work / "batch_norm.ipynb").write_text(json.dumps(whole), "utf-8")
    window = browser.page.context.browser.new_context(viewport=SIZE, device_scale_factor=SHARP)
    opened = type(browser)(window.new_page())
    opened.page.goto(f"{server.base}/doc/tree/batch_norm.ipynb?token={server.token}")
    opened.wait_until_idle()
    opened.page.evaluate("() => { const { shell } = window.jupyterapp; shell.collapseLeft(); }")
    yield opened
    opened.page.evaluate(THEME, door.THEMES["light"])  # the server keeps it for every page
    opened.page.evaluate(f"async () => {{ await {opened.WIDGET}.sessionContext.shutdown() }}")
    window.close()


class Film:
    """What is done in the notebook, and a picture of it after each step."""

    def __init__(self, browser):
        self.browser, self.frames, self.times, self.end = browser, [], [], 0.0

    def write(self, source: str, wait: int) -> None:
        text = f"text => {self.browser.WIDGET}.content.widgets[1].model.sharedModel.setSource(text)"
        self.browser.page.evaluate(text, source)
        self.take(wait)

    def run(self, number: int, wait: int) -> None:
        widget = self.browser.WIDGET
        self.browser.page.evaluate(
            f"async n => {{ const all = {widget}.content; all.activeCellIndex = n;"
            " all.deselectAll(); await window.jupyterapp.commands.execute('notebook:run-cell') }",
            number,
        )
        self.browser.wait_until_idle()
        self.take(wait)

    def take(self, wait: int) -> None:
        self.browser.page.wait_for_timeout(150)  # what was asked for is drawn
        taken = self.browser.page.screenshot(animations="disabled", caret="hide")
        self.frames.append(Image.open(io.BytesIO(taken)).convert("RGB"))
        self.times.append(wait)

    def panel(self) -> str:
        """The panel's text; what lies below it is not shown."""
        shown = self.browser.page.locator(".jp-Notebook .ckp")
        where = shown.bounding_box()
        self.end = max(self.end, where["y"] + where["height"] + MARGIN)
        return shown.inner_text()

    def save(self, path) -> None:
        """One palette for all frames: what does not move then costs nothing."""
        box = self.browser.page.locator(".jp-Notebook").bounding_box()
        corners = (box["x"], box["y"], box["x"] + box["width"] - MARGIN, self.end)
        frames = [one.crop([int(at * SHARP) for at in corners]) for one in self.frames]
        width, height = frames[0].size
        every = Image.new("RGB", (width, height * len(frames)))
        for n, frame in enumerate(frames):
            every.paste(frame, (0, n * height))
        few = every.quantize(255, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small = [one.quantize(palette=few, dither=Image.Dither.NONE) for one in frames]
        small[0].save(
            path,
            save_all=True,
            append_images=small[1:],
            duration=self.times,
            loop=0,
            comment=door.digest().encode(),
        )


@pytest.mark.parametrize("theme", door.THEMES)
def test_a_mistake_is_named_mended_and_accepted(notebook, theme, tmp_path):
    page, film = notebook.page, Film(notebook)
    page.evaluate(THEME, door.THEMES[theme])
    light = str(theme == "light").lower()
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{light}'")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    film.run(0, LETTERS)
    for n in range(len(door.TYPED)):
        film.write("".join(door.TYPED[: n + 1]), LETTERS)
    film.run(1, LOOK)
    film.run(2, READ)
    assert "You divided the variance by N − 1" in film.panel()
    for n in range(2, len(door.SLIP) + 1, 2):
        film.write(door.WRONG.replace(door.SLIP, door.SLIP[:-n]), LETTERS)
    film.run(1, LOOK)
    film.run(2, READ)
    assert "passed" in film.panel()
    folder = door.PICTURES if os.environ.get("COURSEKIT_SCREENSHOTS") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    film.save(folder / f"{theme}.gif")
    with Image.open(folder / f"{theme}.gif") as picture:
        assert picture.n_frames > 5
    assert (folder / f"{theme}.gif").stat().st_size <= 1_000_000
    assert film.end <= SIZE["height"], "the panel runs out of the picture"
    assert notebook.problems == []
