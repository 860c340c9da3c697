"""Grade a class on a quiet machine, and twice at once on a busy one: are the verdicts the same?

    make bench-load                                    all of it, on a machine that is quiet
    python benchmarks/load.py --students 4 --lessons mean_and_variance    a smaller class;
                                                       what came of it is printed, not stored

The busy machine has ten processes that only compute. Nothing here gates a test.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from homework.crowd import hand_in
from homework.table import LOAD, write
from homework.verdicts import differing, verdicts

from coursekit import exercises
from coursekit.files import write_whole

REPO = Path(__file__).parents[1]
STUDENTS, SEED, BUSY = 60, 20_27, 10
LESSONS = ["mean_and_variance", "batchnorm_forward", "full_layer"]
SETTLE = 20.0  # seconds until the load average tells of the busy processes
COMPUTE = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(10**5))"


class Run:
    """One `coursekit grade` of the class, begun at once."""

    def __init__(self, name: str, submissions: Path):
        self.name, self.out = name, submissions.parent / name.replace(" ", "-")
        command = [sys.executable, "-m", "coursekit", "grade", str(submissions), "--jobs", "2"]
        command += ["--out", str(self.out), "--seed", str(SEED)]
        environment = os.environ | {"PYTHONPATH": str(REPO)}
        self.begun, self.loads = time.monotonic(), [os.getloadavg()[0]]
        self.log = (submissions.parent / f"{self.out.name}.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            command, env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    def ended(self) -> bool:
        """True once it is over; looks at the load average on the way."""
        self.seconds = time.monotonic() - self.begun
        self.loads.append(os.getloadavg()[0])
        return self.process.poll() is not None

    def results(self) -> list[dict[str, Any]]:
        """Its submissions, as results.json has them; ends the benchmark where there are none."""
        if self.process.returncode not in (0, 1):
            self.log.seek(0)
            raise SystemExit(f"{self.name}: exit code {self.process.returncode}\n{self.log.read()}")
        text = (self.out / "results.json").read_text("utf-8")
        return json.loads(text)["submissions"]


def together(*runs: Run) -> None:
    """Wait for all of them."""
    waiting = list(runs)
    while waiting:
        time.sleep(1)
        waiting = [run for run in waiting if not run.ended()]


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that only compute, at the priority of everybody else."""
    command = [sys.executable, "-c", COMPUTE]
    made = [subprocess.Popen(command) for _ in range(processes)]
    try:
        time.sleep(SETTLE)
        yield
    finally:
        for process in made:
            process.kill()
            process.wait()


def measure(students: int, lessons: list[str]) -> dict[str, Any]:
    """Make the class, grade it three times, and compare."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "in"
        drawn = hand_in(home, students, lessons, SEED)
        quiet = Run("quiet", home)
        together(quiet)
        with busy(BUSY):
            both = [Run("busy, one", home), Run("busy, the other", home)]
            together(*both)
        runs = [quiet, *both]
        told = {run.name: run.results() for run in runs}
    found = {name: verdicts(submissions) for name, submissions in told.items()}
    judged = [e for one in told["quiet"] for e in one["exercises"] if e["max"]]
    return {
        "where": where(),
        "inputs": {
            "seed": SEED,
            "students": students,
            "lessons": {lesson: exercises.version(lesson) for lesson in lessons},
            "hash": drawn,
        },
        "busy": BUSY,
        "submissions": len(told["quiet"]),
        "answers": len(judged),
        "statuses": dict(sorted(Counter(e["status"] for e in judged).items())),
        "diagnosed": sum(e["diagnosis"] is not None for e in judged),
        "runs": [
            {
                "name": run.name,
                "seconds": round(run.seconds, 1),
                "load": round(max(run.loads), 1),
                "judge_failed": sum("judge_failed" in row for row in found[run.name].values()),
            }
            for run in runs
        ],
        "differing": {run.name: differing(found["quiet"], found[run.name]) for run in both},
    }


def where() -> dict[str, Any]:
    """The machine and the versions."""
    return {
        "cores": os.cpu_count(),
        "system": f"Linux {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "numpy", "coursekit")},
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--lessons", nargs="+", default=LESSONS, choices=exercises.names())
    parser.add_argument("--stored", action="store_true", help="only write the page again")
    args = parser.parse_args(arguments)
    if args.stored:
        return write()
    found = measure(args.students, args.lessons)
    print(json.dumps(found, indent=1))
    if (args.students, args.lessons) == (STUDENTS, LESSONS):
        write_whole(LOAD, json.dumps(found, indent=1) + "\n")
        write()
    return 1 if any(found["differing"].values()) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
