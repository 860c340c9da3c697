"""coursekit update and reset, as a learner runs them, and killed while they work."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursekit import workspace
from coursekit.errors import WorkspaceError
from coursekit.files import write_whole
from coursekit.learning.attempts import Attempts
from coursekit.workspace.merge import merge
from coursekit.workspace.update import reset, update

LESSON = "01_mean_and_variance.ipynb"
ANSWER = "def batch_mean(x):\n    return x.mean(axis=0)  # my own words"
KILLER = Path(__file__).parent / "learner_killed.py"


def read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def source(notebook: dict, name: str) -> str:
    [cell] = [c for c in notebook["cells"] if c["id"] == name]
    return "".join(cell["source"])


def rewrite(path: Path, **texts) -> None:
    """Give cells of a notebook another text."""
    notebook = read(path)
    for cell in notebook["cells"]:
        cell["source"] = texts.get(cell["id"].replace("-", "_"), cell["source"])
    path.write_text(json.dumps(notebook), "utf-8")


def coursekit(*words) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "coursekit", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def work(tmp_path):
    """A workspace of last year's course: the title of lesson 01 was another one then."""
    folder = tmp_path / "work"
    workspace.make(folder)
    for path in (folder / LESSON, workspace.base(folder, LESSON)):
        rewrite(path, title="# Last year's title")
    rewrite(folder / LESSON, batch_mean=ANSWER)
    return folder


def test_update_brings_the_new_title_and_leaves_the_answer(work):
    before = (work / LESSON).read_bytes()
    run = coursekit("update", work)
    assert run.returncode == 0, run.stderr
    assert "1 cell brought up to date" in run.stdout and "Reload Notebook from Disk" in run.stdout
    found = read(work / LESSON)
    assert source(found, "batch_mean") == ANSWER
    assert source(found, "title").startswith("# Mean and variance")
    [backup] = (work / "backups").iterdir()
    assert backup.read_bytes() == before and str(backup) in run.stdout
    assert coursekit("update", work).stdout == "Everything is up to date.\n"
    assert [*(work / "backups").iterdir()] == [backup]


def test_a_workspace_made_before_there_was_a_base_keeps_its_answers(work):
    for path in (work / ".coursekit" / "base").iterdir():
        path.unlink()
    [done] = update(work)
    assert source(read(work / LESSON), "batch_mean") == ANSWER
    assert source(read(work / LESSON), "title").startswith("# Mean and variance")
    assert done.name == LESSON and update(work) == []


def test_the_base_is_from_now_on_todays(work):
    update(work)
    shipped = next(p for p in workspace.shipped() if p.name == LESSON)
    assert workspace.base(work, LESSON).read_bytes() == shipped.read_bytes()


def test_a_lesson_that_is_new_is_added(work):
    (work / LESSON).unlink()
    assert [str(done) for done in update(work)] == [f"{LESSON}\n     new lesson"]
    assert (work / LESSON).exists()


def other_editor(path: Path, how: str) -> None:
    """Save a notebook as an editor does that has ids of its own, or none."""
    notebook = read(path)
    for number, cell in enumerate(notebook["cells"]):
        if how == "renewed":
            cell["id"] = f"{number:08x}"
        else:  # Colab: nbformat 4.0, ids among the metadata, the course's marks are gone
            del cell["id"]
            cell["metadata"] = {"id": f"{number:012x}"}
            cell["source"] = "".join(cell["source"]).rstrip().splitlines(keepends=True)
    notebook["nbformat_minor"] = 5 if how == "renewed" else 0
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.mark.parametrize("how", ["renewed", "removed"])
def test_an_editor_that_changed_every_id_costs_no_update(work, how):
    other_editor(work / LESSON, how)
    run = coursekit("update", work)
    assert run.returncode == 0, run.stderr
    assert "1 cell brought up to date" in run.stdout
    assert "known by what is in them: an editor had changed their ids" in run.stdout
    found = read(work / LESSON)
    assert source(found, "batch_mean") == ANSWER
    assert source(found, "title").startswith("# Mean and variance")
    [shipped] = [p for p in workspace.shipped() if p.name == LESSON]
    assert {c["id"] for c in found["cells"]} == {c["id"] for c in read(shipped)["cells"]}
    assert found["nbformat_minor"] == 5
    assert coursekit("update", work).stdout == "Everything is up to date.\n"


