"""What `make quick` runs after which change."""

import os
import subprocess
import sys

import pytest
import quick
from reach import REPO, Reach, changed, mirrors

REACH = Reach()


def nearest(path):
    return list(REACH.reached([path]))


def test_a_changed_module_reaches_its_own_tests_first_then_those_of_its_users():
    steps = REACH.reached(["coursekit/checking/limits/clock.py"])
    assert next(iter(steps)) == "tests/checking/test_clock.py"
    assert steps["tests/checking/test_clock.py"] == 0 < steps["tests/checking/test_guard.py"]
    assert steps["tests/checking/test_guard.py"] < steps["tests/checking/test_judge_failed.py"]
    assert list(steps.values()) == sorted(steps.values())


def test_what_the_command_uses_reaches_who_runs_the_command():
    assert "tests/test_cli.py" in nearest("coursekit/doctor.py")


@pytest.mark.parametrize(
    "path, test",
    [
        ("coursekit/widgets/dot_plot.js", "tests/widgets/test_frames.py"),
        ("coursekit/bibliography.toml", "tests/test_lessons.py"),
        ("coursekit/sandbox/inside/watch.py", "tests/sandbox/test_zygotes.py"),
        ("README.md", "tests/authoring/test_readme.py"),
        ("tests/kernels.py", "tests/test_kernel_lives.py"),
        ("tests/grading/conftest.py", "tests/grading/test_pool.py"),
        ("tests/checking/toy.py", "tests/checking/test_ladder.py"),
        ("solutions/04_batchnorm_forward.py", "tests/test_lessons.py"),
        ("tests/test_bars.py", "tests/test_bars.py"),
    ],
)
def test_what_is_no_module_reaches_who_uses_it(path, test):
    assert test in nearest(path)


def test_what_no_test_knows_reaches_none():
    assert nearest("LICENSE" + ".old") == []
    assert quick.chosen([]) == ([], set())


def test_a_changed_exercise_is_proven_and_no_other():
    folder = "coursekit/exercises/batchnorm_forward"
    files, names = quick.chosen([f"{folder}/batch_norm_mistakes.txt"])
    assert names == {"batch_norm", "batchnorm_forward"}
    assert files[:2] == [quick.PROOF, quick.SOLVED]
    assert quick.exercises([f"{folder}/batch_norm.py"]) == {"batch_norm"}
    assert quick.exercises(["coursekit/exercises/full_layer/BatchNorm_mistakes.txt"]) == {
        "BatchNorm"
    }


def test_what_a_lesson_has_in_common_changes_all_its_exercises():
    found = quick.exercises(["coursekit/exercises/full_layer/life.py"])
    assert found == {
        "BatchNorm", "MendInputNorm", "conv_to_torch", "dense_to_torch", "keras_to_torch",
    }  # fmt: skip


def test_modules_are_mirrored_by_room():
    assert mirrors("coursekit/checking/limits/clock.py") == "tests/checking/test_clock"
    assert mirrors("coursekit/bars.py") == "tests/test_bars"
    assert mirrors("coursekit/deploy/__init__.py") == "tests/test_deploy"


def git(folder, *words):
    who = ["-c", "user.name=n", "-c", "user.email=e"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_changed_is_what_the_branch_did_and_what_nobody_committed(tmp_path):
    git(tmp_path, "init", "-b", "main")
    for name in ("kept", "branched", "edited", "removed"):
        (tmp_path / name).write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "begin")
    assert changed(tmp_path) == []
    git(tmp_path, "checkout", "-b", "mine")
    (tmp_path / "branched").write_text("2")
    git(tmp_path, "commit", "-am", "branch")
    (tmp_path / "edited").write_text("2")
    (tmp_path / "removed").unlink()
    (tmp_path / "new").write_text("1")
    assert changed(tmp_path) == ["branched", "edited", "new", "removed"]


def test_where_the_time_is_over_no_test_begins(tmp_path):
    (tmp_path / "test_one.py").write_text("def test_it():\n    assert False\n")
    code = (
        "import pytest, quick; limits = quick.Limits(set(), 0.0); "
        f"code = pytest.main(['-q', '-p', 'no:nbval', {str(tmp_path)!r}], plugins=[limits]); "
        "print(code, limits.left)"
    )
    env = os.environ | {"PYTHONPATH": f"{REPO / 'tests'}:{REPO}"}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True).stdout
    assert said.splitlines()[-1] == "0 1", said


def test_each_check_is_a_command_that_is_there():
    for name, command in quick.CHECKS.items():
        assert (REPO / command[0]).exists(), name
