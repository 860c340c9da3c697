"""What `coursekit new` leaves is a tree on which the tests that concern it pass."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
TREE = ("coursekit", "solutions", "notebooks", "tests", "docs", "README.md", "pyproject.toml")
SKIPPED = shutil.ignore_patterns("__pycache__", "submissions", "panels", ".*")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    for name in TREE:
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, folder / name, ignore=SKIPPED)
        else:
            shutil.copy(REPO / name, folder)
    return folder


def run(tree: Path, *command: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSEKIT_")}
    environment |= {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    command = (sys.executable, "-m", *command)
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)


def new(tree: Path, *words: str) -> list[str]:
    """The files that it says it has written."""
    done = run(tree, "coursekit", "new", *words)
    assert done.returncode == 0, done.stderr
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("written")]


def holds(tree: Path, names: str, *files: str) -> None:
    """The tests of these files that concern these names pass, and there are some."""
    options = ("--no-cov", "-q", "-x", "-p", "no:cacheprovider", "-k", names)
    done = run(tree, "pytest", *options, *files)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout[-3000:]


def tidy(tree: Path, *pages: str) -> None:
    for command in (
        ("ruff", "check", "coursekit", "solutions"),
        ("ruff", "format", "--check", "coursekit", "solutions"),
        ("coursekit", "build", "--check", *pages),
    ):
        done = run(tree, *command)
        assert done.returncode == 0, done.stdout + done.stderr


def left(tree: Path) -> str:
    return run(tree, "coursekit", "new", "left").stdout


@pytest.mark.timeout(600)
def test_a_new_lesson_and_an_exercise_in_it_pass_what_concerns_them(tree):
    assert left(tree) == ""
    written = new(tree, "lesson", "layer_sizes", "--number", "18")  # 17 are planned
    pages = ["notebooks/18_layer_sizes.ipynb", "solutions/18_layer_sizes.ipynb"]
    first = ["notebooks/00_start_here.ipynb", "solutions/00_start_here.ipynb"]  # lists them all
    listing = ["README.md", "docs/README.md", "docs/instructor-guide.md"]
    assert written[-7:] == [*pages, *first, *listing]
    written = new(tree, "exercise", "layer_sizes", "widen")
    home = "coursekit/exercises/layer_sizes"
    assert written[:2] == [f"{home}/widen.py", f"{home}/widen_mistakes.txt"]
    tidy(tree, "layer_sizes")
    concerned = (
        "test_lessons.py",
        "test_exercises.py",
        "test_nbval_policy.py",
        "test_solutions.py",
    )
    holds(tree, "layer_sizes or widen", *(f"tests/{name}" for name in concerned))
    todo = left(tree).splitlines()
    assert all("FILL IN" in line for line in todo)
    places = {line.partition(":")[0].rpartition("/")[2] for line in todo}
    assert places >= {
        "18_layer_sizes.py",
        "widen.py",
        "widen_mistakes.txt",
        "quiz.py",
        "__init__.py",
    }
    assert f'{home}/__init__.py:1: """Exercises of solutions/18_layer_sizes.py: FILL IN' in todo[0]


@pytest.mark.timeout(600)
def test_a_new_mistake_is_the_edit_that_makes_it_or_the_function_itself(tree):
    wrong = tree / "squared.py"
    wrong.write_text("def keras_momentum(m):\n    return m * m\n", "utf-8")
    [written] = new(tree, "mistake", "keras_momentum", "--from", "squared.py")
    assert written == "coursekit/exercises/running_statistics/keras_momentum_mistakes.txt"
    said = (tree / written).read_text("utf-8")
    assert said.endswith(
        "\n\nsquared: FILL IN: what was done, and what was asked for.\n- 1 - m\n+ m * m\n"
    )
    wrong.write_text(OTHER, "utf-8")
    [written] = new(tree, "mistake", "batch_mean", "--from", "squared.py")
    assert written == "coursekit/exercises/mean_and_variance/batch_mean.py"
    assert "def largest_half(x):" in (tree / written).read_text("utf-8")
    cluster = tree / "keras_momentum_1f3a9c.py"
    cluster.write_text("# two answers behave alike\ndef keras_momentum(m):\n    return m + m\n")
    [written] = new(tree, "mistake", "--from", cluster.name)
    assert "\nkeras_momentum_1f3a9c: FILL IN" in (tree / written).read_text("utf-8")
    cluster.unlink()
    wrong.unlink()
    tidy(tree, "01", "07")
    holds(tree, "squared or 1f3a9c or largest_half or (fit and (keras_momentum or batch_mean))",
          "tests/test_exercises.py")  # fmt: skip


OTHER = """\
def largest_half(x):
    found = []
    for column in x.T:
        ordered = sorted(column)
        upper = ordered[len(ordered) // 2 :]
        found.append(sum(upper) / len(upper))
    return np.array(found)
"""


@pytest.mark.parametrize(
    "words, told",
    [
        (("lesson", "mean_and_variance"), "a lesson is called 'mean_and_variance' already"),
        (("lesson", "Means"), "write it in small letters"),
        (("lesson", "two-norms"), "cannot name a lesson"),
        (("lesson", "other", "--number", "4"), "that of 04_batchnorm_forward; choose another"),
        (("exercise", "nothing", "f"), "no lesson is called 'nothing'; choose one of start_here"),
        (("exercise", "scaling_inputs", "class"), "cannot name an exercise"),
        (("exercise", "batchnorm_forward", "batch_mean"), "'batch_mean' already"),
        (("exercise", "scaling_inputs", "seventh"), "6 are the most"),
        (("exercise", "start_here", "second"), "lacks the import of predictions"),
        (("mistake", "batch_meen", "--from", "w.py"), "Did you mean 'batch_mean'?"),
        (("mistake", "batch_mean", "--from", "none.py"), "cannot be read as Python"),
        (("mistake", "batch_mean", "--from", "w.py"), "is right: give it to the exercise as an"),
        (("mistake", "batch_mean", "--from", "known.py"), "is 'mean_axis_1', which is known"),
        (("mistake", "batch_mean", "--from", "known.py", "--name", "mean_axis_1"), "is taken"),
        (("mistake", "batch_mean", "--from", "known.py", "--name", "a b"), "cannot name a mistake"),
        (("mistake", "batch_mean", "--from", "two.py"), "there is one, two"),
        (("mistake", "batch_mean", "--from", "raises.py"), "cannot be defined: NameError"),
    ],
)
def test_what_cannot_be_begun_is_told_and_changes_nothing(tree, words, told, monkeypatch, capsys):
    from coursekit.cli import main

    files = {
        "w.py": "def batch_mean(x):\n    return x.mean(0)\n",
        "known.py": "def batch_mean(x):\n    return x.mean(axis=1)\n",
        "two.py": "def one(x):\n    return x\n\n\ndef two(x):\n    return x\n",
        "raises.py": "def batch_mean(x) -> missing:\n    return x\n",
    }
    for name, text in files.items():
        (tree / name).write_text(text, "utf-8")
    before = {p: p.stat().st_mtime_ns for p in tree.rglob("*") if p.suffix in (".py", ".txt")}
    monkeypatch.chdir(tree)
    assert main(["new", *words]) == 2
    assert told in capsys.readouterr().err
    after = {p: p.stat().st_mtime_ns for p in tree.rglob("*") if p.suffix in (".py", ".txt")}
    assert after == before


@pytest.mark.skipif(not os.environ.get("CI"), reason="a working copy may have begun something")
def test_nothing_is_left_to_fill_in():
    from coursekit.authoring.new import left

    assert [*left(REPO)] == []
