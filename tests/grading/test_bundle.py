"""The zip for Gradescope grades a submission in folders like Gradescope's, by its own script."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest

from coursekit.cli import main
from coursekit.errors import GradeError
from coursekit.grading import bundle
from grading.make_submissions import FOLDER, MEANS
from grading.test_gradescope import SCHEMA

ADA = FOLDER / "ada_solved" / f"{MEANS}.ipynb"
PACK = Path(__file__).parents[1] / "packs" / "assignment2.py"


class Autograder:
    """A folder laid out as /autograder is, with this Python in place of the one setup.sh makes."""

    def __init__(self, root: Path, archive: Path):
        self.root = root
        with zipfile.ZipFile(archive) as content:
            content.extractall(root / "source")
        python = root / "venv" / "bin" / "python"
        for folder in (python.parent, root / "submission", root / "results"):
            folder.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        script = root / "run_autograder"  # Gradescope copies it there, and makes it executable
        shutil.copy(root / "source" / "run_autograder", script)
        script.chmod(0o755)

    def hand_in(self, source: Path, name: str) -> None:
        path = self.root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)

    def run(self, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess:
        environment = {"PATH": path, "AUTOGRADER_ROOT": str(self.root), "HOME": str(self.root)}
        return subprocess.run(
            [self.root / "run_autograder"], cwd=self.root, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    @property
    def results(self) -> dict:
        text = (self.root / "results" / "results.json").read_text("utf-8")
        jsonschema.validate(made := json.loads(text), SCHEMA)
        return made


@pytest.fixture
def autograder(tmp_path):
    def make(*options: str, lesson: str = MEANS) -> Autograder:
        archive = tmp_path / "autograder.zip"
        assert main(["gradescope", lesson, "--out", str(archive), *options]) == 0
        return Autograder(tmp_path / "autograder", archive)

    return make


@pytest.mark.needs("bwrap")
def test_a_submission_is_graded_in_the_sandbox_whatever_its_file_is_called(autograder):
    one = autograder()
    one.hand_in(ADA, "my homework (1).ipynb")
    one.hand_in(ADA, "__MACOSX/._my homework (1).ipynb")
    done = one.run()
    assert done.returncode == 0, done.stdout + done.stderr
    made = one.results
    assert (made["score"], made["extra_data"]["sandbox"]) == (10, "bubblewrap")
    assert sum(test.get("max_score", 0) for test in made["tests"]) == 10
    assert "without a sandbox" not in made["output"]


@pytest.mark.needs("bwrap")
def test_the_notebook_named_after_the_lesson_counts_and_two_of_them_are_refused(autograder):
    one = autograder()
    one.hand_in(FOLDER / "cem_untouched" / f"{MEANS}.ipynb", "scratch.ipynb")
    one.hand_in(ADA, f"work/{MEANS}.ipynb")
    assert one.run().returncode == 0 and one.results["score"] == 10
    one.hand_in(ADA, "mean_and_variance.ipynb")
    assert one.run().returncode == 0 and one.results["score"] == 0
    assert "Hand in one notebook" in one.results["output"]


def test_nothing_handed_in_is_said_to_the_learner(autograder):
    one = autograder()
    assert one.run().returncode == 0
    assert one.results["score"] == 0 and "what came is no notebook" in one.results["output"]


def test_where_namespaces_are_refused_no_score_is_made_up(autograder, tmp_path):
    """As in Gradescope's containers: bwrap is there and is not let."""
    one = autograder()
    one.hand_in(ADA, f"{MEANS}.ipynb")
    refused = tmp_path / "bin" / "bwrap"
    refused.parent.mkdir()
    refused.write_text("#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n")
    refused.chmod(0o755)
    done = one.run(f"{refused.parent}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "cannot make a sandbox here: No permissions to create a new namespace" in done.stdout
    assert not (one.root / "results" / "results.json").exists()


def test_without_a_sandbox_only_if_asked_and_the_results_say_so(autograder):
    one = autograder("--sandbox", "none")
    one.hand_in(ADA, f"{MEANS}.ipynb")
    assert one.run().returncode == 0
    assert one.results["score"] == 10 and one.results["extra_data"]["sandbox"] == "none"
    assert "Graded without a sandbox." in one.results["output"]


def test_the_zip_has_what_gradescope_documents_at_its_root(tmp_path):
    for name, lesson in (("a.zip", "batchnorm_forward"), ("b.zip", "04")):
        bundle.write(lesson, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as content:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in content.infolist()}
        setup = content.read("setup.sh")
        pins = content.read("requirements.txt").decode().split()
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert "course/coursekit/grading/autograder.py" in modes
    assert not [name for name in modes if "__pycache__" in name or name.endswith(".ipynb")]
    assert subprocess.run(["bash", "-n"], input=setup, check=False).returncode == 0
    assert {"numpy", "torch", "msgspec"} <= {pin.partition("==")[0] for pin in pins}
    assert not [pin for pin in pins if "==" not in pin or "+" in pin]


def test_a_lesson_that_is_not_there_is_refused(tmp_path, capsys):
    with pytest.raises(GradeError, match="Did you mean 'batchnorm_forward'"):
        bundle.write("04_batchnorm_forwards", tmp_path / "x.zip")
    assert main(["gradescope", "nothing", "--out", str(tmp_path / "x.zip")]) == 2
    assert "no lesson is called 'nothing'" in capsys.readouterr().err


@pytest.mark.needs("bwrap")
def test_another_courses_pack_travels_in_the_zip(tmp_path):
    archive = tmp_path / "pack.zip"
    code = "import sys; from coursekit.cli import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["gradescope", "assignment2", "--out", archive, "--exercises", PACK]
    subprocess.run([sys.executable, "-c", code, *map(str, arguments)], check=True)
    one = Autograder(tmp_path / "autograder", archive)
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "hw.ipynb").write_text(json.dumps(notebook), "utf-8")
    one.hand_in(tmp_path / "hw.ipynb", "assignment2.ipynb")
    done = one.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert one.results["score"] == 0
    assert "batchnorm_forward" in str(one.results["tests"])
