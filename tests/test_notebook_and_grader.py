"""What a real kernel says of an answer is what the grader says of it.

    python tests/test_notebook_and_grader.py     all mistakes and alternatives of all exercises

`make test` takes one mistake and one other right answer of each exercise, and every escape.
"""

import json
import re
import sys
from pathlib import Path

import pytest
from grading.pasting import mistaken, notebook, pasted
from grading.test_alternatives import REFUSED
from hostile.attacks import ATTACKS
from kernels import Kernel

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.planted import shipped
from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import discover
from coursekit.sandbox.box import Limits

pytestmark = pytest.mark.needs("bwrap")
TELL = """
import json
_r = check({name})
print('VERDICT', json.dumps([_r.status, _r.score, _r.diagnosis, list(_r.notes)]))
"""


def asked(lesson: str) -> list[Exercise]:
    return [t for t in exercises.load(lesson).values() if isinstance(t, Exercise)]


def answers(exercise: Exercise) -> dict[str, str]:
    """The texts that stand for a learner's answers, by the name of what they are."""
    refused = REFUSED.get(exercise.name, ())
    right = {n: pasted(f, exercise.name) for n, f in exercise.alternatives.items()
             if n not in refused}  # fmt: skip
    wrong = {n: mistaken(exercise, m) for n, m in exercise.mistakes.items()}
    return {n: text for n, text in (right | wrong).items() if text}


def in_the_notebook(kernel: Kernel, texts: dict[str, str]) -> dict[str, list]:
    """What the kernel says of each answer: status, score, diagnosis, notes."""
    kernel.run("%reset -f")
    kernel.run("import numpy as np\nimport torch\nfrom coursekit import check, hint, use")
    for text in texts.values():
        kernel.run(text)
    said = {}
    for name in texts:
        shown = kernel.run(TELL.format(name=name)).text
        said[name] = json.loads(shown.rpartition("VERDICT")[2])
    return said


def by_the_grader(
    lesson: str, texts: dict[str, str], folder: Path, limits: Limits | None = None
) -> dict[str, list]:
    path = folder / "one" / f"00_{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebook(lesson, texts), "utf-8")
    [submission] = discover(folder)
    report = examine(submission, Settings(seed=5, limits=limits or Limits()))
    return {r.exercise: [r.status, r.score, r.diagnosis, list(r.notes)] for r in report.results}


def disagreements(kernel, lesson, texts, folder) -> list[str]:
    ours, theirs = in_the_notebook(kernel, texts), by_the_grader(lesson, texts, folder)
    return [
        f"{name}: the notebook says {ours[name]}, the grader {theirs[name]}"
        for name in texts
        if ours[name][:3] != theirs[name][:3]
        and not (theirs[name][0] == "unsolved" and _is_told_in_the_notebook(name))
    ]


def _is_told_in_the_notebook(name: str) -> bool:
    """True where the notebook's check tells of the answer that the cell came with."""
    task = exercises.find(name)
    return bool(task.planted) and not task.mend


@pytest.fixture(scope="module")
def kernel():
    with Kernel() as one:
        yield one


@pytest.mark.parametrize("lesson", exercises.names())
def test_one_wrong_and_one_right_answer_of_each_exercise(kernel, lesson, tmp_path):
    for pick in (0, -1):
        texts = {t.name: list(answers(t).values())[pick] for t in asked(lesson) if answers(t)}
        assert not disagreements(kernel, lesson, texts, tmp_path / str(pick))


MEND = {t.name: t for lesson in exercises.names() for t in asked(lesson) if t.mend}


