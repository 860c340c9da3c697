"""What is written for a submission has a name that every disk holds, and no other has it."""

import string

import hypothesis
import pytest
from hypothesis import strategies as st

from coursekit.grading.naming import LONGEST, REFUSED, RESERVED, WHOLE, folders, pages

CHARACTERS = st.one_of(
    st.characters(), st.sampled_from([*string.printable, "é", "é", "ß", "ſ", "K", "〱", "~"])
)
NAMES = st.one_of(
    st.text(CHARACTERS, min_size=1, max_size=12),
    st.text(CHARACTERS, min_size=1, max_size=3).map(lambda text: text * 150),
    st.sampled_from([*sorted(RESERVED), "CON.txt", "..", ".", " a", "a.", "A", "a", "x.html"]),
)
FILES = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


def holds(path):
    """See that any disk can hold a path."""
    assert len(path.encode("utf-8")) <= WHOLE + len("feedback/")
    for part in path.split("/"):
        assert 0 < len(part.encode("utf-8")) <= LONGEST + len(".html")
        assert part.isprintable() and not set(part) & (REFUSED - {"~"})
        assert part[0] not in " ." and part[-1] not in " ."
        assert part.partition(".")[0].rstrip().casefold() not in RESERVED


def test_a_plain_name_stays_as_it_is():
    for file in (
        "ada/01_mean_and_variance.ipynb",
        "hw.zip/Ada Lovelace_77_assignsubmission_file_/04_batchnorm_forward.ipynb",
        "smithbob_LATE_34_2084_01_x-1.ipynb",
        "王小明/01_x (2).ipynb",
    ):
        assert pages([file]) == {file: f"feedback/{file.removesuffix('.ipynb')}.html"}
    assert folders(["zoe@example.org", "Zoë O'Neill"]) == {
        "zoe@example.org": "zoe@example.org", "Zoë O'Neill": "Zoë O'Neill",
    }  # fmt: skip


@pytest.mark.parametrize(
    "one, two",
    [
        ("Ada/01_x.ipynb", "ada/01_x.ipynb"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}/x.ipynb", "e\N{COMBINING ACUTE ACCENT}/x.ipynb"),
        ("a?/x.ipynb", "a*/x.ipynb"),
        ("x" * 240 + "a.ipynb", "x" * 240 + "b.ipynb"),
        ("/".join("abc" * 60) + "1.ipynb", "/".join("abc" * 60) + "2.ipynb"),
        ("a/x.ipynb", "a/x.html"),
        ("con/x.ipynb", "_con/x.ipynb"),
        ("a /x.ipynb", "a/x.ipynb"),
    ],
)
def test_two_that_a_disk_may_take_for_one_are_told_apart(one, two):
    [first, second] = pages([one, two]).values()
    assert first.casefold() != second.casefold()
    holds(first), holds(second)


def test_a_name_made_up_to_be_anothers_is_none():
    long = "x" * 240 + ".ipynb"
    [cut] = pages([long]).values()
    forged = cut.removeprefix("feedback/").removesuffix(".html") + ".ipynb"
    [one, two] = pages([long, forged]).values()
    assert one == cut != two


def test_a_page_is_never_where_a_folder_must_be():
    [page, other] = pages(["ada/x.ipynb", "ada/x.html/y.ipynb"]).values()
    assert page == "feedback/ada/x.html" and not other.startswith(page)


@hypothesis.given(st.lists(FILES, max_size=6))
def test_every_page_can_be_written_beside_the_others(files):
    made = list(pages(files).values())
    assert len({path.casefold() for path in made}) == len(set(files))
    for path in made:
        holds(path)
        assert not any(other.casefold().startswith(f"{path.casefold()}/") for other in made)


@hypothesis.given(st.lists(NAMES, max_size=6))
def test_every_student_has_a_folder_of_their_own(names):
    made = list(folders(names).values())
    assert len({name.casefold() for name in made}) == len(set(names))
    for name in made:
        holds(name)
        assert "/" not in name
