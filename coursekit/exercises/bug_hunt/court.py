"""The exercise court of the lesson bug_hunt: five claims of the ledger, judged from its tables."""

from collections.abc import Callable, Iterator
from typing import Any

from coursekit.checking import exercise, in_parts

# What the tables say; tests/claims/test_court.py computes it from them.
VERDICTS = {10: "holds", 50: "holds", 70: "fails", 84: "fails", 141: "undecided"}
WORDS = ("holds", "fails", "undecided")


def told(given: Any, claim: int) -> str:
    """What an answer says of one claim: that it is right, or how it is not."""
    if not isinstance(given, dict):
        return "a list" if isinstance(given, list | tuple) else "no dict"
    said = given.get(claim, given.get(str(claim), ...))
    if said is ... or said is None:
        return "no verdict"
    word = said.strip().lower() if isinstance(said, str) else ""
    if word not in WORDS:
        return "none of the three words"
    return "right" if word == VERDICTS[claim] else f"{word!r}, against its interval"


def _about(claim: int) -> Callable:
    """The script of one claim."""

    def observe(answer: Any, rng: Any) -> Iterator[tuple[str, str]]:
        answer.doing = label = f"claim {claim}"
        yield label, told(answer(), claim)

    return observe


@exercise(
    **in_parts(**{f"claim_{claim}": (1, _about(claim)) for claim in VERDICTS}),
    hints=(
        "Print the interval of each case and its bar side by side. Is all of the interval above "
        "the bar, all below, or is the bar inside?",
        "Have you looked at the bar, or at 0? And where two arms share their seeds, did you take "
        "the spread of their differences?",
        'return {10: ___, 50: ___, 70: ___, 84: ___, 141: "undecided"}',
    ),
    minutes=6,
    difficulty=2,
    ask="Which of the five verdicts would you trust least on another data set, and why?",
)
def court():
    """The verdict on each claim, by its number: "holds", "fails" or "undecided". -> dict"""
    return {10: "holds", 50: "holds", 70: "fails", 84: "fails", 141: "undecided"}


@court.alternative
def in_another_order():
    return {"141": "Undecided", "84": "fails", "70": "fails", "50": "holds", "10": "holds"}


@court.alternative
def by_their_words():
    words = {"holds": [10, 50], "fails": [70, 84], "undecided": [141]}
    return {claim: word for word, claims in words.items() for claim in claims}


@court.alternative
def with_more_than_was_asked():
    found = dict.fromkeys((10, 50), "holds") | dict.fromkeys((70, 84), "fails ")
    return found | {141: "undecided", "by": "a learner"}
