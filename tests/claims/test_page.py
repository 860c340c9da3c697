"""The page and its picture."""

import re

from coursekit.claims.evidence import evidence
from coursekit.claims.forest import forest
from coursekit.claims.page import page
from coursekit.claims.reruns import TIMES, Rerun
from coursekit.claims.rows import CLAIMS
from coursekit.figures import png


def test_every_claim_has_its_line_with_verdict_and_bar():
    report = evidence()
    text = page(report, {})
    for row in report.rows:
        line = next(x for x in text.splitlines() if x.startswith(f"| {row.claim.number} | "))
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)][1:-1]
        assert len(cells) == 6 and cells[5] == row.claim.lesson and row.verdict in cells[2]
        assert cells[1] == row.claim.says
        assert all(f.bar.words() in line for f in row.findings) or row.claim.same_as


def test_the_forest_has_a_row_for_each_measured_part_and_is_the_same_twice():
    report = evidence()
    fig = forest(report)
    labels = [text.get_text() for axes in fig.axes for text in axes.get_yticklabels()]
    parts = {
        (bar.trial, bar.effect, bar.above)
        for claim in CLAIMS.values()
        for bar in claim.bars
        if bar.log or "point" in bar.unit
    }
    assert len(labels) == len(parts)
    assert png(fig) == png(forest(report))


def test_parts_that_three_seeds_do_not_always_tell_are_named():
    found = {"ranking": Rerun("d", {"close: above 1": 13, "apart: below 2": TIMES})}
    text = page(evidence(), found)
    assert "| ranking | close: above 1 | 13 |" in text and "apart: below 2" not in text
    assert "1 of 2 parts" in text and "Not rerun: identities" in text