def test_new_ids_alone_are_no_reason_to_touch_a_notebook(work):
    update(work)
    other_editor(work / LESSON, "removed")
    before = (work / LESSON).read_bytes()
    assert update(work) == [] and (work / LESSON).read_bytes() == before


@pytest.mark.parametrize("base", [True, False])
def test_what_is_not_recognized_is_left_and_the_new_edition_is_not_taken(work, base):
    path, kept = work / LESSON, workspace.base(work, LESSON)
    if not base:
        kept.unlink()
    notebook = read(path)
    for number, cell in enumerate(notebook["cells"]):
        cell |= {"id": f"{number:08x}", "source": f"mot{number} " * 9, "metadata": {}}
    path.write_text(json.dumps(notebook), "utf-8")
    before = path.read_bytes(), kept.read_bytes() if base else None
    for _ in range(2):
        run = coursekit("update", work)
        assert run.returncode == 1 and "coursekit reset 01" in run.stdout
        assert f"{LESSON}: left as it is; its cells are not recognized" in run.stdout
        assert (path.read_bytes(), kept.read_bytes() if base else None) == before
    assert kept.exists() == base


def test_a_new_text_for_a_cell_that_is_gone_is_said(work):
    notebook = read(work / LESSON)
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "title"]
    (work / LESSON).write_text(json.dumps(notebook), "utf-8")
    [done] = update(work)
    assert "1 cell changed by the course, but not in yours" in str(done)
    assert done.backup is None and update(work) == []


@pytest.mark.parametrize(
    "cells",
    [
        [{"cell_type": "code"}],
        [{"cell_type": "code", "source": [1]}],
        [{"cell_type": ["code"], "source": ""}],
        [{"cell_type": "code", "source": "", "metadata": [1]}],
        ["text"],
    ],
)
def test_cells_of_no_form_are_named_and_left(work, cells):
    (work / LESSON).write_text(json.dumps({"cells": cells}))
    [done] = update(work)
    assert "it cannot be read (number 1 of its cells is not a cell)" in done.problem


def test_every_lesson_is_known_without_its_ids(work):
    """In the real course: what an editor leaves of each notebook is matched cell by cell."""
    for path in workspace.shipped():
        theirs = read(path)
        bare = [
            {"cell_type": c["cell_type"], "source": "".join(c["source"]).rstrip()}
            for c in theirs["cells"]
        ]
        merged = merge(theirs, {"cells": bare[::-1]}, theirs)
        wanted = [c["id"] for c in theirs["cells"]][::-1]
        assert [c["id"] for c in merged.notebook["cells"]] == wanted and merged.notes == {}


def test_what_cannot_be_read_is_left_and_named(work):
    (work / LESSON).write_text('{"cells": [')
    run = coursekit("update", work)
    assert run.returncode == 1
    assert f"{LESSON}: left as it is; it cannot be read" in run.stdout
    assert "coursekit reset 01" in run.stdout
    assert (work / LESSON).read_text() == '{"cells": ['


def test_a_linked_notebook_stays_a_link(work, tmp_path):
    elsewhere = tmp_path / "disk.ipynb"
    (work / LESSON).rename(elsewhere)
    (work / LESSON).symlink_to(elsewhere)
    update(work)
    assert (work / LESSON).is_symlink()
    assert source(read(elsewhere), "title").startswith("# Mean and variance")


def test_a_full_disk_leaves_every_notebook_whole(work, monkeypatch):
    before = (work / LESSON).read_bytes()

    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("coursekit.workspace.update.write_whole", full)
    with pytest.raises(WorkspaceError, match=r"No space left.*notebooks are whole.*update again"):
        update(work)
    assert (work / LESSON).read_bytes() == before


