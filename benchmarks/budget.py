"""CPU seconds of each solved lesson, against the bound that the lesson itself declares.

    python benchmarks/budget.py [LESSON...]      start_here, 04 ...; all if none is named

A lesson's time is all that its kernel uses on one thread, imports included. Exit code 1 if a
lesson uses more than its `LESSON.cpu_seconds`.
"""

import os
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import DEVNULL

import nbformat
from nbclient import NotebookClient

from coursekit.exercises import lessons

SOLUTIONS = Path(__file__).parents[1] / "solutions"


def children_cpu() -> float:
    """Return the CPU seconds of every child process that has ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_seconds(notebook: Path) -> float:
    """Run a notebook in a kernel of its own, as a learner would on a CPU, and time the kernel."""
    with tempfile.TemporaryDirectory() as workspace:
        env = {k: v for k, v in os.environ.items() if not k.startswith("COURSEKIT_")}
        env |= {"COURSEKIT_WORKSPACE": workspace, "COURSEKIT_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
        client = NotebookClient(
            nbformat.read(notebook, as_version=4),
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": workspace}},
        )
        before = children_cpu()
        client.execute(env=env, stderr=DEVNULL)
        return children_cpu() - before


def main(wanted: list[str]) -> int:
    declared = lessons()
    over = 0
    print(f"{'lesson':<32}{'CPU s':>8}{'declared':>10}{'share':>8}")
    for notebook in sorted(SOLUTIONS.glob("*.ipynb")):
        number, _, name = notebook.stem.partition("_")
        if wanted and not {number, name, notebook.stem} & set(wanted):
            continue
        bound, used = declared[name].cpu_seconds, cpu_seconds(notebook)
        verdict = "" if used <= bound else "  over"
        over += used > bound
        print(
            f"{notebook.stem:<32}{used:>8.1f}{bound:>10}{used / bound:>8.0%}{verdict}", flush=True
        )
    if over:
        print(f"{over} over budget: make the lesson cheaper, or declare what it costs")
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
