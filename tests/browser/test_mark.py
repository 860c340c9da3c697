"""The page for marks in a real Chromium: by keyboard alone, until it is killed.

COURSEKIT_SCREENSHOTS=1 writes the pictures of docs/grading/ anew.
"""

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parents[1]))

from grading.books import a_class, journal

PICTURES = Path(__file__).parents[2] / "docs" / "grading"
WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PROSE = {
    "Ada": "The greatest value comes first, and nothing is greater: the difference is at least 0.",
    "Åsa": "Because of np.ptp.\n\n" + "np.ptp(x)>=0;" * 16,
    "Łukasz": "max ≥ min, for every array that is not empty.",
    "Zoë": "<img src=x onerror=alert(1)>",
}
CODE = {"Åsa": "def span(x):\n    return torch.aminmax(x)  # " + "long " * 60}


def test_marks_by_keyboard_with_reasons_and_undo_survive_a_kill(chromium_page, tmp_path):
    out = a_class(tmp_path, PROSE, CODE)
    command = [sys.executable, "-m", "coursekit", "mark", str(out), "--as", "Ada B."]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        link = next(line for line in process.stdout if line.startswith("Open")).split()[1]
        opened = chromium_page.context.browser.new_context(viewport={"width": 1920, "height": 1000})
        page, problems = opened.new_page(), []
        page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
        page.on("pageerror", lambda error: problems.append(error.message))
        page.on("dialog", lambda dialog: problems.append("what was written ran"))
        page.goto(link)
        _mark(page)
        assert "#" not in page.url
        assert ["409" in problem for problem in problems] == [True], problems  # 7 of 2 points
        problems.clear()
        look_well(page, tmp_path)
        assert not problems
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    said = [(line.student, line.exercise, line.score, line.reason) for line in journal(out)]
    assert said == [
        ("Åsa", "span", 2, ""), ("Ada", "why", 1, ""), ("Åsa", "why", 0, "names no order"),
        ("Zoë", "why", 0, "names no order"), ("Zoë", "why", None, ""), ("Łukasz", "why", 0.5, ""),
    ]  # fmt: skip
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Not kept")
    opened.close()


def _mark(page):
    card, said = page.locator(".answer:focus"), page.get_by_role("status")
    expect(card).to_contain_text("torch.aminmax")
    page.keyboard.press("7")
    expect(said).to_contain_text("from 0 to 2")
    page.keyboard.press("2")
    expect(said).to_have_text("Åsa: 2 of 2. All of these are marked.")

    page.get_by_label("Exercise or question").select_option("why: 4 of 4 to mark")
    expect(card).to_contain_text("nothing is greater")
    page.keyboard.press("1")
    expect(card).to_contain_text("np.ptp")
    page.keyboard.press("r")
    page.keyboard.type("names no order")  # no letter or digit of it is a key
    page.keyboard.press("Enter")
    expect(said).to_have_text("Now the points: 0 to 9.")
    page.keyboard.press("0")
    expect(card).to_contain_text("<img src=x")
    assert page.locator("#reasons option").get_attribute("value") == "names no order"
    page.keyboard.press("r")
    page.keyboard.type(page.locator("#reasons option").get_attribute("value"))
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    expect(card).to_contain_text("max ≥ min")
    page.keyboard.press("u")
    expect(said).to_have_text("Undone. Zoë: no mark.")
    expect(card).to_contain_text("<img src=x")
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.keyboard.type(".5")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Łukasz: 0.5 of 1.")
    expect(card).to_contain_text("<img src=x")


def look_well(page, folder):
    """Nothing is wider than the screen, axe has nothing to say; the tab keeps the secret."""
    page.reload()
    expect(page.locator(".answer:focus")).to_contain_text("<img src=x")
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(axe)
    folder = PICTURES if os.environ.get("COURSEKIT_SCREENSHOTS") else folder
    for width, theme in ((390, "dark"), (1280, "light"), (1920, "dark")):
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=folder / f"mark-{width}-{theme}.png")
        page.evaluate("document.querySelector('details').open = true")
        assert page.evaluate(WIDE), f"wider than {width} px"
        found = page.evaluate("async () => (await axe.run()).violations")
        assert not found, [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
        page.evaluate("document.querySelector('details').open = false")
