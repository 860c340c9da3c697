"""Lessons run from top to bottom in a real kernel in which a package cannot be imported."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kernels import Kernel

REPO = Path(__file__).parents[2]
BLOCKER = Path(__file__).parent / "blocked"
SENTENCE = re.compile(r"^Not run: .+ not installed here", re.MULTILINE)


def blocked(*packages: str, **environment: str) -> Kernel:
    path = os.pathsep.join([str(BLOCKER), str(REPO)])
    return Kernel(
        COURSEKIT_TEST_BLOCKED=" ".join(packages),
        PYTHONPATH=path,
        COURSEKIT_QUICK="1",
        COURSEKIT_DEVICE="cpu",
        **environment,
    )


def cells(notebook: str, folder: str = "solutions") -> list[dict]:
    whole = json.loads((REPO / folder / f"{notebook}.ipynb").read_text("utf-8"))
    return [cell for cell in whole["cells"] if cell["cell_type"] == "code"]


def needs(cell: dict) -> list[str]:
    return cell["metadata"].get("coursekit", {}).get("needs", [])


def pictures(html: str) -> set[str]:
    return set(re.findall(r'alt="([^"]+)"', html))


OTHERS = [
    ("01_mean_and_variance", "scipy"),
    ("02_scaling_inputs", "sklearn"),
    ("09_full_layer", "keras"),
]


def runs() -> list[tuple[str, str]]:
    """Every lesson that can be read without PyTorch; the other packages once each."""
    lessons = sorted(path.stem for path in (REPO / "solutions").glob("*.ipynb"))
    free = [name for name in lessons if "torch" not in exercise_packages(name)]
    return [*((name, "torch") for name in free), *OTHERS]


def exercise_packages(lesson: str) -> set[str]:
    """What a lesson's exercises import, whose package is missed by more than its pictures."""
    folder = REPO / "coursekit" / "exercises" / lesson.partition("_")[2]
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    return set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))


@pytest.mark.parametrize("notebook, package", runs())
def test_a_solved_lesson_runs_to_its_end_and_shows_what_is_stored(notebook, package, tmp_path):
    told = []
    with blocked(package, COURSEKIT_WORKSPACE=str(tmp_path)) as kernel:
        for cell in cells(notebook):
            shown = kernel.run("".join(cell["source"]))
            assert not shown.error, f"{cell['id']}: {shown.error}"
            if package in needs(cell):
                assert SENTENCE.search(shown.text), f"{cell['id']}: {shown.text}"
            if SENTENCE.search(shown.text):
                told.append(cell["id"])
                for output in cell["outputs"]:
                    _is_shown(output, shown)
            if cell["id"].startswith("check-"):
                judged = "✓" in shown.text or "Nothing was judged" in shown.text
                assert judged, f"{cell['id']}: {shown.text}"
    assert bool(told) == any(package in needs(cell) for cell in cells(notebook))


def _is_shown(output: dict, shown) -> None:
    if output["output_type"] == "stream":
        assert "".join(output["text"]).strip() in shown.text
    else:
        assert pictures("".join(output["data"].get("text/html", ""))) <= pictures(shown.html)


def test_a_learners_notebook_runs_to_its_end_too_before_anything_is_solved(tmp_path):
    with blocked("torch", "scipy", COURSEKIT_WORKSPACE=str(tmp_path)) as kernel:
        for cell in cells("04_batchnorm_forward", "notebooks"):
            shown = kernel.run("".join(cell["source"]))
            assert not shown.error, f"{cell['id']}: {shown.error}"
            assert "check itself failed" not in shown.text


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with blocked("torch", COURSEKIT_WORKSPACE=str(tmp_path_factory.mktemp("work"))) as kernel:
        kernel.run("import numpy as np\nfrom coursekit import check, hint, use, progress")
        yield kernel


def cell_of(notebook: str, name: str) -> str:
    return next("".join(c["source"]) for c in cells(notebook) if c["id"] == name)


def test_an_exercise_that_needs_torch_says_so_and_counts_no_attempt(kernel):
    kernel.run("class BatchNorm:\n    pass")
    for call in ("check(BatchNorm)", "hint(BatchNorm)", "use(BatchNorm)"):
        shown = kernel.run(call)
        assert not shown.error and "needs PyTorch, which is not installed here" in shown.text, call
        assert "-m pip install torch" in shown.text
        assert "failed" not in shown.text