def test_update_and_reset_without_a_workspace_say_what_to_do(tmp_path):
    for words in ("update",), ("reset", "01"):
        run = coursekit(*words, tmp_path / "none")
        assert run.returncode == 2 and "there is no workspace" in run.stderr
        assert "coursekit lab" in run.stderr


@pytest.mark.parametrize("name", ["01", "1", "mean_and_variance", "01_mean_and_variance", LESSON])
def test_reset_backs_up_and_gives_the_lesson_back(work, name):
    before = (work / LESSON).read_bytes()
    done = reset(work, name)
    shipped = next(p for p in workspace.shipped() if p.name == LESSON)
    assert (work / LESSON).read_bytes() == shipped.read_bytes()
    assert done.backup.read_bytes() == before
    assert update(work) == []


def test_two_resets_in_one_second_keep_both_notebooks(work):
    first = reset(work, "01").backup
    (work / LESSON).write_text("not even a notebook")
    second = reset(work, "01").backup
    assert first != second and second.read_text() == "not even a notebook"


def test_reset_of_an_unknown_lesson_names_the_others(work):
    run = coursekit("reset", "99", work)
    assert run.returncode == 2
    assert "no lesson is called '99'; choose one of 00, 01" in run.stderr


def test_reset_says_where_the_old_notebook_is(work):
    run = coursekit("reset", "01", work)
    [backup] = (work / "backups").iterdir()
    assert run.returncode == 0 and str(backup) in run.stdout


def put_back(work: Path, before: bytes) -> None:
    """What JupyterLab's Overwrite does with a tab that was opened before an update."""
    (work / LESSON).write_bytes(before)


def test_a_notebook_put_back_by_labs_overwrite_is_merged_again(work):
    before = (work / LESSON).read_bytes()
    update(work)
    merged = (work / LESSON).read_bytes()
    put_back(work, before)
    run = coursekit("update", work)
    assert run.returncode == 0 and "had been put back" in run.stdout
    assert "1 cell brought up to date: Mean and variance" in run.stdout
    assert (work / LESSON).read_bytes() == merged
    assert coursekit("update", work).stdout == "Everything is up to date.\n"


def test_what_was_written_before_the_overwrite_stays(work):
    before = (work / LESSON).read_bytes()
    update(work)
    put_back(work, before)
    rewrite(work / LESSON, batch_var="def batch_var(x): return 7  # typed since")
    [done] = update(work)
    found = read(work / LESSON)
    assert source(found, "batch_var").endswith("typed since")
    assert source(found, "batch_mean") == ANSWER
    assert source(found, "title").startswith("# Mean and variance")
    assert done.backup is not None and update(work) == []


def test_an_overwrite_is_known_where_only_the_answers_own_cell_had_changed(work):
    for path in (work / LESSON, workspace.base(work, LESSON)):
        rewrite(path, title=source(read(shipped_lesson()), "title"))
    base = workspace.base(work, LESSON)
    rewrite(base, batch_mean="def batch_mean(x): ...  # last year's stub")
    before = (work / LESSON).read_bytes()
    update(work)
    put_back(work, before)
    [done] = update(work)
    assert "yours, with the course's new version beside it: batch_mean" in str(done)
    assert update(work) == []


def shipped_lesson() -> Path:
    [path] = [p for p in workspace.shipped() if p.name == LESSON]
    return path


def next_edition(folder: Path, title: str) -> list[Path]:
    """A course with only this lesson, under another title."""
    folder.mkdir()
    (folder / LESSON).write_bytes(shipped_lesson().read_bytes())
    rewrite(folder / LESSON, title=title)
    return [folder / LESSON]


def test_a_notebook_of_any_earlier_edition_is_known(work, tmp_path):
    """Put back, or fetched from the backups, over as many updates as there were."""
    states = [(work / LESSON).read_bytes()]
    for year in ("2", "3", "4"):
        course = next_edition(tmp_path / year, f"# Year {year}")
        update(work, course)
        states.append((work / LESSON).read_bytes())
    for state in states[:-1]:
        put_back(work, state)
        update(work, course)
        assert (work / LESSON).read_bytes() == states[-1]
        assert update(work, course) == []


