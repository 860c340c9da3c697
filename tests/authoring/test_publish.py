import json

import pytest

from coursekit.authoring.publish import publish, sources
from coursekit.errors import BuildError
from tests.authoring.test_build import LESSON

RUNS = LESSON.replace(
    '# %% id="guess"',
    '# %% id="imports"\nfrom coursekit import check\n\n# %% id="path" tags=["volatile"]\n'
    'print("/home/me")\n\n# %% id="guess"',
)


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "solutions"
    folder.mkdir()
    (folder / "00_start_here.py").write_text(RUNS, "utf-8")
    return tmp_path


def states(course, **options):
    [source] = sources(course)
    return [(o.path.parent.name, o.state) for o in publish(course, source, **options)]


def test_what_is_written_is_fresh_and_an_edit_makes_it_stale(course):
    assert states(course, check=True) == [("notebooks", "stale"), ("solutions", "stale")]
    assert not (course / "notebooks").exists()
    assert states(course) == [("notebooks", "written"), ("solutions", "written")]
    assert states(course, check=True) == [("notebooks", "fresh"), ("solutions", "fresh")]

    solved = json.loads((course / "solutions" / "00_start_here.ipynb").read_text("utf-8"))
    outputs = {c["id"]: c["outputs"] for c in solved["cells"] if c["cell_type"] == "code"}
    assert outputs["guess"][0]["text"] == ["kept\n"]
    assert outputs["path"] == []
    assert "passed" in str(outputs["check-standardize"])

    source = course / "solutions" / "00_start_here.py"
    source.write_text(RUNS.replace("# # A lesson", "# # Another"), "utf-8")
    assert states(course, check=True) == [("notebooks", "stale"), ("solutions", "stale")]


def test_a_hand_edited_notebook_is_stale(course):
    states(course)
    for name in ("notebooks", "solutions"):
        path = course / name / "00_start_here.ipynb"
        path.write_text(path.read_text("utf-8").replace("# A lesson", "# Mine"), "utf-8")
    assert states(course, check=True) == [("notebooks", "stale"), ("solutions", "stale")]


def test_a_solution_that_raises_is_not_published(course):
    source = course / "solutions" / "00_start_here.py"
    source.write_text(RUNS.replace('print("kept")', "1 / 0"), "utf-8")
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        states(course)
    assert not source.with_suffix(".ipynb").exists()


@pytest.mark.parametrize("wanted", [["00"], ["start_here"], ["00_start_here"], None, []])
def test_lessons_are_named_by_number_or_name(course, wanted):
    assert [p.stem for p in sources(course, wanted)] == ["00_start_here"]


def test_an_unknown_lesson_or_folder_is_said(course, tmp_path):
    with pytest.raises(BuildError, match="no lesson is called '77'"):
        sources(course, ["77"])
    with pytest.raises(BuildError, match="no lesson sources"):
        sources(tmp_path / "empty")
