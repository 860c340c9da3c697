"""A learner's cells are known for the course's, whatever an editor did to their ids."""

from copy import deepcopy
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.matching import match
from coursekit.workspace.merge import merge

PROSE = "Batch norm centres {0} by the mean of a batch and divides by its spread, says part {0}."
STUB = "def {0}(x, eps):\n    ...  # your answer to {0}"
ANSWER = "def {0}(x, eps):\n    return MINE({0})  # nothing of the stub is left of it"


def cell(name, source, kind="markdown", **metadata):
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source}


def code(name, source, **metadata):
    return cell(name, source, "code", **metadata)


def notebook(cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def lesson(edition=""):
    """A lesson with prose, two answers, a guess and a demonstration."""
    return [
        cell("title", f"# A lesson on norms {edition}".strip(), editable=False),
        code("imports", "import numpy as np\nfrom coursekit import check, use"),
        cell("why", PROSE.format("why") + edition, editable=False),
        code("guess", "guess = ..."),
        code("check-guess", 'check("guess", guess)', editable=False),
        code("mean", STUB.format("mean") + edition, coursekit={"exercise": "mean"}),
        code("check-mean", "check(mean)", editable=False),
        code("shown", f"mean = use(mean)\nprint(mean(np.ones((5, 2)), 1e-5)){edition}"),
        cell("how", PROSE.format("how") + edition, editable=False),
        code("var", STUB.format("var"), coursekit={"exercise": "var"}),
        code("check-var", "check(var)", editable=False),
    ]


def by_id(cells):
    return {one["id"]: one for one in cells}


OLD, NEW = by_id(lesson()), by_id(lesson(" (new edition)"))


def solved():
    """The learner's notebook: an answer, a guess, a note, and a changed demonstration."""
    cells = lesson()
    cells[3]["source"] = "guess = 7"
    cells[5]["source"] = ANSWER.format("mean")
    cells[7]["source"] += "\nprint(mean(np.zeros((5, 2)), 1))"
    cells.insert(4, cell("9f3a", "A NOTE OF MY OWN, which the course knows nothing of"))
    return cells


def found(cells, old=OLD, new=NEW):
    """The course's names, in the notebook's order; "" for the learner's own cells."""
    return [name if name in old | new else "" for name in match(cells, old, new).cells]


RIGHT = found(solved())


def renewed(cells, names=None):
    fresh = (f"{n:08x}" for n in count(1))
    return [c | {"id": next(fresh)} if names is None or c["id"] in names else c for c in cells]


def removed(cells):
    return [{k: v for k, v in c.items() if k != "id"} for c in cells]


def bare(cells):
    """As an editor leaves it that knows no metadata and ends no cell with a newline or space."""
    return [c | {"metadata": {}, "source": "".join(c["source"]).rstrip()} for c in removed(cells)]


def exchanged(cells, one, other):
    other_id = {one: other, other: one}
    return [c | {"id": other_id.get(c["id"], c["id"])} for c in cells]


def test_the_notebook_as_it_is():
    assert RIGHT.count("") == 1 and [name for name in RIGHT if name] == list(OLD)


@pytest.mark.parametrize(
    "damage",
    [
        renewed,
        removed,
        bare,
        lambda cells: renewed(cells, ["title", "mean", "guess", "shown"]),
        lambda cells: renewed(cells, ["9f3a"]),
        lambda cells: [c | {"id": "one"} for c in cells],
        lambda cells: [c | {"id": n} for n, c in enumerate(cells)],
        lambda cells: [c | {"id": "no id: has spaces"} for c in cells],
        lambda cells: exchanged(cells, "title", "why"),
        lambda cells: exchanged(cells, "title", "mean"),
        lambda cells: exchanged(cells, "mean", "var"),
        lambda cells: exchanged(cells, "mean", "check-mean"),
        lambda cells: exchanged(cells, "why", "how"),
        lambda cells: exchanged(cells, "guess", "shown"),
        lambda cells: exchanged(cells, "9f3a", "mean"),
        lambda cells: [c | {"source": c["source"].splitlines(keepends=True)} for c in cells],
        lambda cells: renewed([c | {"source": c["source"] + "  \n"} for c in cells]),
    ],
)
def test_whatever_an_editor_did_to_the_ids_each_cell_is_known(damage):
    assert found(damage(solved())) == RIGHT


def test_moved_cells_with_new_ids_are_known():
    cells = solved()[::-1]
    assert found(renewed(cells)) == RIGHT[::-1]


def test_a_copy_is_the_learners_own():
    cells = solved()
    copy = cells[6] | {"source": "def mean(x, eps):\n    second = try_"}
    assert found([*cells, copy]) == [*RIGHT, ""]
    assert found([*cells, dict(cells[0])]) == [*RIGHT, ""]


def test_a_stub_that_was_kept_is_the_copy_and_the_answer_is_the_exercise():
    stub = lesson()[5] | {"id": "a1"}
    assert found([stub, *solved()]) == ["", *RIGHT]
    assert found(renewed([stub, *solved()])) == ["", *RIGHT]


def test_of_a_split_cell_the_greater_part_is_the_courses():
    cells = solved()
    first, rest = {**cells[2]}, {**cells[2], "id": "b2"}
    first["source"], rest["source"] = PROSE.format("why")[:60], PROSE.format("why")[60:]
    both = [*cells[:2], first, rest, *cells[3:]]
    assert found(both) == [*RIGHT[:3], "", *RIGHT[3:]]
    named = found(renewed(both))
    assert named.count("why") == 1 and named.count("") == 2


def test_an_assignment_is_not_taken_for_the_function_of_that_name():
    cells = solved()
    del cells[6]
    assert "mean" not in found(renewed(cells)) and "shown" in found(renewed(cells))


def test_what_an_update_put_beside_is_nobodys_even_without_its_marks():
    cells = solved()
    cells[2]["source"] += " And my own words."
    once = merge(notebook(lesson()), notebook(cells), notebook(NEW.values())).notebook
    again = match(bare(once["cells"]), NEW, NEW).cells
    assert [name for name in again if name in NEW] == list(NEW)


def test_metadata_of_any_shape_is_survived():
    for metadata in (None, [], {"coursekit": []}, {"coursekit": {"exercise": ["mean"]}}):
        assert found([{**solved()[6], "metadata": metadata}]) == ["mean"]


def test_the_arguments_stay_as_they_were():
    cells = removed(solved())
    before = deepcopy(cells)
    match(cells, OLD, NEW)
    assert cells == before


@pytest.mark.parametrize("damage", [renewed, removed, bare])
@pytest.mark.parametrize("base", [notebook(lesson()), None], ids=["base", "no base"])
def test_a_new_edition_reaches_every_cell_that_the_learner_left_alone(damage, base):
    new = lesson(" (new edition)")
    merged = merge(base, notebook(damage(solved())), notebook(new))
    text = ["".join(one["source"]) for one in merged.notebook["cells"]]
    for one in new:
        if one["id"] not in ("guess", "mean", "shown"):
            assert one["source"] in text
    assert ANSWER.format("mean") in text and "guess = 7" in text
    assert any("A NOTE OF MY OWN" in one for one in text)
    assert any("np.zeros((5, 2)), 1))" in one for one in text)
    assert len(merged.by_content) == len(new) and not merged.foreign
    assert merged.summary()[-1] == (
        "  11 cells known by what is in them: an editor had changed their ids"
    )


def test_a_notebook_in_which_nothing_is_known_is_foreign():
    strange = notebook([cell(f"x{n}", f"word{n} " * 9) for n in range(30)])
    assert merge(notebook(lesson()), strange, notebook(lesson("2"))).foreign
    assert merge(None, strange, notebook(lesson("2"))).foreign
    assert not merge(None, notebook(solved()), notebook(lesson("2"))).foreign


NAMES = [*"abcdef", "check-a", "check-b"]
SOURCES = ["", "x = 1", "```", *(way.format(n) for way in (PROSE, STUB) for n in "abc")]
COURSES = st.lists(st.sampled_from(NAMES), unique=True, max_size=6).flatmap(
    lambda names: st.tuples(
        *(st.builds(code, st.just(name), st.sampled_from(SOURCES)) for name in names)
    )
)
DAMAGE = st.sampled_from(["kept", "renewed", "removed", "exchanged", "doubled", "split", "bare"])


@st.composite
def edited(draw):
    """A course, a learner's notebook that an editor has been at, and the course of a later day."""
    base, theirs = draw(COURSES), draw(COURSES)
    cells = [dict(c) for c in base if draw(st.integers(0, 5))]
    for number, one in enumerate(cells):
        if draw(st.booleans()):
            one["source"] = draw(st.sampled_from(["mine {0}\n{1}", "{1}\n# mine {0}"])).format(
                number, one["source"]
            )
    cells += [code(f"hand-{n}", f"hand {n}") for n in range(draw(st.integers(0, 2)))]
    for n in range(draw(st.integers(0, 4))):
        if not cells:
            break
        at, other = (draw(st.integers(0, len(cells) - 1)) for _ in "ab")
        match draw(DAMAGE):
            case "renewed":
                cells[at]["id"] = f"new{n}"
            case "removed":
                cells[at].pop("id", None)
            case "bare":
                cells = bare(cells)
            case "exchanged":
                one, two = cells[at].get("id", "p"), cells[other].get("id", "q")
                cells[at]["id"], cells[other]["id"] = two, one
            case "doubled":
                cells.insert(other, dict(cells[at]))
            case "split":
                half = len(cells[at]["source"]) // 2
                cells.insert(at, cells[at] | {"source": cells[at]["source"][:half]})
                cells[at + 1]["source"] = cells[at + 1]["source"][half:]
    return base, draw(st.permutations(cells)) if draw(st.booleans()) else cells, theirs


@given(edited(), st.booleans())
def test_nothing_that_the_learner_wrote_is_ever_lost(life, has_base):
    base, mine, theirs = life
    merged = merge(notebook(base) if has_base else None, notebook(mine), notebook(theirs))
    kept = "\n".join("".join(one["source"]) for one in merged.notebook["cells"])
    courses = {one["source"].strip() for one in (*base, *theirs)}
    for one in mine:
        text = one["source"].strip()
        assert text in courses or text in kept


@given(edited(), st.booleans())
def test_an_update_again_changes_nothing_whether_or_not_the_base_was_renewed(life, has_base):
    base, mine, theirs = map(notebook, life)
    once = merge(base if has_base else None, mine, theirs).notebook
    assert merge(theirs, once, theirs).notebook == once
    assert merge(base if has_base else None, once, theirs).notebook == once


@given(edited())
def test_the_same_edition_changes_no_text_and_says_nothing(life):
    base, mine, _ = life
    merged = merge(notebook(base), notebook(mine), notebook(base))
    assert [c["source"] for c in merged.notebook["cells"]] == [c["source"] for c in mine]
    assert merged.notes == {}


@given(edited())
def test_every_cell_has_a_name_of_its_own(life):
    base, mine, theirs = life
    named = match(mine, by_id(base), by_id(theirs)).cells
    assert len(named) == len(mine) and all(0 < len(name) <= 64 for name in named)
