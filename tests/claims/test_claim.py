"""A row says what would decide it, or what does; never both, never nothing."""

import pytest

from coursekit.claims.claim import Bar, Claim
from coursekit.errors import ArgumentError

BAR = Bar("identities", "an effect", above=1)


def test_a_bar_is_on_one_side_at_least():
    with pytest.raises(ArgumentError, match="above or below"):
        Bar("identities", "an effect")
    with pytest.raises(ArgumentError, match="nothing lies between"):
        Bar("identities", "an effect", above=2, below=1)


def test_a_bar_is_read_as_words():
    assert BAR.words() == "above 1"
    assert Bar("t", "e", above=0.5, below=2).words() == "above 0.5 and below 2"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"bars": (BAR,), "verdict": "holds"},
        {"verdict": "true"},
        {"verdict": "holds"},
        {"verdict": "holds", "decides": "paper"},
        {"bars": (BAR,), "decides": "paper"},
        {"bars": (BAR,), "same_as": 3},
    ],
)
def test_a_row_that_does_not_say_what_decides_it_cannot_be_made(given):
    with pytest.raises(ArgumentError, match="claim 1"):
        Claim(1, "Norms are good.", **given)
