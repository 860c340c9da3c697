"""The ledger: every row is there, points somewhere, and asks for what an experiment measures."""

import re

import pytest

from coursekit.bibliography import WORKS
from coursekit.claims.article import NUMBERS
from coursekit.claims.evidence import STORED
from coursekit.claims.record import load
from coursekit.claims.rows import CLAIMS, SECTIONS
from coursekit.claims.trials import TRIALS

LESSONS = {f"{n:02}" for n in range(18)} | {""}
ROWS = [row for rows in SECTIONS.values() for row in rows]


def test_the_article_s_89_claims_and_twenty_since_2023_are_there():
    assert len(NUMBERS) == 89 and set(NUMBERS) <= CLAIMS.keys()
    assert sum(number > 120 for number in CLAIMS) >= 20
    assert len(ROWS) == len(CLAIMS), "a number is given twice"


def test_thirty_claims_or_more_are_decided_by_experiment():
    assert sum(bool(row.bars) for row in ROWS) >= 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_a_row_points_to_what_exists(row):
    assert row.lesson in LESSONS and row.says.endswith((".", "?"))
    assert not row.source or row.source in WORKS
    assert not row.same_as or (CLAIMS[row.same_as].same_as == 0 and row.same_as != row.number)
    assert all(bar.trial in TRIALS and bar.unit for bar in row.bars)


def test_every_experiment_that_is_run_decides_something():
    assert {bar.trial for row in ROWS for bar in row.bars} == TRIALS.keys()


@pytest.mark.parametrize("trial", TRIALS)
def test_the_effects_that_rows_ask_for_are_stored(trial):
    record = load(trial, STORED)
    assert record is not None, "run `make evidence`"
    asked = {bar.effect for row in ROWS for bar in row.bars if bar.trial == trial}
    assert asked <= record.effects.keys()
    assert all(len(values) == len(record.seeds) for values in record.effects.values())


@pytest.mark.parametrize("row", [r for r in ROWS if r.bars], ids=lambda row: str(row.number))
def test_no_row_types_what_an_experiment_measures(row):
    assert not re.search(r"\d\.\d|\d ?%", row.because), "numbers come from the data"
