"""One real JupyterLab, in one page of a real headless Chromium, for all browser tests."""

import json
import shutil
from pathlib import Path

import pytest
from labserver import free_port, lab
from playwright.sync_api import sync_playwright
from programs import chromium

REPO = Path(__file__).parents[2]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-dev-shm-usage"
)
# All cells are in the page at once, so that a test can look at each.
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.needs("chromium"))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A `coursekit lab` whose workspace also holds the solved notebooks, in solved/.

    Experiments are run in their quick form: nbval runs them in full.
    """
    home = tmp_path_factory.mktemp("lab")
    for name, value in SETTINGS.items():
        path = home / "config" / "lab" / "user-settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(value))
    solved = home / "work" / "solved"
    solved.mkdir(parents=True)
    for path in (REPO / "solutions").glob("*.ipynb"):
        shutil.copy(path, solved)
    port = f"--port={free_port()}"
    arguments = [str(home / "work"), "--no-browser", port, "--LabApp.expose_app_in_browser=True"]
    with lab(*arguments, home=home, cwd=home, quick=True) as running:
        running.work = home / "work"
        yield running


# ipywidgets' renderer writes "Loading widget..." over the view that it showed before. When the
# model of that view ends with its kernel, Lumino looks for the node in vain; the page is whole.
# Of a saved notebook it says that the widget's kernel is gone; the stored picture stands there.
# JupyterLab asks of a kernel that just ends what its debugger did.
HARMLESS = (
    "Failed to execute 'removeChild' on 'Node'",
    "Error: widget model not found",
    "Could not restore the debugger state",
)
# anywidget gives a model up that is not there after two seconds: a busy machine may take a minute.
PATIENT = """
const limit = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => limit(30 * milliseconds);
"""


class Browser:
    """The Lab page, and what went wrong in it since the last look."""

    RUNNING = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
    WIDGET = "window.jupyterapp.shell.currentWidget"

    def __init__(self, page):
        self.page = page
        self.problems: list[str] = []
        page.on("console", lambda m: m.type == "error" and self.note(m.text))
        page.on("pageerror", lambda error: self.note(error.message, error.stack))

    def note(self, message: str, stack: str | None = None) -> None:
        """Keep a problem, with the place that raised it."""
        if not message.startswith(HARMLESS):
            self.problems.append(f"{message}\n{stack}" if stack else message)

    def open(self, path: str) -> None:
        """Open a notebook as a click in the file list would, and wait for its kernel."""
        self.problems.clear()
        command = f"window.jupyterapp.commands.execute('docmanager:open', {{path: '{path}'}})"
        self.page.evaluate(f"async () => {{ await {command} }}")
        self.page.wait_for_function(f"() => {self.WIDGET}?.context?.path === '{path}'")
        self.wait_until_idle()

    def wait_until_idle(self, seconds: int = 180) -> None:
        idle = f"() => {self.RUNNING}?.status === 'idle'"
        self.page.wait_for_function(idle, timeout=1000 * seconds)

    def run_all(self) -> list[dict]:
        """Do Run > Run All Cells; return the notebook's cells as they are then."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.wait_until_idle()
        return self.page.evaluate(f"() => {self.WIDGET}.context.model.toJSON().cells")

    def close(self) -> None:
        """End the kernel and close the tab without a question about saving."""
        shut = f"const w = {self.WIDGET}; await w.sessionContext.shutdown(); await w.context.save()"
        self.page.evaluate(f"async () => {{ {shut}; w.close() }}")


@pytest.fixture(scope="session")
def chromium_page():
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        page = instance.new_page(viewport={"width": 1280, "height": 1000})
        page.add_init_script(PATIENT)
        yield page
        instance.close()


@pytest.fixture(scope="session")
def browser(server, chromium_page):
    """Lab as `coursekit lab` opens it: at lesson 00."""
    opened = Browser(chromium_page)
    chromium_page.goto(server.url, timeout=120_000)
    opened.wait_until_idle()
    return opened
