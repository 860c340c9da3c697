"""Time the explorables in a real browser: key or drag to change, run cell to picture.

python benchmarks/widgets.py [NAME...]    front ends alone, and all of them in a JupyterLab
python benchmarks/widgets.py --no-lab     front ends alone

Limits: median 16 ms and p95 33 ms where the page computes; the first picture within 1 s.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).parents[1]
sys.path[:1] = [str(REPO / "tests"), str(REPO)]  # not this folder: tests/ has a widgets too

from labserver import free_port, lab  # noqa: E402
from widgets.stage import Stage, blank_page  # noqa: E402

from coursekit.widgets import EXPLORABLES  # noqa: E402
from coursekit.widgets.gallery import notebook  # noqa: E402

KEYS = 60
MEDIAN, P95, FIRST = 16, 33, 1000
LISTEN = """(root) => {
  window.times = [];
  let begun = 0;
  for (const event of ["keydown", "pointermove"])
    window.addEventListener(event, (e) => { begun = begun || e.timeStamp; }, true);
  new MutationObserver(() => {
    if (begun) times.push(performance.now() - begun);
    begun = 0;
  }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
RUN = """async () => {
  const begun = performance.now();
  const drawn = new Promise((done) => new MutationObserver((_, observer) => {
    if (document.querySelector('.jp-OutputArea .ck svg g *')) { observer.disconnect(); done(); }
  }).observe(document.body, { subtree: true, childList: true }));
  window.jupyterapp.commands.execute('notebook:run-cell');
  await drawn;
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""
IDLE = """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session
    ?.kernel?.status === 'idle'"""
IMPORT = """async () => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  await kernel.requestExecute({ code: 'import numpy; from coursekit import check' }).done;
}"""
GO = "(index) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index; }"
SPEAK = """async (name) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const root = [...document.querySelectorAll('.ck')].at(-1);
  const times = [];
  for (let k = 0; k < 20; k++) {
    const begun = performance.now();
    const changed = new Promise((done) => new MutationObserver((_, observer) => {
      observer.disconnect(); done(performance.now() - begun);
    }).observe(root, { subtree: true, characterData: true, childList: true }));
    kernel.requestExecute({ code: `${name}.state = ${name}.state | {'n': ${2 + (k % 9)}}` });
    times.push(await changed);
  }
  return times;
}"""


def say(name: str, what: str, times: list[float], median: float, p95: float) -> bool:
    """Print one row; return whether it is within its limits."""
    middle, high = statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]
    good = middle < median and high < p95
    print(f"{name:<17}{what:<22}{middle:8.1f}{high:8.1f} ms{'' if good else '   OVER'}", flush=True)
    return good


def press(page, root) -> list[float]:
    """Walk the first slider (or radio) back and forth, one key at a time."""
    control = root.locator("input[type=range], input[type=radio]:checked").first
    control.focus()
    root.evaluate(LISTEN)
    for k in range(KEYS):
        page.keyboard.press("ArrowRight" if k // 5 % 2 == 0 else "ArrowLeft")
    return page.evaluate("times")


def drag(page, root) -> list[float]:
    """Pull the first handle along a line, one small move at a time."""
    box = root.locator(".ck-hit").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("times = []")
    for k in range(KEYS):
        page.mouse.move(x + 2 * k, y - k)
    page.mouse.up()
    return page.evaluate("times")


def alone(names: list[str]) -> list[bool]:
    """Each front end on a bare page."""
    good = []
    with blank_page() as page:
        for name in names:
            stage = Stage(page)
            root = stage.show(EXPLORABLES[name])
            good.append(say(name, "key to change", press(page, root), MEDIAN, P95))
            if root.locator(".ck-handle").count():
                good.append(say(name, "drag to change", drag(page, root), MEDIAN, P95))
            stage.close()
    return good


def in_lab(names: list[str]) -> list[bool]:
    """Each in a JupyterLab with a kernel: first picture, keys, and a word from the kernel."""
    good = []
    with tempfile.TemporaryDirectory() as folder, blank_page() as page:
        home = Path(folder)
        (home / "work").mkdir()
        book = notebook()
        source = "from coursekit.widgets import dot_plot\nplot = dot_plot()\nplot"
        book["cells"].append(book["cells"][-1] | {"id": "plot", "source": source})
        (home / "work" / "gallery.ipynb").write_text(json.dumps(book))
        port = f"--port={free_port()}"
        options = [str(home / "work"), "--no-browser", port, "--LabApp.expose_app_in_browser=True"]
        with lab(*options, home=home, cwd=home) as server:
            page.goto(f"{server.base}/lab/tree/gallery.ipynb?token={server.token}")
            page.wait_for_function(IDLE, timeout=60_000)
            page.evaluate(IMPORT)  # as every lesson has, long before its first explorable
            for name in names:
                page.evaluate("() => window.jupyterapp.commands.execute('editmenu:clear-all')")
                page.evaluate(GO, 2 + 2 * list(EXPLORABLES).index(name))
                first = page.evaluate(RUN)
                good.append(say(name, "run cell to picture", [first], FIRST, FIRST))
                root = page.locator(".ck").last
                root.scroll_into_view_if_needed()
                good.append(say(name, "key to change, in Lab", press(page, root), MEDIAN, P95))
            page.evaluate("() => window.jupyterapp.commands.execute('editmenu:clear-all')")
            page.evaluate(GO, len(book["cells"]) - 1)
            page.evaluate(RUN)
            good.append(say("dot_plot", "kernel to change", page.evaluate(SPEAK, "plot"), 50, 100))
    return good


def main(words: list[str]) -> int:
    names = [word for word in words if not word.startswith("-")] or list(EXPLORABLES)
    print(f"{'':<39}{'median':>8}{'p95':>8}")
    good = alone(names) + ([] if "--no-lab" in words else in_lab(names))
    for name in names:
        print(f"{name:<17}front end {len(EXPLORABLES[name].script.encode()) / 1000:8.1f} kB")
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
