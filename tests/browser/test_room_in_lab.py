"""Two learners in a real JupyterLab, and the leader's pages beside it: from joining to passing."""

import json
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parents[1] / "workshop"))

from rooms import SOON, form, served

HERE = """\
import os
os.environ["COURSEKIT_WORKSPACE"] = {folder!r}
from coursekit import check, done, join, need_help
import numpy as np
join("{code}@{url}")"""
FAILS = {  # with two different diagnoses
    "ada": "return x.mean()",
    "grace": "return x.mean(axis=1)",
}
ANSWER = "def batch_mean(x):\n    {}\n\ncheck(batch_mean)"


@pytest.fixture
def room(tmp_path):
    with served(tmp_path, lessons="01") as room:
        yield room


@pytest.fixture
def leader(chromium_page, room):
    context = chromium_page.context.browser.new_context()
    page = context.new_page()
    page.goto(room.link)
    page.wait_for_url("**/now")
    yield page
    context.close()


def notebook(server, name: str, *sources: str) -> str:
    made = [
        {"cell_type": "code", "id": f"c{n}", "source": s, "metadata": {}, "outputs": []}
        | {"execution_count": None}
        for n, s in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    whole = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (server.work / f"{name}.ipynb").write_text(json.dumps(whole), "utf-8")
    return f"{name}.ipynb"


def test_from_joining_to_passing(server, browser, room, leader, tmp_path):
    for name, wrong in FAILS.items():
        folder = tmp_path / name
        folder.mkdir()
        start = HERE.format(folder=str(folder), code=room.code, url=room.url)
        browser.open(notebook(server, name, start, ANSWER.format(wrong)))
        browser.run_all()
        row = browser.page.get_by_role("button", name="Need help")
        expect(row.last).to_be_visible(timeout=10_000)
        row.last.click()
        browser.wait_until_idle()
        browser.close()
    counts = leader.locator(".counts .trying dd")
    expect(counts).to_have_text("2", timeout=SOON)
    leader.goto(f"{room.url}/why")
    expect(leader.locator(".why li")).to_have_count(2)
    leader.goto(f"{room.url}/help")
    expect(leader.locator(".note.need")).to_have_count(2, timeout=SOON)
    form(room.leader(), "pace", words="exercise 1 until 10:40")
    leader.goto(f"{room.url}/now")
    for name in FAILS:
        start = HERE.format(folder=str(tmp_path / name), code=room.code, url=room.url)
        right = ANSWER.format("return x.mean(axis=0)")
        browser.open(notebook(server, f"{name}-again", start, right))
        browser.run_all()
        expect(browser.page.get_by_text("exercise 1 until 10:40").last).to_be_visible()
        browser.close()
    passed = leader.locator(".counts .passed dd")
    expect(passed).to_have_text("2", timeout=SOON)
    expect(leader.locator("#verdict")).to_contain_text("Go on")
    assert not browser.problems
