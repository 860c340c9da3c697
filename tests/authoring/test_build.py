import json
from pathlib import Path

import nbformat
import pytest

from coursekit import exercises
from coursekit.authoring.build import build, dump, hide_solutions, show_solutions
from coursekit.errors import BuildError

REPO = Path(__file__).parents[2]
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
LESSON = """\
# %% [markdown] id="title"
# # A lesson
#
# {{exercise standardize}}

# %% id="guess"
# NBVAL_CHECK_OUTPUT
print("kept")

# %% id="predict_outlier"
# {{answer}}

# %% id="check-predict_outlier"
check("predict_outlier", predict_outlier)

# %% id="standardize" tags=["demo"]
# {{answer}}

# %% id="check-standardize"
check(standardize)
"""


@pytest.fixture
def lesson(tmp_path):
    """Write a variation of LESSON as solutions/00_start_here.py, so that its exercises exist."""

    def write(text=LESSON):
        path = tmp_path / "solutions" / "00_start_here.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def cells(notebook):
    return {c["id"]: c for c in notebook["cells"]}


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
@pytest.mark.parametrize("solved", [False, True], ids=["learner", "solved"])
def test_every_lesson_builds_a_valid_notebook_twice_the_same(source, solved):
    text = dump(build(source, solved=solved))
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert dump(build(source, solved=solved)) == text


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_the_learners_notebook_in_the_tree_is_fresh_and_holds_no_answer(source):
    text = (REPO / "notebooks" / f"{source.stem}.ipynb").read_text("utf-8")
    assert text == dump(build(source)), "run `coursekit build`"
    assert "SOLUTION" not in text and "NBVAL" not in text
    assert not any(c.get("outputs") for c in json.loads(text)["cells"])


def test_an_answer_is_replaced_by_a_stub_that_keeps_the_indent():
    code = "def f(x):\n    # BEGIN SOLUTION\n    return x\n    # END SOLUTION"
    stub = "def f(x):\n    # Your code here.\n    raise NotImplementedError"
    assert hide_solutions(code) == stub
    assert show_solutions(code) == "def f(x):\n    return x"


def test_an_assigned_answer_becomes_an_ellipsis():
    assert hide_solutions("# BEGIN SOLUTION\na = 1\nb = [2]\n# END SOLUTION") == "a = ...\nb = ..."


def test_top_level_code_that_is_no_assignment_raises_in_the_stub():
    stub = hide_solutions("# BEGIN SOLUTION\na = 1\nprint(a)\n# END SOLUTION")
    assert stub.endswith("raise NotImplementedError")


@pytest.mark.parametrize(
    "code, words",
    [
        ("# begin solution\nx = 1\n# end solution", "each on its own line"),
        ("#BEGIN SOLUTION\nx = 1\n#END SOLUTION", "each on its own line"),
        ("x = 1  # BEGIN SOLUTION\n# END SOLUTION", "each on its own line"),
        ("# BEGIN SOLUTION\nx = 1", "is never closed"),
        ("x = 1\n# END SOLUTION", "in turn"),
        ("# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION", "in turn"),
        ("# BEGIN SOLUTIONS\nx = 1\n# END SOLUTIONS", "each on its own line"),
    ],
)
def test_a_mistyped_mark_cannot_publish_an_answer(code, words):
    for replace in (hide_solutions, show_solutions):
        with pytest.raises(BuildError, match=words):
            replace(code)


def test_an_error_names_the_file_and_the_line(lesson):
    own = "# BEGIN SOLUTION\nprint(1)\n# END OF SOLUTION"
    path = lesson(LESSON.replace('print("kept")', own))
    with pytest.raises(BuildError, match=r"00_start_here\.py:10: write '# BEGIN SOLUTION'"):
        build(path)


