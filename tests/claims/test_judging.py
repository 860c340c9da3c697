"""Verdicts follow from values by rule."""

import math

import pytest

from coursekit.claims.claim import Bar, Claim
from coursekit.claims.judging import findings, verdict, weigh

HIGH, LOW, WIDE = [5.0, 5.1, 4.9, 5.0], [-5.0, -5.1, -4.9, -5.0], [9.0, -8.0, 7.0, -6.0]
UP, DOWN = Bar("t", "e", above=1), Bar("t", "f", above=1)


def said(e, f):
    claim = Claim(1, "It is so.", bars=(UP, DOWN))
    return verdict(claim, findings(claim, {"t": {"e": e, "f": f}}))


@pytest.mark.parametrize(
    "e, f, word",
    [
        (HIGH, HIGH, "holds"),
        (LOW, LOW, "fails"),
        (HIGH, LOW, "needs a condition"),
        (HIGH, WIDE, "undecided"),
        (LOW, WIDE, "undecided"),
    ],
)
def test_the_word_follows_from_the_bars(e, f, word):
    assert said(e, f) == word


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.1, math.nan], [5.0, math.inf, 5.0]])
def test_lost_runs_and_single_seeds_decide_nothing(values):
    assert weigh(UP, values).met is None


def test_an_interval_that_touches_its_bar_is_open():
    assert weigh(Bar("t", "e", above=5), HIGH).met is None
    assert weigh(Bar("t", "e", above=4.5, below=5.5), HIGH).met is True
    assert weigh(Bar("t", "e", above=5.5, below=6), HIGH).met is False


def test_a_logarithm_is_judged_and_shown_as_a_ratio():
    values = [math.log(v) for v in (1.9, 2.0, 2.1, 2.0)]
    found = weigh(Bar("t", "e", above=1.5, log=True), values)
    assert found.met and found.value == pytest.approx(2, rel=0.01) and found.low > 1.5


def test_exact_values_have_an_interval_of_no_width():
    assert weigh(Bar("t", "e", below=1e-9), [0.0, 0.0, 0.0]).met


def test_a_share_of_seeds_is_not_sure_because_no_seed_differed():
    found = weigh(Bar("t", "e", below=0.15, share=True), [0.0] * 20)
    assert found.value == found.low == 0 and found.high > 0.15 and found.met is None
    assert weigh(Bar("t", "e", below=0.15, share=True), [0.0] * 60).met


def test_a_sign_error_turns_the_verdict():
    assert said(HIGH, HIGH) == "holds"
    assert said([-v for v in HIGH], [-v for v in HIGH]) == "fails"
