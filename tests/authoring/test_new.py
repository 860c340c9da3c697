"""What `coursekit new` leaves is a tree on which the tests that concern it pass."""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from authoring.touches import differ

REPO = Path(__file__).parents[2]
TREE = ("coursekit", "solutions", "notebooks", "tests", "docs")
TREE += ("README.md", "CONTRIBUTING.md", "pyproject.toml")
SKIPPED = shutil.ignore_patterns("__pycache__", "submissions", "panels", ".*")
PROVEN = ("test_lessons", "test_exercises", "test_nbval_policy", "test_solutions")
# All of what is new; of what was there, that it is fit to be set with another mistake in it.
CONCERNED = (
    "layer_sizes or widen or (keras_momentum and (fit or squared or 1f3a9c)) "
    "or (batch_mean and (fit or largest_half))"
)
HOME = "coursekit/exercises"
OTHER = """\
def largest_half(x):
    found = []
    for column in x.T:
        ordered = sorted(column)
        upper = ordered[len(ordered) // 2 :]
        found.append(sum(upper) / len(upper))
    return np.array(found)
"""

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    for name in TREE:
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, folder / name, ignore=SKIPPED)
        else:
            shutil.copy(REPO / name, folder)
    return folder


def run(tree: Path, *command: str) -> str:
    """What Python prints in the tree, which it leaves without an error."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSEKIT_")}
    environment |= {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    command = (sys.executable, *command)
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def new(tree: Path, *words: str) -> list[str]:
    """The files that it says it has written."""
    lines = run(tree, "-m", "coursekit", "new", *words).splitlines()
    return [line.split()[1] for line in lines if line.startswith("written")]


def mistake(tree: Path, exercise: str | None, file: str, code: str) -> str:
    """The file that a wrong function is written to."""
    from coursekit.authoring import new_mistake

    (tree / file).write_text(code, "utf-8")
    written = new_mistake.write(tree, exercise, tree / file)
    (tree / file).unlink()
    return written.relative_to(tree).as_posix()


def files(tree: Path) -> dict[str, str]:
    """A digest of every file that is kept."""
    found = [path for path in tree.rglob("*") if path.is_file()]
    named = {path.relative_to(tree).as_posix(): path for path in found}
    kept = {name for name in named if "__pycache__" not in name and name[0] != "."}
    return {name: sha256(named[name].read_bytes()).hexdigest() for name in kept}


@pytest.fixture(scope="module")
def begun(tree):
    """A lesson, an exercise in it and mistakes: what was said of them, and which files changed."""
    from coursekit.authoring.new import left

    said, states, todo = {}, [files(tree)], [[*left(tree)]]

    def changed() -> set[str]:
        states.append(files(tree))
        before, after = states[-2:]
        return {name for name in before | after if before.get(name) != after.get(name)}

    said["lesson"] = new(tree, "lesson", "layer_sizes", "--number", "18")  # 17 are planned
    touched = {"a lesson": changed()}
    said["exercise"] = new(tree, "exercise", "18", "widen")
    touched["an exercise"] = changed()
    todo.append([*left(tree)])
    square = "def keras_momentum(m):\n    return m * m\n"
    double = "# two answers behave alike\ndef keras_momentum(m):\n    return m + m\n"
    said["edit"] = mistake(tree, "keras_momentum", "squared.py", square)
    said["cluster"] = mistake(tree, None, "keras_momentum_1f3a9c.py", double)
    touched["a mistake"] = changed()
    run(tree, "tests/proofs.py", "widen", "keras_momentum")
    proven = changed()
    for kind, other in (("an exercise", "keras_momentum"), ("a mistake", "widen")):
        touched[kind] |= {name for name in proven if other not in name}
    said["function"] = mistake(tree, "batch_mean", "squared.py", OTHER)
    return SimpleNamespace(said=said, touched=touched, todo=todo)


def test_a_new_lesson_and_an_exercise_in_it_are_written_and_say_what_is_to_be_filled_in(begun):
    pages = ["notebooks/18_layer_sizes.ipynb", "solutions/18_layer_sizes.ipynb"]
    first = ["notebooks/00_start_here.ipynb", "solutions/00_start_here.ipynb"]  # lists them all
    listing = ["README.md", "docs/README.md", "docs/instructor-guide.md"]
    assert begun.said["lesson"][-7:] == [*pages, *first, *listing]
    written = [f"{HOME}/layer_sizes/widen.py", f"{HOME}/layer_sizes/widen_mistakes.txt"]
    assert begun.said["exercise"][:2] == written
    before, todo = begun.todo
    assert before == [] and all("FILL IN" in line for line in todo)
    places = {line.partition(":")[0].rpartition("/")[2] for line in todo}
    own = {"18_layer_sizes.py", "widen.py", "widen_mistakes.txt", "quiz.py", "__init__.py"}
    assert places >= own
    about = '__init__.py:1: """Exercises of solutions/18_layer_sizes.py: FILL IN'
    assert f"{HOME}/layer_sizes/{about}" in todo[0]


def test_a_new_mistake_is_the_edit_that_makes_it_or_the_function_itself(tree, begun):
    edited = f"{HOME}/running_statistics/keras_momentum_mistakes.txt"
    assert begun.said["edit"] == begun.said["cluster"] == edited
    text = (tree / edited).read_text("utf-8")
    edit = "squared: FILL IN: what was done, and what was asked for.\n- 1 - m\n+ m * m\n"
    assert f"\n\n{edit}\nkeras_momentum_1f3a9c: FILL IN" in text
    assert begun.said["function"] == f"{HOME}/mean_and_variance/batch_mean.py"
    assert "def largest_half(x):" in (tree / begun.said["function"]).read_text("utf-8")


def test_what_is_begun_passes_what_concerns_it(tree, begun):
    run(tree, "-m", "ruff", "check", "coursekit", "solutions")
    run(tree, "-m", "ruff", "format", "--check", "coursekit", "solutions")
    run(tree, "-m", "coursekit", "build", "--check", "layer_sizes", "01", "07")
    options = ("--no-cov", "-q", "-x", "-p", "no:cacheprovider", "-k", CONCERNED)
    told = run(tree, "-m", "pytest", *options, *(f"tests/{name}.py" for name in PROVEN))
    assert " passed" in told


@pytest.mark.parametrize("kind", ["a lesson", "an exercise", "a mistake"])
def test_what_is_begun_changes_the_files_of_its_row_in_contributing_and_no_others(begun, kind):
    others, idle = differ(kind, begun.touched[kind])
    assert others == [], "write them into the table, or make the change smaller"
    assert idle == []


@pytest.mark.parametrize(
    "words, told",
    [
        (("lesson", "mean_and_variance"), "a lesson is called 'mean_and_variance' already"),
        (("lesson", "Means"), "write it in small letters"),
        (("lesson", "two-norms"), "cannot name a lesson"),
        (("lesson", "other", "--number", "4"), "that of 04_batchnorm_forward; choose another"),
        (
            ("exercise", "nothing", "f"),
            "no lesson is called 'nothing'; choose one of 00_start_here",
        ),
        (("exercise", "scaling_inputs", "class"), "cannot name an exercise"),
        (("exercise", "batchnorm_forward", "batch_mean"), "'batch_mean' already"),
        (("exercise", "scaling_inputs", "seventh"), "has 6 exercises to write; 6 are the most"),
        (("exercise", "07", "seventh"), "running_statistics has 6 exercises to write"),
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
