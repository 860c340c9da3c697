"""The leader's pages in a real Chromium: by keyboard alone, in both themes, on a phone and a wall.

COURSEKIT_SCREENSHOTS=1 writes the pictures of docs/workshop/ anew.
"""

import os
import sys
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parents[1] / "workshop"))

from rooms import SOON, check, form, send, served

PICTURES = Path(__file__).parents[2] / "docs" / "workshop"
PAGES = ("now", "why", "help", "room", "polls", "pace", "cards", "after", "projected", "qr")
OPEN = ("?code=ABCDEF", "privacy", "leader")
TRIED = ("no_copy", "moved_a_feature", "no_copy", "", "no_copy", "")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A room in the middle of its day."""
    with served(tmp_path_factory.mktemp("room"), lessons="04") as room:
        leader = room.leader()
        people = [room.learner() for _ in range(8)]
        form(leader, "open", question="quiz_constant")
        for number, learner in enumerate(people[:7]):
            send(learner, check(outcome="passed", seconds=300.0 + 60 * number, at=-60))
        for number, diagnosis in enumerate(TRIED):
            failed = check(
                diagnosis=diagnosis, at=-900 * (number % 2), exercise="influence_of_sample"
            )
            send(people[number], failed)
        send(people[0], check("influence_of_sample") | {"kind": "need", "text": "Which axis?"})
        code = "def influence_of_sample(x):\n    return x"
        send(people[1], check("influence_of_sample") | {"kind": "show", "text": code})
        send(people[2], check("influence_of_sample") | {"kind": "done"})
        people[3].post("/api/card", json={"good": "the pictures", "unclear": "why eps"})
        form(leader, "pace", words="exercise 2 until 10:40")
        form(leader, "choose", exercise="influence_of_sample")
        yield room


@pytest.fixture
def page(chromium_page, room):
    opened = chromium_page.context.browser.new_context()
    page = opened.new_page()
    problems = []
    page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
    page.on("pageerror", lambda error: problems.append(error.message))
    page.goto(room.link)
    page.wait_for_url("**/now")
    yield page
    opened.close()
    assert not problems


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_readable_in_both_themes_on_a_phone_and_on_a_screen(
    page, room, width, theme, tmp_path
):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844 if width == 390 else 900})
    folder = PICTURES if os.environ.get("COURSEKIT_SCREENSHOTS") else tmp_path
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    for name in PAGES + OPEN:
        page.goto(f"{room.url}/{name}")
        page.evaluate(axe)
        found = page.evaluate("async () => (await axe.run()).violations")
        assert not found, (name, [(v["id"], v["nodes"][0]["html"][:200]) for v in found])
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(wide), f"{name} is wider than {width} px"
        if name in PAGES:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}-{width}-{theme}.png")


@pytest.mark.parametrize("address", ["", "https://hub.example.org/services/room"])
def test_the_wall_shows_code_line_and_picture_without_scrolling(page, room, address, tmp_path):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{room.url}/qr")
    line = page.locator("pre")
    if address:
        script = "(pre, to) => pre.textContent = pre.textContent.replace(/@[^\"]*/, '@' + to)"
        line.evaluate(script, address)
        assert address in line.inner_text()
    for part in (page.locator(".code"), line, page.locator("img")):
        box = part.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, (part, box)
    size = line.evaluate("pre => parseFloat(getComputedStyle(pre).fontSize)")
    assert size >= 36  # as large as a slide's text
    page.screenshot(path=tmp_path / "wall.png")


def test_the_secret_is_gone_from_the_address_and_from_the_history(page, room):
    assert room.secret not in page.url
    page.go_back()
    assert room.secret not in page.url and room.secret not in page.content()


def test_what_happens_is_on_the_page_by_itself(page, room):
    before = int(page.locator(".counts .passed dd").inner_text())
    learner = room.learner()
    name = page.locator("#live h2 code").inner_text()
    send(learner, check(name, outcome="passed"))
    now = page.locator(".counts .passed dd")
    expect(now).to_have_text(str(before + 1), timeout=SOON)


def test_the_queue_and_a_poll_are_worked_with_the_keyboard_alone(page, room):
    page.goto(f"{room.url}/help")
    page.locator("#helper").focus()
    page.keyboard.type("Ada")
    while page.evaluate("document.activeElement.id").partition("-")[0] != "take":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".taken").first).to_have_text("taken by Ada")
    page.goto(f"{room.url}/polls")
    page.locator("#question").focus()
    asked = page.locator("#question").input_value()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".poll h2 code").first).to_have_text(asked)
    expect(page.locator("#answers-1")).to_contain_text("hidden until it is closed")
    page.locator("#close").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#answers-1")).to_have_text("0 answers.")