def test_an_overwrite_after_a_reset_is_known(work):
    before = (work / LESSON).read_bytes()
    reset(work, "01")
    put_back(work, before)
    [done] = update(work)
    found = read(work / LESSON)
    assert "had been put back" in str(done) and source(found, "batch_mean") == ANSWER
    assert source(found, "title").startswith("# Mean and variance")


def test_an_editor_that_drops_the_mark_is_not_taken_for_an_overwrite(work):
    update(work)
    notebook = read(work / LESSON)
    notebook["metadata"] = {}
    (work / LESSON).write_text(json.dumps(notebook), "utf-8")
    before = (work / LESSON).read_bytes()
    assert update(work) == [] and (work / LESSON).read_bytes() == before


@pytest.mark.parametrize("marks", ["{", "[]", '{"": 3}', '{"": "../../x"}'])
def test_marks_that_cannot_be_read_cost_no_update(work, tmp_path, marks):
    update(work)
    (work / ".coursekit" / "editions" / Path(LESSON).stem / "marks.json").write_text(marks)
    course = next_edition(tmp_path / "new", "# New")
    update(work, course)
    assert source(read(work / LESSON), "title") == "# New"


def killed_at_a_random_moment(work: Path, courses: list[Path], rng) -> int:
    """Run the writer, kill it, and return how many checks it said were saved."""
    command = [sys.executable, KILLER, work, *courses]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        saved = int(running.stdout.readline().removeprefix("saved "))  # it has begun to write
        time.sleep(rng.uniform(0, 0.6))
        running.kill()
        for line in running.stdout:
            if line.startswith("saved ") and line.endswith("\n"):
                saved = int(line.removeprefix("saved "))
    return saved


def test_killed_at_ten_random_moments_nothing_is_lost(work, tmp_path):
    """After each SIGKILL notebooks and progress are whole, with all that was in them."""
    courses = [tmp_path / "a", tmp_path / "b"]
    for n, course in enumerate(courses):
        for path in workspace.shipped()[:3]:
            write_whole(course / path.name, path.read_bytes())
        rewrite(course / LESSON, title=f"# Title {n}", batch_var=f"def batch_var(x): {n}")
    rng = random.Random(0)
    for _ in range(10):
        saved = killed_at_a_random_moment(work, courses, rng)
        found = read(work / LESSON)
        assert source(found, "batch_mean") == ANSWER
        for path in workspace.shipped():
            assert {c["id"] for c in read(path)["cells"]} <= {
                c["id"] for c in read(work / path.name)["cells"]
            }
        progress = Attempts(work / ".coursekit" / "progress.json")
        assert progress.by_name["batch_mean"].checks >= saved
    assert not list((work / ".coursekit").glob("*.broken*"))
    update(work)
    assert source(read(work / LESSON), "title").startswith("# Mean and variance")
    assert source(read(work / LESSON), "batch_mean") == ANSWER


NORM, MENDED = "04_batchnorm_forward.ipynb", "def mend_batch_norm(x):\n    return x  # mine"


@pytest.mark.parametrize("touched", [False, True], ids=["as it came", "mended"])
def test_an_answer_that_came_with_the_lesson_is_brought_up_to_date_unless_it_was_touched(
    tmp_path, touched
):
    """Last year's notebook came with another wrong answer: its text is what the learner's had."""
    folder = tmp_path / "work"
    workspace.make(folder)
    for path in (folder / NORM, workspace.base(folder, NORM)):
        rewrite(path, mend_batch_norm="def mend_batch_norm(x):\n    return 2 * x")
    if touched:
        rewrite(folder / NORM, mend_batch_norm=MENDED)
    update(folder)
    found = read(folder / NORM)
    today = source(read(next(p for p in workspace.shipped() if p.name == NORM)), "mend_batch_norm")
    assert source(found, "mend_batch_norm") == (MENDED if touched else today)
    beside = [c for c in found["cells"] if today in "".join(c["source"]) and c["id"] != "mend"]
    assert len(beside) == 1, "the new one stands there, or beside it"
