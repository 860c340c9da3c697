"""Time what a user waits for: the best of three runs of each command, in seconds.

python benchmarks/bench.py [WORD...]      only the rows whose name contains a word
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).parents[1]
COURSEKIT = [sys.executable, "-m", "coursekit"]
RUNS = 3


def command(*arguments):
    """Return a function that runs a command to its end; exit code 1 is a verdict, not a failure."""

    def run(folder: Path) -> None:
        filled = [str(a).replace("FOLDER", str(folder)) for a in arguments]
        done = subprocess.run(filled, cwd=REPO, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(filled)}:\n{done.stdout}{done.stderr}")

    return run


def lab_opens(folder: Path) -> None:
    """Start `coursekit lab`, wait for the address, and end it."""
    with subprocess.Popen(
        [*COURSEKIT, "lab", str(folder / "work"), "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as lab:
        opened = any(line.startswith("Open") for line in lab.stdout)
        lab.terminate()
    if not opened:
        raise SystemExit("coursekit lab printed no address")


ROWS = {
    "python starts": command(sys.executable, "-c", "pass"),
    "import coursekit": command(sys.executable, "-c", "import coursekit"),
    "first cell of a lesson": command(
        sys.executable, "-c", "import numpy; from coursekit import check, hint, use"
    ),
    "import torch": command(sys.executable, "-c", "import torch"),
    "coursekit --help": command(*COURSEKIT, "--help"),
    "coursekit doctor": command(*COURSEKIT, "doctor"),
    "coursekit lab, until its address": lab_opens,
    "coursekit build --check": command(*COURSEKIT, "build", "--check"),
    "coursekit grade tests/submissions": command(
        *COURSEKIT, "grade", "tests/submissions", "--out", "FOLDER/out", "--seed", "1"
    ),
}


def main(words: list[str]) -> int:
    for name, run in ROWS.items():
        if words and not any(word in name for word in words):
            continue
        times = []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as folder:
                begun = time.perf_counter()
                run(Path(folder))
                times.append(time.perf_counter() - begun)
        print(f"{name:<36}{min(times):>7.2f} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
