"""Whole classes of small submissions, and what must be equal of two runs."""

import json
from pathlib import Path

from coursekit import exercises
from coursekit.checking import REGISTRY
from coursekit.checking.expected import expected

PACK = Path(__file__).parents[1] / "packs" / "tiny.py"
HALVES = ("x / 2", "x * 2", "x - 1")
SPANS = ("x.max() - x.min()", "x.max()", "1 / 0")
WHY = 'check("why", "The greatest comes first.")'


def notebook(half: str = HALVES[0], span: str = SPANS[0], *more: str) -> str:
    """A notebook that answers the exercises of packs/tiny.py."""
    cells = ["from coursekit import check", f"def half(x):\n    return {half}"]
    cells += [f"def span(x):\n    return {span}", *more]
    made = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    kernel = {"kernelspec": {"display_name": "", "language": "python", "name": "python3"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})


def hand_in(folder: Path, student: str, *answers: str, lesson: str = "tiny") -> Path:
    """Put a student's notebook into a folder."""
    path = folder / student / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(*answers), "utf-8")
    return path


def make(folder: Path, size: int) -> Path:
    """A class with every mix of answers, some files broken."""
    for n in range(size):
        path = hand_in(folder, f"s{n:03d}", HALVES[n % 3], SPANS[n // 3 % 3], f"n = {n}")
        if n % 20 == 7:
            path.write_text("not a notebook", "utf-8")
    return folder


def without_seconds(results: str) -> str:
    """results.json as text, without the one thing in it that may differ."""
    whole = json.loads(results)
    for submission in whole["submissions"]:
        del submission["seconds"]
    return json.dumps(whole, indent=1)


def forget_packs() -> None:
    """As in a process that has loaded no pack yet."""
    for name in [name for name, task in REGISTRY.items() if task.lesson in exercises.PACKS]:
        del REGISTRY[name]
    exercises.PACKS.clear()
    expected.cache_clear()
