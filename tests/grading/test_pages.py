"""Every page that grading writes, in a real Chromium: axe-core is content, nothing is fetched.

COURSEKIT_SCREENSHOTS=1 writes the pictures of feedback in docs/grading/ anew.
"""

import os
import shutil
from importlib import resources

import pytest
from widgets.stage import blank_page

from coursekit.grading import grade
from grading.make_submissions import FOLDER, MEANS, REPO

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("bwrap")]
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")
PICTURES = REPO / "docs" / "grading"
STUDENTS = ("ada_solved", "dia_mistaken", "fay_truncated", "ida_partly", "max_untidy", "ben_half")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Reports of a class in which something of every kind happened; ben has copied from ada."""
    folder = tmp_path_factory.mktemp("class")
    for student in STUDENTS:
        shutil.copytree(FOLDER / student, folder / "in" / student)
    grade(folder / "in", folder / "out", seed=7)
    return folder / "out"


@pytest.fixture(scope="module")
def page():
    with blank_page() as one:
        yield one


PAGES = (
    "report.html",
    "similar.html",
    *(f"feedback/{s}/{MEANS}.html" for s in STUDENTS if s != "ben_half"),
)


def violations(page):
    """What axe-core finds on the page that is open: (rule, the elements that break it)."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
    return [(v["id"], [n["html"][:150] for n in v["nodes"][:3]]) for v in found]


def test_axe_sees_a_page_that_is_not_accessible(out, page):
    text = (out / "report.html").read_text("utf-8").replace("aria-label", "data-was")
    page.set_content(text.replace("--fg:#1f2328", "--fg:#ccc").replace('lang="en"', ""))
    page.emulate_media(color_scheme="light")
    assert {"role-img-alt", "color-contrast", "html-has-lang"} <= dict(violations(page)).keys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fetches_nothing(out, page, name, scheme):
    asked, problems = [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: problems.append(m.text))
    page.emulate_media(color_scheme=scheme)
    url = (out / name).as_uri()
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
    assert violations(page) == []
    assert asked == [url] and problems == []
    for landmark in ("header", "main", "footer"):
        assert page.locator(f"body > {landmark}").count() == 1
    assert page.locator("h1").count() == 1


def test_the_class_reports_links_lead_to_the_pages_beside_it(out, page):
    page.goto((out / "report.html").as_uri())
    links = page.eval_on_selector_all("a", "all => all.map((a) => a.href)")
    pages = [link for link in links if ".html" in link and "#" not in link]
    assert len(pages) > len(STUDENTS)
    for link in pages:
        assert page.goto(link).ok or link.startswith("file:"), link
        assert page.locator("h1").count() == 1


def test_a_panel_has_the_dark_colours_of_the_notebooks_panel(out, page):
    page.emulate_media(color_scheme="dark")
    page.goto((out / "feedback" / "ada_solved" / f"{MEANS}.html").as_uri())
    background = page.evaluate("getComputedStyle(document.querySelector('.ckp')).backgroundColor")
    assert background == "rgb(28, 33, 40)"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_code_is_below_the_finding_on_a_phone_and_beside_it_on_a_screen(out, page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto((out / "feedback" / "dia_mistaken" / f"{MEANS}.html").as_uri())
    page.locator(".pair:has(.at)").scroll_into_view_if_needed()
    folder = PICTURES if os.environ.get("COURSEKIT_SCREENSHOTS") else out
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=folder / f"feedback-{width}-{scheme}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found, code = (
        page.locator(f".pair:has(.at) {part}").bounding_box() for part in (".ckp", "pre")
    )
    beside = code["x"] >= found["x"] + found["width"]
    below = code["y"] >= found["y"] + found["height"]
    assert (beside, below) == (width > 390, width == 390)
    line = page.locator(".at")
    assert line.text_content().strip() in ("return x.mean(axis=1)", "return x.mean(1)")
    assert line.evaluate("one => one.scrollWidth <= one.clientWidth")
