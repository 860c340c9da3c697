import dataclasses
import json

import pytest

from coursekit import exercises
from coursekit.authoring import publish as publish_module
from coursekit.authoring.publish import publish, sources
from coursekit.errors import BuildError
from coursekit.exercises import load
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


MEASURED = (
    RUNS.replace("# # A lesson", "# # A lesson\n#\n# It read {{result arm | read}} of them.")
    + """
# %% id="arm" tags=["demo"]
print("read 95.5 ± 0.9 %")

# %% id="drawn" tags=["demo"]
from coursekit.figures import figure, show
show(figure()[0], alt="A curve that ends at {{result arm | read : mean}}.")
"""
)


def cell(course, folder, name):
    path = course / folder / "00_start_here.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return next(cell for cell in cells if cell["id"] == name)


def test_numbers_come_from_what_the_solved_notebook_printed(course):
    source = course / "solutions" / "00_start_here.py"
    source.write_text(MEASURED, "utf-8")
    assert states(course, check=True) == [("notebooks", "stale"), ("solutions", "stale")]
    assert states(course) == [("notebooks", "written"), ("solutions", "written")]
    for folder in ("notebooks", "solutions"):
        assert "It read 95.5 ± 0.9 % of them." in "".join(cell(course, folder, "title")["source"])
        assert 'alt="A curve that ends at 95.5 %."' in "".join(
            cell(course, folder, "drawn")["source"]
        )
    [shown] = cell(course, "solutions", "drawn")["outputs"]
    assert shown["data"]["text/plain"] == ["A curve that ends at 95.5 %."]
    assert 'alt="A curve that ends at 95.5 %."' in "".join(shown["data"]["text/html"])
    assert states(course, check=True) == [("notebooks", "fresh"), ("solutions", "fresh")]


def test_a_text_that_no_longer_follows_is_stale_and_prose_alone_is_not_run_again(course):
    source, solved = (course / "solutions" / f"00_start_here.{end}" for end in ("py", "ipynb"))
    source.write_text(MEASURED, "utf-8")
    states(course)
    printed = solved.read_text("utf-8")
    solved.write_text(printed.replace("read 95.5 ±", "read 87.5 ±"), "utf-8")  # in its output
    assert states(course, check=True)[0] == ("notebooks", "stale")

    marked = printed.replace('"kept\\n"', '"kept from the first run\\n"')
    assert marked != printed
    solved.write_text(marked, "utf-8")
    source.write_text(MEASURED.replace("It read", "It has read"), "utf-8")
    assert states(course) == [("notebooks", "written"), ("solutions", "written")]
    assert cell(course, "solutions", "guess")["outputs"][0]["text"] == ["kept from the first run\n"]
    assert "It has read 95.5" in "".join(cell(course, "notebooks", "title")["source"])

    source.write_text(MEASURED.replace("{{result arm | read}}", "{{result arm | seen}}"), "utf-8")
    for check in (True, False):
        with pytest.raises(BuildError, match="no line begins with 'seen'; printed is"):
            states(course, check=check)

    source.write_text(MEASURED.replace('print("read 95.5', 'print("read 87.5'), "utf-8")
    assert states(course, check=True) == [("notebooks", "stale"), ("solutions", "stale")]
    assert states(course) == [("notebooks", "written"), ("solutions", "written")]
    assert "It read 87.5 ± 0.9 %" in "".join(cell(course, "notebooks", "title")["source"])
    assert cell(course, "solutions", "guess")["outputs"][0]["text"] == ["kept\n"]


@pytest.fixture
def runs(course, monkeypatch):
    """Give the prediction of the lesson a truth that a cell prints; count runs without a kernel."""
    tasks = load("start_here")
    truth = dataclasses.replace(tasks["predict_outlier"], truth="{{result guess | kept}}")
    monkeypatch.setattr(exercises, "load", lambda lesson: tasks | {truth.name: truth})
    answers = []

    def execute(notebook, path):
        done = json.loads(json.dumps(notebook))
        cells = {cell["id"]: cell for cell in done["cells"]}
        answers.append("".join(cells["predict_outlier"]["source"]))
        text = "".join(cells["guess"]["source"]).partition("kept")[2].partition('"')[0]
        cells["guess"]["outputs"] = [{"output_type": "stream", "text": [f"kept{text}\n"]}]
        return done

    monkeypatch.setattr(publish_module, "execute", execute)
    return answers


def test_a_prediction_that_was_measured_is_answered_by_what_was_printed(course, runs):
    """The first run prints the truth, the second answers with it and is told that it is right."""
    source = course / "solutions" / "00_start_here.py"
    source.write_text(RUNS.replace('print("kept")', 'print("kept 2.5")'), "utf-8")
    assert states(course) == [("notebooks", "written"), ("solutions", "written")]
    assert runs == ["predict_outlier = ...", "predict_outlier = 2.5"]
    assert states(course, check=True) == [("notebooks", "fresh"), ("solutions", "fresh")]

    source.write_text(RUNS.replace('print("kept")', 'print("kept 3")'), "utf-8")
    states(course)
    assert runs[2:] == ["predict_outlier = 2.5", "predict_outlier = 3"]
    source.write_text(source.read_text("utf-8").replace('print("/home', 'print("/root'), "utf-8")
    states(course)
    assert runs[4:] == ["predict_outlier = 3"]  # once: what it takes did not change

    source.write_text(RUNS.replace('print("kept")', 'print("kept nothing")'), "utf-8")
    with pytest.raises(BuildError, match=r"\{\{result guess \| kept\}\}: cell 'guess': no number"):
        states(course)


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