@pytest.mark.parametrize("name", MEND)
def test_what_came_with_the_notebook_is_not_attempted_and_what_is_made_of_it_is(
    kernel, name, tmp_path
):
    task = MEND[name]
    head = "import numpy as np\nimport torch\nfrom torch import nn\n"
    text = head + shipped(task)
    edited = re.sub(r"(\n +)return ", r"\1unused = 0\1return ", text, count=1)
    for code, status in ((text, "unsolved"), (f"{text}\n# mine", "unsolved"), (edited, None)):
        ours = in_the_notebook(kernel, {name: code})[name]
        theirs = by_the_grader(task.lesson, {name: code}, tmp_path / str(len(code)))[name]
        assert ours[:3] == theirs[:3]
        assert (ours[0] == "unsolved") == (status == "unsolved")
        assert ours[2] == (None if status else task.planted)
        graded = kernel.run(f"from coursekit.learning import score\nscore({name}, seed=5)").text
        assert ("not mended yet" in graded) == (status == "unsolved")


ENDS = """
import os, time
class {name}(Whole):
    def {call}(self, x):
        if not self.training:
            {end}
        return super().{call}(x)
"""


@pytest.mark.parametrize("name, call", [("BatchNorm1d", "__call__"), ("BatchNorm", "forward")])
def test_what_ends_the_process_costs_the_part_that_asks_for_it(kernel, name, call, tmp_path):
    task = exercises.find(name)
    ends = ENDS.format(name=name, call=call, end="os._exit(1)")
    code = f"{pasted(task.right, name)}\nWhole = {name}{ends}"
    ours = in_the_notebook(kernel, {name: code})[name]
    theirs = by_the_grader(task.lesson, {name: code}, tmp_path)[name]
    assert ours[:3] == theirs[:3] == ["partial", task.points - 1, None]


def test_what_hangs_when_graded_costs_the_part_that_asks_for_it(tmp_path):
    task = exercises.find("BatchNorm1d")
    ends = ENDS.format(name=task.name, call="__call__", end="while True: pass")
    code = f"{pasted(task.right, task.name)}\nWhole = {task.name}{ends}"
    theirs = by_the_grader(task.lesson, {task.name: code}, tmp_path, Limits(exercise=2))
    assert theirs[task.name][:2] == ["partial", task.points - 1]


HALVES = {  # what is written of a layer -> its points
    "BatchNorm1d": ("    def __call__(self, x):\n        raise NotImplementedError", 1),
    "BatchNorm": ("    def forward(self, x):\n        raise NotImplementedError", 1),
}


@pytest.mark.parametrize("name", HALVES)
def test_the_parts_that_are_right_have_their_points_in_both(kernel, name, tmp_path):
    task = exercises.find(name)
    rest, points = HALVES[name]
    right = pasted(task.right, name)
    half = f"{right}\nWhole = {name}\nclass {name}(Whole):\n{rest}"
    wrong = mistaken(task, task.mistakes["eps_outside"])
    for code in (half, wrong, right):
        ours = in_the_notebook(kernel, {name: code})[name]
        theirs = by_the_grader(task.lesson, {name: code}, tmp_path / str(len(code)))[name]
        assert ours[:3] == theirs[:3]
        assert ours[1] == (points if code is half else 2 if code is wrong and task.points == 4
                           else 3 if code is wrong else task.points)  # fmt: skip


NORM = "batchnorm_forward"
KNOWN = [name for name, attack in ATTACKS.items() if name.startswith("hidden_")]
# Of what is looked up while it runs, the notebook only says that the grader looks there.
TOLD = "the grader also looks at"


@pytest.mark.parametrize("name", KNOWN)
def test_a_forbidden_function_is_refused_or_the_panel_says_where_the_grader_looks(kernel, name):
    kernel.run("%reset -f")
    kernel.run("import numpy as np\nimport torch\nfrom coursekit import check, hint, use")
    kernel.run(ATTACKS[name].code)
    shown = kernel.run(TELL.format(name="batch_norm")).text
    status, _, _, notes = json.loads(shown.rpartition("VERDICT")[2])
    assert status != "passed" or any(TOLD in note for note in notes), shown


