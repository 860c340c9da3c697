"""How long a learner waits for a check: right answers, and wrong ones with their diagnosis.

    python benchmarks/check.py [--json]

Times are of `judge` after a first call; one thread. The targets are for an idle machine: a NumPy
exercise below 50 ms in the median and 150 ms at the 95th percentile, a torch layer below 400 ms.
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.diagnose import expected_trace

REPEATS = 5


def seconds(exercise: Exercise, function, *, cold: bool) -> list[float]:
    """Wall seconds of REPEATS checks; `cold` forgets the mistakes' traces before each."""
    taken = []
    for _ in range(REPEATS):
        if cold:
            expected_trace.cache_clear()
        started = time.perf_counter()
        judge(exercise, Local(function, name=exercise.name))
        taken.append(time.perf_counter() - started)
    return taken


def measure() -> list[dict]:
    """One row per exercise: median and 95th percentile in milliseconds."""
    rows = []
    for task in exercises.load().values():
        if not isinstance(task, Exercise):
            continue
        judge(task, Local(task.right))  # imports, first call
        right = seconds(task, task.right, cold=False)
        wrong = [
            t
            for mistake in task.mistakes.values()
            for t in seconds(task, mistake.function, cold=True)
        ]
        rows.append(
            {"exercise": task.name, "lesson": task.lesson, "right_ms": 1e3 * np.median(right)}
            | {"wrong_ms": 1e3 * np.median(wrong), "wrong_p95_ms": 1e3 * np.quantile(wrong, 0.95)}
        )
    return rows


if __name__ == "__main__":
    table = measure()
    if "--json" in sys.argv:
        print(json.dumps(table, indent=1))
    else:
        print(f"{'exercise':<30}{'right':>10}{'wrong':>10}{'wrong p95':>12}   (ms)")
        for row in table:
            print(
                f"{row['exercise']:<30}{row['right_ms']:>10.1f}{row['wrong_ms']:>10.1f}"
                f"{row['wrong_p95_ms']:>12.1f}"
            )
