"""A newer course meets a learner's notebook: whatever both did, what the learner wrote is there."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.workspace.merge import merge


def cell(name, source, kind="code", **metadata):
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source}


def notebook(*cells):
    metadata = {"coursekit": {"lesson": "toy"}}
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def sources(merged) -> list[str]:
    return ["".join(c["source"]) for c in merged.notebook["cells"]]


def ids(merged) -> list[str]:
    return [c["id"] for c in merged.notebook["cells"]]


TITLE = cell("title", "# One", "markdown", editable=False, deletable=False)
STUB = cell("mean", "def mean(x): ...", coursekit={"exercise": "mean"})
CHECK = cell("check-mean", "check(mean)", editable=False)
DEMO = cell("demo", "print(1)", tags=["demo"])
BASE = notebook(TITLE, STUB, CHECK, DEMO)
SOLVED = cell("mean", "def mean(x): return x.mean()", coursekit={"exercise": "mean"})


def changed(**texts):
    """The course's notebook with other texts in some of its cells."""
    new = deepcopy(BASE)
    for one in new["cells"]:
        one["source"] = texts.get(one["id"], one["source"])
    return new


def test_an_untouched_notebook_becomes_the_courses_new_one():
    new = notebook(TITLE, cell("more", "1"), STUB, DEMO | {"source": "print(2)"}, CHECK)
    assert merge(BASE, BASE, new).notebook == new


def test_an_answer_stays_where_the_course_changed_other_cells():
    merged = merge(BASE, notebook(TITLE, SOLVED, CHECK, DEMO), changed(demo="print(2)"))
    assert sources(merged) == ["# One", SOLVED["source"], "check(mean)", "print(2)"]
    assert merged.notes == {"updated": ["demo"]}
    assert merged.summary() == ["   1 cell brought up to date: below One"]


@pytest.mark.parametrize("base", [BASE, None], ids=["base", "no base"])
def test_where_both_changed_an_answer_the_learners_runs_and_the_courses_is_text(base):
    mine = notebook(TITLE, SOLVED, CHECK, DEMO)
    merged = merge(base, mine, changed(mean="def mean(x, axis): ..."))
    answer, note = merged.notebook["cells"][1:3]
    assert answer == SOLVED and note["cell_type"] == "markdown"
    assert "```python\ndef mean(x, axis): ...\n```" in sources(merged)[2]
    assert merged.notes == {"kept": ["mean"]}


def test_without_a_base_a_changed_demo_is_replaced_and_kept_beside():
    merged = merge(None, notebook(TITLE, STUB, CHECK, DEMO | {"source": "print(7)"}), BASE)
    assert sources(merged)[3] == "print(1)" and "print(7)" in sources(merged)[4]
    assert merged.notes == {"set aside": ["demo"]}


def test_without_a_base_the_courses_older_prose_is_not_kept():
    merged = merge(None, BASE, changed(title="# Two"))
    assert sources(merged)[0] == "# Two" and len(sources(merged)) == 4


def test_moved_cells_stay_where_they_were_moved_and_new_ones_follow_their_neighbour():
    mine = notebook(TITLE, DEMO, STUB, CHECK)
    new = notebook(TITLE, STUB, CHECK, cell("after", "2"), DEMO)
    assert ids(merge(BASE, mine, new)) == ["title", "demo", "mean", "check-mean", "after"]


def test_hand_made_cells_stay_behind_their_neighbour():
    mine = notebook(TITLE, cell("a1", "mine"), STUB, CHECK, DEMO, cell("b2", "last"))
    new = notebook(TITLE, cell("intro", "0"), STUB, CHECK, DEMO)
    expected = ["title", "a1", "intro", "mean", "check-mean", "demo", "b2"]
    assert ids(merge(BASE, mine, new)) == expected


def test_deleted_cells_stay_deleted():
    assert ids(merge(BASE, notebook(TITLE, STUB, CHECK), changed(demo="2"))) == ids(
        merge(BASE, notebook(TITLE, STUB, CHECK), BASE)
    )


def test_a_copied_cell_survives_even_with_the_id_of_the_first():
    merged = merge(BASE, notebook(TITLE, SOLVED, {**SOLVED, "source": "try"}, CHECK, DEMO), BASE)
    assert sources(merged)[1:3] == [SOLVED["source"], "try"]
    assert len(set(ids(merged))) == 5


def test_what_the_course_dropped_goes_unless_the_learner_changed_it():
    new = notebook(TITLE)
    merged = merge(BASE, notebook(TITLE, SOLVED, CHECK, DEMO), new)
    assert ids(merged) == ["title", "mean"]
    assert merged.notes == {"left": ["mean"], "removed": ["check-mean", "demo"]}


