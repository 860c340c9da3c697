"""Grade one homework with nbgrader, otter-grader and coursekit, and say what each took.

    make bench-grading                          all of it: half an hour on a quiet machine
    python benchmarks/grading.py --stored       write the table again from data/grading.json
    python benchmarks/grading.py --peers-n 8    the peers on 8 submissions only
    python benchmarks/grading.py --ours         coursekit and the floor only; nothing is stored
    python benchmarks/grading.py --thousand     1,000 submissions in one run: memory over time

Every row grades the same correct answers in the same run, and a row that does not give all of them
full marks ends the benchmark. Nothing here gates a test.
"""

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

from homework.assignments import for_coursekit, for_nbgrader, for_otter, student
from homework.memory import Watch
from homework.table import GRADING as STORE
from homework.table import summary, write
from tqdm import tqdm

REPO = Path(__file__).parents[1]
PEERS = REPO / "benchmarks" / "out" / "peers" / "bin"
PACK = REPO / "benchmarks" / "homework" / "five_norms.py"
SMALL, LARGE, REPEATS = 8, 40, 3
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}


def run(command: list[str], folder: Path, extra: dict[str, str] | None = None) -> str:
    """Run a command to its end and return what it printed; exit code 1 may be a verdict."""
    environment = ENVIRONMENT | {"PATH": f"{PEERS}:/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment | (extra or {}), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def peer(command: list[str], folder: Path) -> str:
    return run([str(PEERS / command[0]), *command[1:]], folder)


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def coursekit(submissions: Path, jobs: int, watch: Watch | None = None) -> dict[str, Any]:
    """One `coursekit grade`: its wall seconds, and those of each submission."""
    out = submissions.parent / "out"
    shutil.rmtree(out, ignore_errors=True)  # what its gradebook has would not be graded again
    command = [sys.executable, "-m", "coursekit", "grade", str(submissions), "--out", str(out)]
    command += ["--exercises", str(PACK), "--jobs", str(jobs), "--seed", "1"]
    extra = {"PYTHONPATH": str(REPO), "PATH": os.environ["PATH"]}
    with watch or nullcontext():
        wall = timed(lambda: run(command, submissions.parent, extra))
    graded = json.loads((out / "results.json").read_text("utf-8"))["submissions"]
    check("coursekit", [s["score"] for s in graded], len(list(submissions.iterdir())))
    return {"wall": wall, "each": [s["seconds"] for s in graded]}


def floor(submissions: Path) -> list[float]:
    """A warm interpreter forks and runs cells and checks, with no wall: seconds of each."""
    paths = {"PYTHONPATH": f"{REPO}:{REPO / 'benchmarks'}"}
    command = [sys.executable, str(PACK.parent / "floor.py"), str(submissions)]
    return json.loads(run(command, submissions.parent, paths))


def nbgrader(folder: Path, n: int) -> float:
    """`nbgrader autograde` of a class; wall seconds."""
    for_nbgrader(folder, n, peer)
    wall = timed(lambda: peer(["nbgrader", "autograde", "ps1"], folder))
    peer(["nbgrader", "export"], folder)
    with (folder / "grades.csv").open(encoding="utf-8") as file:
        check("nbgrader", [float(row["score"]) for row in csv.DictReader(file)], n)
    return wall


def otter(folder: Path, n: int, at_once: int = 1) -> float:
    """`otter run` of each submission of a class; wall seconds."""
    tests = for_otter(folder, n, peer)
    files = [f"{student(i)}.ipynb" for i in range(n)]
    for file in files:
        (folder / f"out-{file}").mkdir()
    each = f"{PEERS}/otter run -a {tests} -o out-{{}} {{}} >/dev/null 2>&1"
    line = f"printf '%s\\n' {' '.join(files)} | xargs -P {at_once} -I{{}} sh -c '{each}'"
    wall = timed(lambda: run(["sh", "-c", line], folder))
    scores = []
    for file in files:
        result = json.loads((folder / f"out-{file}" / "results.json").read_text("utf-8"))
        scores.append(sum(t.get("score", 0) for t in result["tests"]))
    check("otter", scores, n)
    return wall


def check(who: str, scores: list[float], n: int) -> None:
    """End the benchmark unless all n submissions got all ten points."""
    if scores != [10] * n:
        raise SystemExit(f"{who}: {n} times 10 points were expected, not {scores}")


def ours(folder: Path, sizes: list[int], repeats: int, step: Callable) -> dict[str, Any]:
    """All of coursekit's own rows, and the floor of the same minutes."""
    for n in {1, *sizes}:
        for_coursekit(folder / str(n) / "in", n)
    found: dict[str, Any] = {"cold": [], "floor": [], "walls": {}, "each": [], "memory": {}}
    large = sizes[-1]
    for _ in range(repeats):
        step("coursekit, the first result")
        found["cold"].append(coursekit(folder / "1" / "in", 1)["wall"])
        step("the floor")
        found["floor"] += floor(folder / str(large) / "in")
        for n in sizes:
            for jobs in (1, 2):
                step(f"coursekit, {n} submissions, --jobs {jobs}")
                got = coursekit(folder / str(n) / "in", jobs)
                found["walls"].setdefault(f"{n} {jobs}", []).append(got["wall"])
                if (n, jobs) == (large, 1):
                    found["each"] += got["each"][1:]  # the first one waited for the imports
    for jobs in (2, 3):  # with one job the main process judges too: no worker of its own
        step(f"memory with --jobs {jobs}")
        watch = Watch()
        coursekit(folder / str(large) / "in", jobs, watch)
        found["memory"][str(jobs)] = watch.peak
    return found


def peers(folder: Path, sizes: list[int], step: Callable) -> dict[str, Any]:
    """Wall seconds of both peers by class size, one at a time; the smallest also two at a time."""
    found: dict[str, Any] = {"nbgrader": {}, "otter": {}}
    for n in sizes:
        step(f"nbgrader autograde, {n} submissions")
        found["nbgrader"][str(n)] = nbgrader(folder / f"nbgrader-{n}", n)
        step(f"otter run, {n} submissions")
        found["otter"][str(n)] = otter(folder / f"otter-{n}", n)
    step(f"otter run, {sizes[0]} submissions, two at a time")
    found["otter, two at a time"] = {str(sizes[0]): otter(folder / "otter-2", sizes[0], 2)}
    return found


def thousand(folder: Path, n: int) -> dict[str, Any]:
    """Memory of the judge's and the zygote's processes while n submissions are graded."""
    for_coursekit(folder / "many" / "in", n)
    watch = Watch()
    got = coursekit(folder / "many" / "in", 2, watch)
    return {"n": n, "wall": got["wall"], "early": watch.at(0.2), "late": watch.at(0.95)}


def where(repeats: int) -> dict[str, Any]:
    """The machine and the versions."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    asked = (
        "import importlib.metadata as m; print(m.version('nbgrader'), m.version('otter-grader'))"
    )
    theirs = run([str(PEERS / "python"), "-c", asked], REPO).split() if PEERS.exists() else ["", ""]
    return {
        "machine": f"{model or platform.machine()}, {os.cpu_count()} cores",
        "system": f"Linux {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
        "coursekit": version("coursekit"),
        "nbgrader": theirs[0],
        "otter": theirs[1],
        "repeats": repeats,
        "load": os.getloadavg()[0],
    }


@contextmanager
def bar() -> Iterator[Callable[[str], None]]:
    """Says on the terminal what is being timed and for how long already."""
    seen = sys.stderr.isatty()
    with tqdm(bar_format="{desc} {elapsed}", leave=False, disable=not seen) as told:

        def step(what: str) -> None:
            told.reset()
            told.set_description_str(what)
            if not seen:
                print(what, file=sys.stderr, flush=True)

        yield step


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[SMALL, LARGE], help="class sizes")
    parser.add_argument("--peers-n", type=int, default=LARGE, help="the peers' largest class")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of coursekit's own rows")
    parser.add_argument("--ours", action="store_true", help="leave the peers out, store nothing")
    parser.add_argument("--stored", action="store_true", help="only write the table again")
    parser.add_argument("--thousand", type=int, nargs="?", const=1000, help="submissions; alone")
    args = parser.parse_args(arguments)
    stored = json.loads(STORE.read_text("utf-8")) if STORE.exists() else {}
    if args.stored:
        return write()
    with tempfile.TemporaryDirectory() as name, bar() as step:
        folder = Path(name)
        if args.thousand:
            step(f"coursekit, {args.thousand} submissions, --jobs 2")
            stored["thousand"] = thousand(folder, args.thousand)
        else:
            stored["ours"] = ours(folder, sorted(args.n), args.repeats, step)
            if not args.ours:
                sizes = sorted({min(n, args.peers_n) for n in args.n})
                stored["peers"] = peers(folder, sizes, step)
            stored["where"] = where(args.repeats)
    if args.ours:
        print(json.dumps(summary(stored["ours"]), indent=1))
        return 0
    STORE.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    return write()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
