"""Whatever the article says is judged in a cell of a lesson, and the page says in which."""

from pathlib import Path

import pytest
from article import PAGE, made

from coursekit.authoring.cells import read
from coursekit.claims.article import ELSEWHERE, SECTIONS, UNTAUGHT, cell, notebooks, page
from coursekit.claims.evidence import evidence
from coursekit.claims.rows import CLAIMS

REPO = Path(__file__).parents[2]
PAGES = {path.stem[:2]: path for path in sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))}
NUMBERS = [n for numbers in SECTIONS.values() for n in numbers]


def test_every_claim_of_the_article_stands_in_one_section():
    assert NUMBERS == list(range(1, 90)) and set(NUMBERS) <= CLAIMS.keys()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_claim_is_judged_in_a_cell_that_is_there(number):
    lesson = CLAIMS[number].lesson
    if number in UNTAUGHT:
        assert not lesson and not cell(number)
        return
    assert lesson, "say which lesson looks at it"
    if lesson not in PAGES:
        pytest.skip(f"lesson {lesson} is not in this tree")
    cells = {one.id for one in read(PAGES[lesson]) if one.kind == "markdown"}
    assert cell(number) in cells, f"{PAGES[lesson].stem} has no cell {cell(number)!r}"


def test_every_claim_has_its_line_with_lesson_cell_and_verdict():
    report = evidence()
    lines = page(report, notebooks(REPO)).splitlines()
    for row in report.rows:
        if row.claim.number in NUMBERS:
            [line] = [x for x in lines if x.startswith(f"| {row.claim.number} | ")]
            assert f"| {row.verdict} |" in line
            assert row.claim.number in UNTAUGHT or f", `{cell(row.claim.number)}` |" in line


def test_only_what_stands_elsewhere_is_listed_so():
    assert all(CLAIMS[number].lesson for number in ELSEWHERE)


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == made(), "stale: run `python tests/article.py`, commit it"
