"""Real nbgrader takes what we build: validates it, releases it, grades what comes back.

nbgrader lives in a virtual environment of its own, .venv-nbgrader, which the first run makes from
tests/nbgrader.lock; its kernel is this course's Python, as in a real course.
"""

import hashlib
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit import exercises
from coursekit.authoring.build import build
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.nbgrader import CONFIG, assignment, write
from coursekit.checking import Exercise
from coursekit.learning import score

REPO = Path(__file__).parents[2]
LOCK = REPO / "tests" / "nbgrader.lock"
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
MEANS = "01_mean_and_variance"
SOURCE = REPO / "solutions" / f"{MEANS}.py"
POINTS = {"batch_var": 2, "moments": 2, "welford_update": 2, "merge_moments": 2, "stable_var32": 2}
WARM_UPS = ["batch_mean"]
CHECKSUMS = """
import json, sys
from nbformat import from_dict
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum
for path in sys.argv[1:]:
    notebook = from_dict(json.load(open(path)))
    for cell in notebook.cells:
        cell.source = "".join(cell.source)
        if "nbgrader" in cell.metadata:
            assert cell.metadata.nbgrader.checksum == compute_checksum(cell), cell
    MetadataValidator().validate_nb(notebook)
    print("good", path)
"""


def code(notebook):
    return {c["id"]: "".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"}


def flags(notebook):
    return {c["id"]: c["metadata"].get("nbgrader") for c in notebook["cells"]}


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_every_exercise_has_an_answer_and_a_test_worth_its_points(source):
    made, tasks = assignment(source, 5), exercises.load(lesson_name(source))
    marked = flags(made)
    for name, task in tasks.items():
        if isinstance(task, Exercise):
            test = marked[f"check-{name}"]
            assert test["locked"] and test["grade"] == bool(task.points)
            assert test.get("points", 0) == task.points
            assert (marked[name] is None) == bool(task.planted)
            assert task.planted or (marked[name]["solution"] and not marked[name]["grade"])
    for name, text in code(made).items():
        assert text.count("### BEGIN SOLUTION") == text.count("### END SOLUTION")
        assert ("SOLUTION" in text) == bool(marked[name] and marked[name]["solution"]), name


def test_a_planted_mistake_and_the_questions_stay_as_learners_get_them():
    source = REPO / "solutions" / "00_start_here.py"
    made, learners = code(assignment(source, 5)), code(build(source))
    for name in ("standardize", "predict_outlier"):
        assert made[name] == learners[name]


def test_hidden_tests_draw_other_inputs_than_the_learner_sees_and_others_each_time(tmp_path):
    assert "score(moments, seed=5)" in code(assignment(SOURCE, 5))["check-moments"]
    texts = set()
    for folder in ("a", "b"):
        [notebook, config] = write([SOURCE], tmp_path / folder)
        texts.add(notebook.read_text("utf-8"))
        assert config.read_text("utf-8") == CONFIG
    assert len(texts) == 2
    (tmp_path / "a" / "nbgrader_config.py").write_text("mine")
    assert len(list(write([SOURCE], tmp_path / "a"))) == 1


def batch_var(x, ddof=0):
    return x.var(axis=0, ddof=ddof, keepdims=True)


@pytest.mark.parametrize("seed", [0, 5])
def test_the_score_of_a_test_is_a_plain_float_below_the_panel(seed, capsys):
    """A NumPy number would show itself as np.float64(1.0), which nbgrader takes for full marks."""
    points = score(batch_var, seed=seed)
    assert type(points) is float and points == 1
    assert "batch_var: partly right" in capsys.readouterr().out


def test_an_answer_to_nothing_scores_nothing(capsys):
    assert score(print) == score(print, seed=5) == score("predict_one_pass", seed=5) == 0.0


# -- with nbgrader itself -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def nbgrader_bin():
    """The programs of an environment that holds what the lock says, made once."""
    venv = REPO / ".venv-nbgrader"
    stamp, wanted = venv / "stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        uv = [sys.executable, "-m", "uv", "pip", "install", "--python", venv / "bin" / "python"]
        uv += ["--quiet", "--no-deps", "-r", LOCK]  # the lock is complete
        done = subprocess.run(uv, capture_output=True, text=True, check=False)
        if done.returncode and not os.environ.get("CI"):
            pytest.skip(f"nbgrader cannot be installed here: {done.stderr[-300:]}")
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)
    return venv / "bin"