def test_a_right_answer_in_torch_is_not_called_wrong_where_torch_is_missing(kernel):
    inside = "def batch_mean(x):\n    import torch\n    return torch.tensor(x).mean(0)"
    outside = "def batch_mean(x):\n    return torch.tensor(x).mean(0)"
    for answer in (inside, outside):
        kernel.run(answer)
        shown = kernel.run("check(batch_mean)")
        assert "your answer needs PyTorch" in shown.text
        assert "Nothing was judged" in shown.text
    kernel.run("def batch_mean(x):\n    return x.mean(0)")
    assert "✓" in kernel.run("check(batch_mean)").text


def test_progress_is_shown_without_the_lessons_that_cannot_be_loaded(kernel):
    shown = kernel.run("progress()")
    assert not shown.error
    assert "Lesson 09 needs PyTorch" in shown.text and "batch_mean" in shown.text + shown.html


def test_a_name_that_a_cell_would_have_made_is_not_missed_but_made_anew_it_serves(kernel):
    kernel.run(cell_of("04_batchnorm_forward", "borrowed"))
    shown = kernel.run(cell_of("04_batchnorm_forward", "torch-refuses"))
    assert SENTENCE.search(shown.text) and not shown.error
    kernel.run("layer = 3")
    assert kernel.run("print(layer + 1)").text.strip() == "4"


def test_an_edited_cell_of_the_course_is_known_by_its_id(kernel):
    kernel.run(cell_of("04_batchnorm_forward", "one-feature"))
    edited = cell_of("04_batchnorm_forward", "borrowed") + "\nprint('mine')"
    shown = kernel.run(edited, "borrowed")
    assert SENTENCE.search(shown.text) and "24 of 24 outputs change" in shown.text


def test_a_learners_own_cell_gets_pythons_own_error(kernel):
    kernel.run(cell_of("04_batchnorm_forward", "borrowed"))
    assert kernel.run("import torch").error.startswith("ModuleNotFoundError")
    shown = kernel.run("print(moves)")
    assert shown.error.startswith("NameError")
    assert "`moves` comes of a cell that needs PyTorch" in shown.text


def test_a_cell_that_only_finds_out_while_it_runs_is_shown_from_what_is_stored(tmp_path):
    with blocked("scipy", COURSEKIT_WORKSPACE=str(tmp_path)) as kernel:
        kernel.run("from coursekit import check; check")
        cell = next(c for c in cells("01_mean_and_variance") if c["id"] == "the-table")
        assert "scipy" not in needs(cell)
        shown = kernel.run("".join(cell["source"]))
        assert SENTENCE.search(shown.text) and not shown.error
        assert "mean area" in shown.text


def test_where_all_is_installed_nothing_stands_before_a_cell():
    with Kernel() as kernel:
        kernel.run("from coursekit import check; check")
        said = kernel.run("print(get_ipython().ast_transformers)").text
        assert said.strip() == "[]"


def test_doctor_says_what_each_missing_package_costs():
    path = os.pathsep.join([str(BLOCKER), str(REPO)])
    env = {**os.environ, "PYTHONPATH": path, "COURSEKIT_TEST_BLOCKED": "torch keras"}
    command = [sys.executable, "-m", "coursekit", "doctor"]
    run = subprocess.run(command, env=env, capture_output=True, text=True)
    said = dict(re.findall(r"✗ (torch|keras) [^;]+; (\d+ cells of lesson.+)", run.stdout))
    for package in said:
        shown, needy = those(package)
        assert f"lesson{'s' * (len(shown) > 1)} {', '.join(shown)} show" in said[package]
        assert f"exercises of lesson {', '.join(needy)} need it" in said[package] or not needy
    assert {"torch", "keras"} == set(said) and "09" in those("torch")[1]


def those(package: str) -> tuple[list[str], list[str]]:
    """The numbers of the lessons whose cells need a package, and of those whose exercises do."""
    lessons = sorted(path.stem for path in (REPO / "solutions").glob("*.ipynb"))
    shown = [name[:2] for name in lessons if any(package in needs(c) for c in cells(name))]
    return shown, [name[:2] for name in lessons if package in exercise_packages(name)]