def test_cells_without_ids_are_known_by_their_exercise_or_their_text():
    bare = [{k: v for k, v in c.items() if k != "id"} for c in (TITLE, SOLVED, CHECK, DEMO)]
    merged = merge(BASE, notebook(*bare), changed(demo="print(2)"))
    assert ids(merged) == ["title", "mean", "check-mean", "demo"]
    assert sources(merged)[1] == SOLVED["source"] and sources(merged)[3] == "print(2)"


def test_outputs_stay_with_the_code_that_made_them():
    ran = DEMO | {"outputs": [1], "execution_count": 3}
    assert merge(BASE, notebook(TITLE, STUB, CHECK, ran), BASE).notebook["cells"][3] == ran
    fresh = DEMO | {"source": "print(2)", "outputs": [], "execution_count": None}
    new = notebook(TITLE, STUB, CHECK, fresh)
    assert merge(BASE, notebook(TITLE, STUB, CHECK, ran), new).notebook["cells"][3] == fresh


def test_the_learners_own_metadata_stays_and_the_courses_follows_the_course():
    old, new = (notebook(cell("demo", "1", tags=[tag])) for tag in ("old", "new"))
    mine = notebook(cell("demo", "1", tags=["old"], collapsed=True))
    [merged] = merge(old, mine, new).notebook["cells"]
    assert merged["metadata"] == {"collapsed": True, "tags": ["new"]}


def test_a_fence_in_the_text_does_not_end_the_text_beside():
    mine, new = changed(title="mine"), changed(title="a\n```\nb\n```")
    assert "````markdown\na\n```\nb\n```\n````" in sources(merge(BASE, mine, new))[1]


NAMES = [*"abcdef", "check-a", "check-b"]
TEXTS = st.sampled_from(["", "x = 1", "one\ntwo", "```", "def f():\n    pass"])
COURSES = st.lists(st.sampled_from(NAMES), unique=True, max_size=6).flatmap(
    lambda names: st.tuples(*(st.builds(cell, st.just(n), TEXTS) for n in names))
).map(lambda cells: notebook(*cells))  # fmt: skip


@st.composite
def lives(draw):
    """A course, what a learner made of it, and the course of a later day."""
    base, theirs = draw(COURSES), draw(COURSES)
    cells = [dict(c) for c in base["cells"] if draw(st.integers(0, 5))]  # some are deleted
    for number, one in enumerate(cells):
        if draw(st.booleans()):
            one["source"] = f"mine {number}\n{one['source']}"
    copies = [dict(c) for c in cells if not draw(st.integers(0, 3))]  # with the same id
    made = [cell(f"hand-{n}", f"hand {n}") for n in range(draw(st.integers(0, 3)))]
    cells = draw(st.permutations(cells + copies + made)) if draw(st.booleans()) else cells + made
    for one in cells:
        if not draw(st.integers(0, 5)):
            one.pop("id", None)
    return base, notebook(*cells), theirs


@given(lives(), st.booleans())
def test_nothing_that_the_learner_wrote_is_ever_lost(life, has_base):
    base, mine, theirs = life
    found = "\n".join(sources(merge(base if has_base else None, mine, theirs)))
    for one in mine["cells"]:
        if one["source"].startswith(("mine", "hand")):
            assert one["source"] in found


@given(lives(), st.booleans())
def test_every_cell_has_an_id_of_its_own(life, has_base):
    base, mine, theirs = life
    found = ids(merge(base if has_base else None, mine, theirs))
    assert len(set(found)) == len(found) and all(0 < len(name) <= 64 for name in found)


@given(lives())
def test_the_arguments_stay_as_they_were(life):
    before = deepcopy(life)
    merge(*life)
    assert life == before


@given(COURSES, COURSES)
def test_who_changed_nothing_gets_the_course_of_today(base, theirs):
    assert merge(base, base, theirs).notebook == theirs


@given(lives())
def test_a_course_that_did_not_change_changes_nothing(life):
    base, mine, _ = life
    merged = merge(base, mine, base)
    assert sources(merged) == [c["source"] for c in mine["cells"]] and merged.notes == {}


@given(lives())
def test_merging_again_changes_nothing_whether_or_not_the_base_was_renewed(life):
    base, mine, theirs = life
    once = merge(base, mine, theirs).notebook
    assert merge(theirs, once, theirs).notebook == once
    assert merge(base, once, theirs).notebook == once
