import numpy as np
import pytest

from coursekit import exercises
from coursekit.claims import court
from coursekit.claims.claim import Bar
from coursekit.claims.evidence import STORED
from coursekit.claims.judging import weigh
from coursekit.claims.record import load
from coursekit.claims.rows import CLAIMS
from coursekit.errors import ArgumentError

CASES = {case.claim: case for case in court.cases()}
WORDS = {True: "holds", False: "fails", None: "undecided"}
TASKS = exercises.load("bug_hunt")


@pytest.mark.parametrize("claim", CASES)
def test_the_answer_of_the_lesson_is_the_ledger_s_rule_on_the_table(claim):
    case = CASES[claim]
    found = weigh(Bar("court", "a - b", above=case.bar), case.a - case.b)
    assert TASKS["court"].right()[claim] == WORDS[found.met]
    low, high, verdict = TASKS["claim_verdict"].right(case.a, case.b, case.bar, case.t)
    assert verdict == WORDS[found.met] and np.allclose([low, high], [found.low, found.high])


def by(half, verdicts):
    """The verdicts of a rule that gives half a width and is compared with a bar."""
    words = {}
    for claim, case in CASES.items():
        mean, width = (case.a - case.b).mean(), half(case)
        bar = case.bar if verdicts == "bar" else 0
        words[claim] = "holds" if mean - width > bar else "fails" if mean + width < bar else ""
        words[claim] = words[claim] or "undecided"
    return words


def paired(case):
    return case.t * (case.a - case.b).std(ddof=1) / np.sqrt(len(case.a))


def pooled(case):
    return case.t * np.concatenate([case.a, case.b]).std(ddof=1) / np.sqrt(len(case.a))


@pytest.mark.parametrize(
    "mistake, found",
    [
        ("bar_ignored", by(paired, "zero")),
        ("mean_alone", by(lambda case: 0, "bar")),
        ("pooled", by(pooled, "bar")),
    ],
)
def test_a_mistake_of_the_court_is_what_that_method_says_of_the_tables(mistake, found):
    assert TASKS["court"].mistakes[mistake].function() == found


@pytest.mark.parametrize("claim", CASES)
def test_a_bar_is_the_ledger_s_of_that_very_difference(claim):
    """Except for claim 50: the ledger's bar is batch norm's alone, as the lesson says."""
    case, found = CASES[claim], []
    for bar in CLAIMS[claim].bars:
        values = np.array(load(bar.trial, STORED).effects[bar.effect])
        sign = 1 if bar.above is not None else -1
        of = case.a if claim == 50 else case.a - case.b
        if np.allclose(sign * values, of, atol=1e-9):
            found.append(sign * (bar.above if sign > 0 else bar.below))
    assert found == [case.bar] and f" {case.bar:g} " in case.question


def test_the_claims_stand_in_the_ledger():
    assert CASES.keys() <= CLAIMS.keys() and all(
        case.question.endswith("?") for case in CASES.values()
    )


def test_a_table_that_is_not_there_is_said_to_be_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(court, "STORED", tmp_path)
    with pytest.raises(ArgumentError, match="nothing is stored of initial_scale"):
        court.cases()
