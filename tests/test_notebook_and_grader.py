"""What a real kernel says of an answer is what the grader says of it.

    python tests/test_notebook_and_grader.py     all mistakes and alternatives of all exercises

`make test` takes one mistake and one other right answer of each exercise, and every escape.
"""

import json
import sys
from pathlib import Path

import pytest
from grading.pasting import mistaken, notebook, pasted
from grading.test_alternatives import REFUSED
from hostile.attacks import ATTACKS
from kernels import Kernel

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import discover

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


def by_the_grader(lesson: str, texts: dict[str, str], folder: Path) -> dict[str, list]:
    path = folder / "one" / f"00_{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebook(lesson, texts), "utf-8")
    [submission] = discover(folder)
    report = examine(submission, Settings(seed=5))
    return {r.exercise: [r.status, r.score, r.diagnosis, list(r.notes)] for r in report.results}


def disagreements(kernel, lesson, texts, folder) -> list[str]:
    ours, theirs = in_the_notebook(kernel, texts), by_the_grader(lesson, texts, folder)
    return [
        f"{name}: the notebook says {ours[name]}, the grader {theirs[name]}"
        for name in texts
        if ours[name][:3] != theirs[name][:3]
        and not (theirs[name][0] == "unsolved" and ours[name][2] == theirs[name][2])  # planted
    ]


@pytest.fixture(scope="module")
def kernel():
    with Kernel() as one:
        yield one


@pytest.mark.parametrize("lesson", exercises.names())
def test_one_wrong_and_one_right_answer_of_each_exercise(kernel, lesson, tmp_path):
    for pick in (0, -1):
        texts = {t.name: list(answers(t).values())[pick] for t in asked(lesson) if answers(t)}
        assert not disagreements(kernel, lesson, texts, tmp_path / str(pick))


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
