"""One real JupyterLab and one real headless Chromium for all browser tests."""

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
    """A `coursekit lab` whose workspace also holds the solved notebooks, in solved/."""
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
    with lab(*arguments, home=home, cwd=home) as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        yield instance.new_context(viewport={"width": 1280, "height": 1000})  # one cache for all
        instance.close()