class Course:
    """A course folder, and nbgrader in it."""

    def __init__(self, folder: Path, programs: Path):
        self.folder, self.programs = folder, programs
        kernel = folder / "jupyter" / "kernels" / "python3" / "kernel.json"
        kernel.parent.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        about = {"argv": argv, "display_name": "Python 3", "language": "python"}
        kernel.write_text(json.dumps(about))
        paths = {"JUPYTER_PATH": str(folder / "jupyter"), "PYTHONPATH": str(REPO)}
        more = {"COURSEKIT_QUICK": "1", "HOME": str(folder), "OMP_NUM_THREADS": "1"}
        more |= {"PATH": f"{programs}:{os.environ['PATH']}"}  # nbgrader calls alembic by name
        self.environment = {**os.environ, **paths, **more}

    def run(self, *commands: str) -> list[str]:
        """What each command said; they run side by side."""
        running = [
            subprocess.Popen(
                [self.programs / words[0], *words[1:]], cwd=self.folder, env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            for words in map(shlex.split, commands)
        ]  # fmt: skip
        said = [process.communicate()[0] for process in running]
        for process, words in zip(running, said, strict=True):
            assert process.returncode == 0, words
        return said

    def hand_in(self, student: str, answers: dict[str, str], *, tidy: bool = False) -> None:
        """Put a student's answers into the notebook that was released; the tidy delete demos."""
        released = self.folder / "release" / MEANS / f"{MEANS}.ipynb"
        notebook = json.loads(released.read_text("utf-8"))
        if tidy:
            notebook["cells"] = [
                c for c in notebook["cells"] if "demo" not in c["metadata"].get("tags", [])
            ]
        for cell in notebook["cells"]:
            cell["source"] = answers.get(cell["id"], cell["source"])
        path = self.folder / "submitted" / student / MEANS / f"{MEANS}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), "utf-8")

    def scores(self) -> dict[str, dict[str, float]]:
        """student -> exercise -> points, out of nbgrader's gradebook; nothing may be left open."""
        found: dict[str, dict[str, float]] = {}
        with sqlite3.connect(self.folder / "gradebook.db") as book:
            rows = book.execute(
                "select a.student_id, c.name, g.auto_score, g.needs_manual_grade from grade g "
                "join submitted_notebook n on g.notebook_id = n.id "
                "join submitted_assignment a on n.assignment_id = a.id "
                "join base_cell c on g.cell_id = c.id"
            )
            for student, cell, points, manual in rows:
                assert not manual
                found.setdefault(student, {})[cell.removeprefix("check-")] = points
        return found


@pytest.fixture(scope="module")
def course(nbgrader_bin, tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    list(write(SOURCES, folder))
    return Course(folder, nbgrader_bin)


@pytest.mark.timeout(600)  # the first time, the environment is made
def test_nbgrader_finds_our_metadata_and_checksums_right(course):
    notebooks = sorted(map(str, course.folder.glob("source/*/*.ipynb")))
    [said] = course.run(shlex.join(["python", "-c", CHECKSUMS, *notebooks]))
    assert said.count("good") == len(notebooks) == len(SOURCES)


@pytest.mark.timeout(600)
def test_nbgrader_validates_releases_and_grades_a_lesson(course):
    notebook = f"{MEANS}/{MEANS}.ipynb"
    validated, _ = course.run(
        f"nbgrader validate source/{notebook}", f"nbgrader generate_assignment {MEANS}"
    )
    assert "Success" in validated
    released = json.loads((course.folder / "release" / notebook).read_text("utf-8"))
    text = "\n".join(code(released).values())
    assert "SOLUTION" not in text and "HIDDEN" not in text and "seed=" not in text
    assert text.count("raise NotImplementedError()") == len(POINTS) + len(WARM_UPS)
    solved = {k: v for k, v in code(build(SOURCE, solved=True)).items() if k in POINTS}
    course.hand_in("solved", solved)
    course.hand_in("untouched", {})
    half = "def batch_var(x, ddof=0):\n    return x.var(axis=0, ddof=ddof, keepdims=True)"
    wrong = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"
    answers = {"batch_var": half, "welford_update": wrong, "moments": solved["moments"]}
    course.hand_in("partly", answers, tidy=True)
    # Beside it the Validate button, on the notebook as released: it says what is still to do.
    _, todo = course.run(f"nbgrader autograde {MEANS}", f"nbgrader validate release/{notebook}")
    assert f"FAILED ON {len(POINTS)} CELL" in todo.upper()
    nothing = dict.fromkeys(POINTS, 0)
    assert course.scores() == {
        "solved": POINTS,
        "untouched": nothing,
        "partly": nothing | {"batch_var": 1, "moments": 2},
    }
