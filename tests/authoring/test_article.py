"""The article's table: each row leads to a cell that is there."""

from pathlib import Path

import pytest

from coursekit.authoring.article import NOT_TAUGHT, made, table, where
from coursekit.authoring.contents import numbered
from coursekit.claims.article import Part, sections
from coursekit.claims.evidence import evidence
from coursekit.errors import BuildError

REPO = Path(__file__).parents[2]
HERE = numbered(REPO / "solutions")


def test_every_row_has_lesson_cell_and_verdict():
    lines = table(REPO).splitlines()
    verdicts = {row.claim.number: row.verdict for row in evidence().rows}
    for section in sections():
        assert f"### {section.title}" in lines
        for part in (*section.parts, *section.claims):
            place = where(part, HERE)
            [row] = [r for r in lines if r.startswith("| ") and f"| {part.says} | {place} |" in r]
            assert f"`{part.cell}`" in row or (NOT_TAUGHT in row and part.claim == 8)
            assert not part.claim or row.endswith(f"| **{verdicts[part.claim]}** |")


def test_an_exercise_is_told_from_what_is_shown():
    assert made(Part("", "04", "batch_norm"), HERE) == "exercise"
    assert made(Part("", "04", "columns"), HERE) == "shown"


def test_a_row_that_leads_nowhere_is_refused():
    with pytest.raises(BuildError, match="claim 14: no cell 'colums' here"):
        where(Part("", "04", "colums", 14), HERE)
    for told in where, made:
        with pytest.raises(BuildError, match="'it says': lesson 99 is not there"):
            told(Part("it says", "99", "columns"), HERE)


def test_the_heading_is_the_one_that_the_cell_stands_under():
    place = where(Part("", "06", "batch_norm_backward"), HERE)
    assert place.endswith("Exercise · batch_norm_backward `batch_norm_backward`")
    assert "](../notebooks/06_backward_geometry.ipynb)" in place
