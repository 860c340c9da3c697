import pytest
from voice import PAGES, prose, sentences, voice

PAGE = """# %% [markdown] id="a"
# # A heading does not count
#
# The mean of $x$ is 0; see [lesson 01](01.ipynb). Is it? **[theorem]**
#
# - One item, e.g. this one
#   that goes on.
#
# | a | table |
#
# $$y = 1. Not a sentence.$$
#
# {{exercise batch_norm}}

# %% id="b"
# A comment in code is none.
x = 1
"""


def test_prose_is_paragraphs_and_items():
    assert prose(PAGE) == [
        "The mean of $x$ is 0; see [lesson 01](01.ipynb). Is it? **[theorem]**",
        "One item, e.g. this one that goes on.",
    ]


def test_a_formula_is_one_word_and_a_tag_is_none():
    assert sentences(prose(PAGE)[0]) == ["The mean of  X  is 0; see lesson 01.", "Is it?  "]


def test_lengths_and_marks_are_counted():
    found = voice(PAGE)
    assert (found.words, found.sentences) == (9 + 2 + 8, 3)
    assert found.short == pytest.approx(1 / 3)
    assert found.marks == pytest.approx(1000 / 19)


def test_a_page_without_prose_is_refused():
    with pytest.raises(ValueError, match="no prose"):
        voice("# %%\nx = 1\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_is_written_in_whole_sentences(page):
    found = voice(page.read_text("utf-8"))
    assert 14 <= found.mean <= 18, "words in a sentence"
    assert found.short < 0.15, "sentences of six words or fewer"
    assert found.marks <= 20, "semicolons and colons in a thousand words"
