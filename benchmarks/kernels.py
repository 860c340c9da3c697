"""The first check in a fresh kernel, and later ones, as a learner waits for them in a notebook.

Each lesson's kernel runs the cell with its imports, the cell of its first exercise, and at once the
check: no time to read, so nothing could be made ready meanwhile. Then the answer is edited and
checked again, and checked once more as it is.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import nbformat
from jupyter_client.manager import KernelManager

from benchmarks.homework.table import CHECK, write
from coursekit.checking import Exercise
from coursekit.exercises import load
from coursekit.files import write_whole

SOLUTIONS = Path(__file__).parents[1] / "solutions"
KERNELS = 3  # of each lesson
AIMS = {"NumPy": {"first": 1.0, "later": 0.15, "same": 0.15}}
AIMS["torch"] = AIMS["NumPy"] | {"first": 2.5}


def measure(notebook: Path) -> dict:
    """One lesson's seconds, by what was waited for: medians over fresh kernels."""
    runs = [_run(notebook) for _ in range(KERNELS)]
    waits = {n: median(run[n] for run in runs) for n in ("imports", *AIMS["NumPy"])}
    return runs[0] | {n: round(seconds, 4) for n, seconds in waits.items()}


def _run(notebook: Path) -> dict:
    tasks = load(notebook.stem.partition("_")[2])
    book = [c for c in nbformat.read(notebook, 4).cells if c.cell_type == "code"]
    cells = {c.id: c.source for c in book}
    name = next(c for c in cells if isinstance(tasks.get(c), Exercise))
    imports = next(text for text in cells.values() if "from coursekit import check" in text)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / notebook.name).write_bytes(notebook.read_bytes())
        env = {k: v for k, v in os.environ.items() if not k.startswith("COURSEKIT_")}
        env |= {"COURSEKIT_WORKSPACE": folder, "JPY_SESSION_NAME": notebook.name}
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(
            env=env | {"OMP_NUM_THREADS": "1"}, cwd=folder, stderr=subprocess.DEVNULL
        )
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=120)
            took = {"lesson": notebook.stem, "exercise": name, "imports": _cell(client, imports)}
            given = [c for c in book if "demo" not in c.metadata.get("tags", [])]
            for cell in given[1 : given.index(next(c for c in given if c.id == name)) + 1]:
                if not cell.id.startswith("check-"):
                    _cell(client, cell.source)
            took["first"] = _cell(client, cells[f"check-{name}"])
            _cell(client, "\n" + cells[name])  # a line lower is another function
            took["later"] = _cell(client, cells[f"check-{name}"])
            took["same"] = _cell(client, cells[f"check-{name}"])
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    kind = "torch" if "import torch" in imports else "NumPy"
    return took | {"kind": kind}


def _cell(client, text: str) -> float:
    """Seconds until a cell's last output was there. Raises RuntimeError where it failed."""
    started = time.perf_counter()
    reply = client.execute_interactive(text, timeout=120, output_hook=lambda message: None)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(reply["content"]["evalue"])
    return time.perf_counter() - started


def main(asked: list[str]) -> int:
    """Measure the lessons whose name holds one of the words, or all, which is stored; returns 0."""
    rows = []
    print(f"{'seconds':<30}{'imports':>9}{'first':>9}{'later':>9}{'same':>9}")
    for notebook in sorted(SOLUTIONS.glob("[0-9][0-9]_*.ipynb")):
        if not asked or any(word in notebook.stem for word in asked):
            rows.append(row := measure(notebook))
            numbers = (f"{row[n]:>9.3f}" for n in ("imports", "first", "later", "same"))
            print(f"{row['lesson']:<30}" + "".join(numbers), flush=True)
    if not asked:
        from benchmarks.load import where  # a script, which looks for its own beside itself

        about = {"kernels": KERNELS, "where": where(), "load": os.getloadavg()[0], "aims": AIMS}
        write_whole(CHECK, json.dumps(about | {"rows": rows}, indent=1) + "\n")
        return write()
    return 0
