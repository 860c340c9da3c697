"""A bare page for explorables: their own front ends, a stand-in for Jupyter's model, two themes."""

import io
import json
from contextlib import contextmanager
from pathlib import Path

from browser.conftest import FLAGS
from PIL import Image
from playwright.sync_api import sync_playwright
from programs import chromium

from coursekit.widgets.explorable import Explorable
from coursekit.widgets.gallery import STAND_IN
from coursekit.widgets.view import css

# What JupyterLab's own themes say, as far as the kit asks.
THEMES = {
    "light": "margin: 0; background: white; --jp-ui-font-color1: rgba(0, 0, 0, 0.87); "
    "--jp-layout-color0: white; --jp-layout-color2: #eee; --jp-border-color1: #bdbdbd;",
    "dark": "margin: 0; background: #111; --jp-ui-font-color1: white; --jp-layout-color0: #111; "
    "--jp-layout-color2: #424242; --jp-border-color1: #616161;",
}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>stage</title>
<style>{css}</style></head>
<body><main></main></body></html>"""
SHOW = (
    STAND_IN
    + """
async ([script, traits]) => {
  const home = document.createElement("div");
  document.querySelector("main").append(home);
  const front = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const model = standIn(traits);
  const cleanup = front.default.render({ model, el: home });
  shown.push({ model, home, cleanup });
}"""
)
FRAMES = """async ([script, name, states, data]) => {
  const source = script.replace(/export default .*/, `export default ${name};`);
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const view = (await import(url)).default;
  return states.map((state) => view.frame(state, data));
}"""

BETWEEN = """async ([script, name, { controls, data }, stops]) => {
  const source = script.replace(/export default .*/, `export default { view: ${name}, between };`);
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { view, between } = (await import(url)).default;
  const sliders = controls.filter((control) => control.kind === "slider");
  return stops.slice(1).flatMap((to, i) => Array.from({ length: 9 }, (_, k) => {
    const state = between(stops[i], to, (k + 1) / 10, sliders);
    const frame = view.frame(state, data);
    const drawn = [view.draw(frame, state, data), view.handles?.(frame, state, data) ?? []];
    const honest = (_, v) => (typeof v === "number" && !Number.isFinite(v) ? "NaN" : v);
    return frame.words + JSON.stringify(drawn, honest);
  }));
}"""


@contextmanager
def blank_page():
    """A page of a Chromium of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        page = browser.new_page()
        page.set_default_timeout(10_000)
        yield page
        browser.close()


class Stage:
    """A page with explorables on it: what went wrong there, and what it asked the network for."""

    def __init__(self, page, width: int = 760):
        """Empty a page; taking the same one again saves a fifth of a second a time."""
        self.page = page
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.ears = {
            "console": lambda m: m.type != "log" and self.problems.append(m.text),
            "pageerror": lambda error: self.problems.append(str(error)),
            "request": lambda r: self.requests.append(r.url),
        }
        for event, ear in self.ears.items():
            page.on(event, ear)
        page.emulate_media(reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 620})
        page.set_content(PAGE.format(css=css()))
        page.evaluate("window.shown = []")
        self.wear("light")

    def wear(self, theme: str) -> None:
        """Change to another of JupyterLab's themes."""
        light = "true" if theme == "light" else "false"
        self.page.evaluate(
            "([style, light]) => { document.body.style.cssText = style;"
            " document.body.dataset.jpThemeLight = light; }",
            [THEMES[theme], light],
        )

    def show(self, explorable: Explorable):
        """Mount one more explorable; return its root."""
        traits = {"spec": explorable.spec, "state": explorable.first}
        self.page.evaluate(f"{SHOW}", [explorable.script, json.loads(json.dumps(traits))])
        return self.page.locator(".ck").last

    def state(self, index: int = -1) -> dict:
        return self.page.evaluate(f"shown.at({index}).model.get('state')")

    def outside(self) -> list[str]:
        """Requests that would have left the page."""
        return [url for url in self.requests if not url.startswith(("blob:", "data:", "about:"))]

    def words(self) -> str:
        return self.page.locator(".ck [role=status] span").last.inner_text()

    def close(self):
        for event, ear in self.ears.items():
            self.page.remove_listener(event, ear)


def take(folder: Path, names: list[str] | None = None) -> None:
    """Write the stored picture of each explorable, and its two screenshots for docs/gallery."""
    from coursekit.widgets import EXPLORABLES

    with blank_page() as page:
        for name in names or EXPLORABLES:
            stage = Stage(page)
            root = stage.show(EXPLORABLES[name])
            save(root.locator("svg").screenshot(), EXPLORABLES[name].picture)
            for theme in THEMES:
                stage.wear(theme)
                save(root.screenshot(), folder / f"{name}-{theme}.png")
            assert not stage.problems, stage.problems
            stage.close()


def save(png: bytes, path: Path) -> None:
    """Write a flat drawing in 64 colours, at a third of the size."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


if __name__ == "__main__":
    import sys

    target = Path(__file__).parents[2] / "docs" / "gallery"
    target.mkdir(parents=True, exist_ok=True)
    take(target, sys.argv[1:])