OTHER_WAYS = {
    "a class without a method": (
        "BatchNorm", "class BatchNorm(torch.nn.BatchNorm2d):\n    pass"),
    "a class of a renamed one": (
        "BatchNorm", "Base = torch.nn.BatchNorm2d\nclass BatchNorm(Base):\n    eps = 1e-5"),
    "a class whose method calls it": (
        "BatchNorm",
        "class BatchNorm(torch.nn.Module):\n    def __init__(self, c, **k):\n"
        "        super().__init__()\n        self.inner = torch.nn.BatchNorm2d(c, **k)\n"
        "    def forward(self, x):\n        return self.inner(x)"),
    "a static method": (
        "BatchNorm",
        "class BatchNorm(torch.nn.Module):\n    def __init__(self, *a, **k):\n"
        "        super().__init__()\n    @staticmethod\n    def forward(x):\n"
        "        return torch.nn.functional.batch_norm(x, None, None, training=True)"),
    "an assignment": ("batch_norm", "batch_norm = torch.nn.functional.batch_norm"),
    "an import": ("batch_norm", "from torch.nn.functional import batch_norm"),
    "a lambda": (
        "batch_norm",
        "batch_norm = lambda x, gamma, beta, eps: torch.nn.functional.batch_norm(x, None, None)"),
    "a table": (
        "batch_norm",
        "table = {}\ntable['norm'] = torch.nn.functional.batch_norm\n"
        "def batch_norm(x, gamma, beta, eps=1e-5):\n    return table['norm'](x, None, None)"),
    "a partial": (
        "batch_norm",
        "import functools\nbatch_norm = functools.partial(torch.nn.functional.batch_norm)"),
    "an object": (
        "batch_norm",
        "class Norm:\n    def __call__(self, x, gamma, beta, eps=1e-5):\n"
        "        return torch.nn.functional.batch_norm(x, None, None)\nbatch_norm = Norm()"),
    "below a magic": (
        "batch_norm",
        "%%time\ndef batch_norm(x, gamma, beta, eps=1e-5):\n"
        "    return torch.nn.functional.batch_norm(x, None, None)"),
    "a decorator's function": (
        "batch_norm",
        "def with_torch(f):\n    def inner(x, gamma, beta, eps=1e-5):\n"
        "        return torch.nn.functional.batch_norm(x, None, None)\n    return inner\n"
        "@with_torch\ndef batch_norm(x, gamma, beta, eps=1e-5):\n    return x"),
    "a factory": (
        "batch_norm",
        "def make():\n    def norm(x, gamma, beta, eps=1e-5):\n"
        "        return torch.nn.functional.batch_norm(x, None, None)\n    return norm\n"
        "batch_norm = make()"),
    "a course's function": (
        "batch_norm", "import coursekit.norms\nbatch_norm = coursekit.norms.batch_norm"),
}  # fmt: skip
LESSON = {"BatchNorm": "full_layer", "batch_norm": NORM}


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_the_librarys_own_is_refused_in_both(kernel, way, tmp_path):
    name, text = OTHER_WAYS[way]
    kernel.run("%reset -f")
    kernel.run("import torch\nfrom coursekit import check, hint, use")
    kernel.run(text)
    ours = json.loads(kernel.run(TELL.format(name=name)).text.rpartition("VERDICT")[2])
    theirs = by_the_grader(
        LESSON[name], {name: f"import torch\n{text}" if text[0] != "%" else text}, tmp_path
    )[name]
    assert (ours[0], ours[1]) == ("forbidden", 0), ours
    assert theirs[1] == 0 and theirs[0] in ("forbidden", "error", "missing"), theirs


def main() -> int:
    import tempfile

    found: list[str] = []
    with Kernel() as kernel:
        for lesson in exercises.names():
            every = {t.name: list(answers(t).values()) for t in asked(lesson)}
            for k in range(max(map(len, every.values()), default=0)):
                texts = {n: mine[min(k, len(mine) - 1)] for n, mine in every.items() if mine}
                with tempfile.TemporaryDirectory() as folder:
                    found += disagreements(kernel, lesson, texts, Path(folder))
            print(f"{lesson}: {sum(map(len, every.values()))} answers", flush=True)
    print(*found, f"{len(found)} disagreements", sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
