"""The class report of sixty in a real Chromium, from a file: on a phone, on a screen, on paper.

COURSEKIT_SCREENSHOTS=1 writes the pictures of docs/grading/ anew.
"""

import os
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from grading.class_of import class_of, handed, passed, result

from coursekit.grading.intake.roster import Person
from coursekit.grading.reports import overview

PICTURES = Path(__file__).parents[2] / "docs" / "grading"
LESSONS = ("start_here", "mean_and_variance", "batchnorm_forward")
NAMES = (
    "Åsa Ångström", "Jürgen Müller", "王小明", "Zoë Washburne", "Łukasz Żak", "Ada Lovelace",
    "Émile Zola", "Иван Петров", "ليلى حسن", "O'Neil <b>",
)  # fmt: skip
SAYS = "You divided by N where N − 1 was asked for, so every value comes out too small."
WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NAMED = "rows => rows.map(row => row.cells[0].textContent.trim())"
IN_VIEW = "one => { const b = one.getBoundingClientRect(); return b.top >= 0 && b.left >= 0 && "
IN_VIEW += "b.bottom <= innerHeight && b.right <= innerWidth }"


def a_class(size=60):
    """Sixty people, two sections, three lessons; somebody of every kind."""
    rng = np.random.default_rng(0)
    people, handed_in = {"none": Person("999", "Nobody Nothing", section="B")}, []
    for n in range(size):
        people[f"s{n}"] = Person(f"{4000 + n}", f"{NAMES[n % 10]} {n}", section="AB"[n % 2])
        for lesson in LESSONS[: 2 + (n % 7 > 0)]:
            right = [name for name in ("f", "g", "h", "k") if rng.random() < 0.7]
            wrong = result("f", diagnosis="bessel", explanation=SAYS)
            results = [
                passed(name) if name in right else wrong.but(exercise=name) for name in "fghk"
            ]
            results += [result("why", "manual")] if n % 9 == 0 else []
            late = {"notes": ("handed in 1 day late, which costs 10% of the points",), "late": 1}
            more = late if n % 8 == 3 else {"attempt": 2, "attempts": 2} if n % 8 == 5 else {}
            seconds = float(rng.exponential(1.5))
            handed_in.append(handed(f"s{n}", lesson, *results, seconds=seconds, **more))
    handed_in[7] = replace(handed_in[7], status="judge_failed", reason="the grader gave up on it")
    handed_in[9] = replace(handed_in[9], status="malformed", reason="it is empty", ungraded=True)
    totals = {name: float(rng.random()) for name in people if name != "none"}
    return replace(class_of(*handed_in), people=people, totals=totals)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(overview.page(a_class()), "utf-8")
    return path.as_uri()


@pytest.mark.parametrize("theme, width", [("dark", 390), ("light", 1280)])
def test_the_table_is_on_top_and_can_be_sorted_and_searched(
    chromium_page, address, width, theme, tmp_path
):
    height = 844 if width == 390 else 900
    about = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
    opened = chromium_page.context.browser.new_context(**about)
    page, problems, asked = opened.new_page(), [], []
    page.on("console", lambda m: problems.append(m.text))
    page.on("pageerror", lambda error: problems.append(error.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    folder = PICTURES if os.environ.get("COURSEKIT_SCREENSHOTS") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("dark", "light", theme):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=folder / f"report-{width}-{scheme}.png")
    assert page.locator("tbody td a").first.evaluate(IN_VIEW), (
        "the first number is on the first screen"
    )

    # By the reader's alphabet: accents do not lead to the end.
    rows = page.locator("#desk tbody tr")
    names = rows.evaluate_all(NAMED)
    assert len(names) == 61 and names[0] == "Ada Lovelace 5"
    assert (
        names.index("Åsa Ångström 0") < names.index("Émile Zola 6") < names.index("Zoë Washburne 3")
    )

    # Sticky: far to the right and below, who and which lesson are still there.
    desk = page.locator("#desk")
    desk.evaluate("one => one.scrollTo(one.scrollWidth, one.scrollHeight)")
    for place in (
        "thead th:first-child",
        "tbody tr:last-child th",
        "thead th:last-child",
        "tfoot th",
    ):
        place = page.locator(f"#desk {place}").last
        inside = (
            "one => { const a = one.getBoundingClientRect(), b = document.getElementById('desk')"
        )
        inside += ".getBoundingClientRect(); return a.left >= b.left - 1 && a.top >= b.top - 1 }"
        assert place.evaluate(inside)

    course = page.get_by_role("columnheader", name="Course")
    course.get_by_role("button").click()
    shares = [t for t in page.locator("#desk tbody tr").evaluate_all(
        "rows => rows.map(row => row.cells[3].textContent.trim())")]  # fmt: skip
    numbers = [float(text) for text in shares[:-1]]
    assert numbers == sorted(numbers, reverse=True) and shares[-1] == "–"
    assert course.get_attribute("aria-sort") == "descending"

    find = page.get_by_label("Find a student")
    find.fill("muller")
    assert rows.evaluate_all(NAMED)[0].startswith("Jürgen Müller") and rows.count() == 6
    assert page.locator("output").inner_text() == "6 of 61 students"
    counts = page.locator("#desk tfoot tr:first-child td").all_inner_texts()
    assert counts[-len(LESSONS)] == "6"
    find.fill("")
    page.get_by_label("Show").select_option("who handed in nothing")
    assert rows.evaluate_all(NAMED) == ["Nobody Nothing"]
    page.get_by_label("Section").select_option("A")
    assert rows.count() == 0
    page.get_by_label("Section").select_option("all")
    page.get_by_label("Show").select_option("who need action")
    assert "malformed" in desk.inner_text() and "judge failed" in desk.inner_text()
    page.get_by_label("Show").select_option("everybody")

    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate(WIDE), f"wider than {width} px"
    page.evaluate(
        resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    )
    found = page.evaluate("async () => (await axe.run()).violations")
    assert not found, [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
    page.emulate_media(media="print")
    assert page.locator("#desk").evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert not page.locator(".find").is_visible()
    opened.close()
    assert problems == [] and asked == [address]


def test_without_scripts_the_table_is_whole(chromium_page, address):
    opened = chromium_page.context.browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto(address)
    assert page.locator("#desk tbody tr").count() == 61
    assert page.locator("#desk tbody tr").last.is_visible()
    assert page.locator("#desk tfoot td").last.inner_text() != ""
    assert not page.locator(".find, #desk button").count()
    opened.close()