def test_checks_and_prose_are_locked_and_exercises_are_not(lesson):
    built = cells(build(lesson()))
    for name in ("title", "check-standardize"):
        assert built[name]["metadata"]["editable"] is False
        assert built[name]["metadata"]["deletable"] is False
    assert "editable" not in built["standardize"]["metadata"]
    assert built["standardize"]["metadata"]["coursekit"] == {"exercise": "standardize"}
    assert built["standardize"]["metadata"]["tags"] == ["demo"]


def test_a_lesson_begins_with_what_can_be_read_and_says_where_it_comes_from(lesson):
    built = build(lesson())
    assert "".join(built["cells"][0]["source"]).startswith("# A lesson")
    about = built["metadata"]["coursekit"]["generated_from"]
    assert about.startswith("solutions/00_start_here.py") and "edit that file" in about


def test_directives_are_filled_from_the_exercises(lesson):
    title = "".join(cells(build(lesson()))["title"]["source"])
    assert "1 point · about 3 min · ★☆☆☆☆" in title


def test_the_marker_of_compared_outputs_stays_with_the_author(lesson):
    path = lesson()
    assert "NBVAL" not in "".join(cells(build(path))["guess"]["source"])
    assert "NBVAL" in "".join(cells(build(path, solved=True))["guess"]["source"])


def test_a_planted_mistake_stands_in_the_learners_notebook_only(lesson):
    path = lesson()
    assert "x.var()" in "".join(cells(build(path))["standardize"]["source"])
    assert "x.var()" not in "".join(cells(build(path, solved=True))["standardize"]["source"])


def test_what_is_marked_beside_a_planted_mistake_is_hidden_as_everywhere(lesson):
    at, end = 'tags=["demo"]\n# {{answer}}', "# END"
    beside = f"{at}\n# BEGIN SOLUTION\nhalf = 0.5\n{end} SOLUTION"
    path = lesson(LESSON.replace(at, beside))
    cell = "".join(cells(build(path))["standardize"]["source"])
    assert "x.var()" in cell and cell.endswith("half = ...")
    path = lesson(LESSON.replace(at, beside.replace(end, f"{end} OF")))
    with pytest.raises(BuildError, match="# END OF SOLUTION"):
        build(path)


@pytest.mark.parametrize("planted", ["no_such", "variance_for_std"])
def test_a_planted_mistake_that_cannot_be_made_is_refused(lesson, planted, monkeypatch):
    task = exercises.load("start_here")["standardize"]
    own = LESSON.replace(
        '"standardize" tags=["demo"]\n# {{answer}}', '"standardize" own="x"\ny = 1'
    )
    monkeypatch.setattr(task, "planted", planted)
    words = "cannot be made: 'no_such'" if planted == "no_such" else "no own="
    with pytest.raises(BuildError, match=words):
        build(lesson() if planted == "no_such" else lesson(own))


@pytest.mark.parametrize(
    "change, words",
    [
        (('id="guess"', ""), "give the cell an id"),
        (('id="guess"', 'id="title"'), "two cells have the id 'title'"),
        (('id="guess"', 'id="a b"'), "a cell id is"),
        (('id="check-standardize"', 'id="other"'), "needs a cell with id 'check-standardize'"),
        (("{{exercise standardize}}", "{{exercise nothing}}"), "names nothing that exists"),
        (("{{exercise standardize}}", "{{quiz standardize}}"), "names nothing that exists"),
        (('tags=["demo"]', 'own="mine"'), "own= is for a cell without"),
    ],
)
def test_a_source_that_breaks_the_rules_is_refused_with_the_reason(lesson, change, words):
    with pytest.raises(BuildError, match=words):
        build(lesson(LESSON.replace(*change)))


def test_a_lesson_without_exercises_module_is_refused(lesson):
    path = lesson()
    other = path.rename(path.with_name("03_no_such_lesson.py"))
    with pytest.raises(BuildError, match=r"no module coursekit/exercises/no_such_lesson\.py"):
        build(other)
