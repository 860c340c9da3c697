"""docs/glossary.md: what lessons link to is there, and what is there is linked to, or general."""

import re
from pathlib import Path

import pytest

from coursekit.authoring.build import build
from coursekit.authoring.cells import read

REPO = Path(__file__).parents[1]
SOURCES = {p.stem: p for p in sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))}
ENTRY = re.compile(r"^### ([^\n]+)\n\n(.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\s?\(\.\./docs/glossary\.md#([^)]+)\)")
HOME = re.compile(r"\[Lesson \d\d\]\(\.\./notebooks/(\w+)\.ipynb\)$|\*General\.\*$")


def entries() -> dict[str, str]:
    """What each term means, by its anchor; a line ends where a page is wrapped."""
    found = ENTRY.findall((REPO / "docs" / "glossary.md").read_text("utf-8"))
    return {name.replace(" ", "-"): " ".join(text.split()) for name, text in found}


def linked(page: Path) -> list[str]:
    """The terms that a lesson links to, in the order of its prose."""
    return [anchor for c in read(page) if c.kind == "markdown" for anchor in LINK.findall(c.source)]


ENTRIES = entries()
LINKED = {stem: linked(page) for stem, page in SOURCES.items()}


@pytest.mark.parametrize("stem", SOURCES)
def test_a_lesson_links_to_terms_that_are_there_each_once(stem):
    assert set(LINKED[stem]) <= ENTRIES.keys()
    assert len(LINKED[stem]) == len(set(LINKED[stem])), "link a term once"


def test_every_lesson_links_to_the_terms_it_uses():
    assert all(LINKED.values())


@pytest.mark.parametrize("anchor", ENTRIES)
def test_a_term_is_linked_from_the_lesson_that_teaches_it_or_is_general(anchor):
    home = HOME.search(ENTRIES[anchor])
    assert home, "say at its end which lesson teaches it, or that it is general"
    stem = home.group(1)
    assert stem is None or anchor in LINKED[stem]


def test_terms_are_in_order_and_explained_in_a_sentence_or_two():
    assert list(ENTRIES) == sorted(ENTRIES) and len(ENTRIES) >= 50
    for anchor, text in ENTRIES.items():
        said = HOME.sub("", text)
        assert len(said.split()) <= 60 and said.rstrip().endswith("."), anchor


def test_a_learner_s_notebook_links_to_the_copy_beside_it():
    source = SOURCES["04_batchnorm_forward"]
    for solved, address in (False, "(glossary.md#batch)"), (True, "(../docs/glossary.md#batch)"):
        prose = ["".join(c["source"]) for c in build(source, solved=solved)["cells"]]
        assert sum(text.count(address) for text in prose) == 1
    copy = (REPO / "notebooks" / "glossary.md").read_text("utf-8")
    assert "(04_batchnorm_forward.ipynb)" in copy and "../" not in copy


def test_the_tests_above_can_fail(tmp_path):
    page = tmp_path / "page.py"
    page.write_text('# %% [markdown] id="a"\n# a [batch](../docs/glossary.md#gone) of\n')
    assert linked(page) == ["gone"]
    assert not HOME.search("A word without a home.")
