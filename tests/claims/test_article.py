"""The article's sections: no claim of it is missing, and none stands in two places."""

import re
from collections import Counter

import pytest

from coursekit.catalog import NORMS
from coursekit.claims.article import NUMBERS, sections
from coursekit.claims.rows import CLAIMS

SECTIONS = sections()
PARTS = [part for section in SECTIONS for part in (*section.parts, *section.claims)]
NAMED = {"layer_norm", "instance_norm", "group_norm", "weight_norm"}  # its alternatives


def test_every_claim_of_the_article_stands_in_one_section():
    found = Counter(part.claim for section in SECTIONS for part in section.claims)
    assert set(found) == set(NUMBERS) <= CLAIMS.keys() and set(found.values()) == {1}


def test_claims_stand_in_the_article_s_order_and_no_section_is_empty():
    numbers = [part.claim for section in SECTIONS for part in section.claims]
    assert numbers == sorted(numbers)
    assert all(section.parts and section.claims for section in SECTIONS)
    assert len({section.title for section in SECTIONS}) == len(SECTIONS) == 9


@pytest.mark.parametrize("part", PARTS, ids=lambda p: str(p.claim or p.says[:30]))
def test_a_row_says_where_it_is_taught(part):
    claim = CLAIMS.get(part.claim)
    assert part.says and bool(part.lesson) == bool(part.cell)
    if claim is None:
        assert re.fullmatch(r"(0\d|1[0-7])", part.lesson)
    else:
        assert (part.says, part.lesson) == (claim.says, claim.lesson)
        assert part.lesson or claim.verdict == "not testable here"


def test_every_alternative_that_it_names_is_in_the_catalog_and_is_written_by_learners():
    assert {part.cell for part in PARTS} >= NAMED
    assert {norm.forward.__name__ for norm in NORMS.values()} >= NAMED
