"""How long a learner waits for a check: right answers, and wrong ones with their diagnosis.

    python benchmarks/check.py [--json] [--cpu] [EXERCISE …]
    python benchmarks/check.py --kernels [LESSON …]    first checks in fresh kernels; stored if all

Times are of `judge` after a first call; one thread. "wrong" forgets what the mistakes do before
each check, as in a fresh kernel; "again" remembers it, as in every later check. The targets are
for an idle machine: a NumPy exercise below 50 ms in the median and 150 ms at the 95th percentile,
in torch, or a whole layer, below 400 ms. "unknown" is the slowest first check of answers with three
slips at once, which no mistake is all of, and "known" the slowest later one: at most 500 and 100 ms
of processor time for a NumPy exercise, 1000 ms in torch. `--cpu` counts this process's own
seconds, for a busy machine.
"""

import contextlib
import inspect
import json
import os
import random
import re
import sys
import time
from itertools import combinations

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.expected import expected
from coursekit.checking.naming import store
from coursekit.checking.naming.made import function_of
from coursekit.checking.naming.single import apart
from coursekit.checking.naming.table import every_single

REPEATS = 3
clock = time.process_time if "--cpu" in sys.argv else time.perf_counter
COLUMNS = ("right", "wrong", "wrong_p95", "again", "again_p95", "unknown", "known")
KINDS = ("dropped", "axis", "sign")  # the slips that answers are made of whose cause is unknown
UNKNOWN = 8  # of them, always the same


def seconds(exercise: Exercise, function, *, cold: bool) -> list[float]:
    """Wall seconds of REPEATS checks; `cold` forgets what the mistakes do before each."""
    taken = []
    for _ in range(REPEATS):
        if cold:
            expected.cache_clear()
            store.table.cache_clear()
        started = clock()
        judge(exercise, Local(function, name=exercise.name))
        taken.append(clock() - started)
    return taken


def unknown(exercise: Exercise) -> list:
    """Wrong answers with three slips at once, in places of their own."""
    known = [s for s in every_single(exercise) if s.kind in KINDS and not s.base]
    rng, made = random.Random(0), []
    for some in (rng.sample(known, 3) for _ in range(20 * UNKNOWN) if len(known) > 2):
        if len(made) < UNKNOWN and all(apart(a.places, b.places) for a, b in combinations(some, 2)):
            places = [place for single in some for place in single.places]
            with contextlib.suppress(SyntaxError):
                made.append(function_of(exercise, places))
    return made


def measure(task: Exercise) -> dict:
    """One exercise's row: medians and 95th percentiles in milliseconds, and every time taken."""
    judge(task, Local(task.right))  # imports, first call
    wrong = [m.function for m in task.mistakes.values()]
    times = {
        "right": seconds(task, task.right, cold=False),
        "wrong": [t for f in wrong for t in seconds(task, f, cold=True)],
        "again": [t for f in wrong for t in seconds(task, f, cold=False)],
    }
    strange = unknown(task)
    times["unknown"] = [t for f in strange for t in seconds(task, f, cold=True)]
    times["known"] = [t for f in strange for t in seconds(task, f, cold=False)[1:]]
    text = inspect.getsource(sys.modules[task.right.__module__])  # of what is handed models, say
    torch = re.search(r"^(import|from) torch\b", text, re.MULTILINE)
    kind = "torch, or a layer" if torch or inspect.isclass(task.right) else "NumPy exercise"
    row = {"exercise": task.name, "lesson": task.lesson, "kind": kind}
    row |= {name: 1e3 * np.median(times[name]) for name in ("right", "wrong", "again")}
    row |= {name: 1e3 * max(times[name], default=0.0) for name in ("unknown", "known")}
    return row | {f"{n}_p95": 1e3 * np.quantile(times[n], 0.95) for n in ("wrong", "again")}


def main(asked: list[str], as_json: bool) -> None:
    tasks = [t for t in exercises.load().values() if isinstance(t, Exercise)]
    rows = []
    if not as_json:
        print(f"{'milliseconds':<30}" + "".join(f"{name:>11}" for name in COLUMNS))
    for task in tasks:
        if asked and task.name not in asked:
            continue
        rows.append(measure(task))
        if not as_json:
            _print(rows[-1])
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for kind in sorted({row["kind"] for row in rows}):
        mine = [row for row in rows if row["kind"] == kind]
        _print({"exercise": f"worst {kind}"} | {c: max(r[c] for r in mine) for c in COLUMNS})


def _print(row: dict) -> None:
    numbers = "".join(f"{row[name]:>11.1f}" for name in COLUMNS)
    print(f"{row['exercise']:<30}{numbers}", flush=True)


if __name__ == "__main__":
    if "--kernels" in sys.argv:
        sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        from benchmarks import kernels

        raise SystemExit(kernels.main([a for a in sys.argv[1:] if not a.startswith("-")]))
    main([a for a in sys.argv[1:] if not a.startswith("-")], "--json" in sys.argv)
