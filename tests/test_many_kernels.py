"""Six kernels work in one workspace and are killed at random: nothing that was shown is missing.

COURSEKIT_KERNEL_SECONDS=60 goes on for a minute.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from coursekit.learning.attempts import Attempts

KERNEL = Path(__file__).parent / "many_kernels.py"
SECONDS = float(os.environ.get("COURSEKIT_KERNEL_SECONDS", "6"))
KERNELS = 6


def start(path: Path, log: Path, seed: str) -> subprocess.Popen:
    with log.open("ab") as out:
        return subprocess.Popen([sys.executable, KERNEL, path, seed], stdout=out, stderr=out)


def test_six_kernels_killed_at_random_lose_nothing(tmp_path):
    path, rng = tmp_path / ".coursekit" / "progress.json", random.Random(time.time())
    logs: list[Path] = []

    def another() -> tuple[subprocess.Popen, Path]:
        logs.append(tmp_path / f"log-{len(logs)}")
        return start(path, logs[-1], f"{rng.random()}"), logs[-1]

    running = [another() for _ in range(KERNELS)]
    try:
        while not all(log.stat().st_size for _, log in running):  # all are at work
            time.sleep(0.1)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            time.sleep(rng.uniform(0, SECONDS / 8))
            process, log = running[one := rng.randrange(KERNELS)]
            if log.stat().st_size:  # on a busy machine it takes its time to begin
                process.kill()
                process.wait()
                running[one] = another()
    finally:
        for process, _ in running:
            process.kill()
            process.wait()

    checks, best, passed, hints = Counter(), defaultdict(int), defaultdict(bool), Counter()
    for line in "".join(log.read_text() for log in logs).splitlines():
        name, *about = line.split()
        if name == "hint":
            hints[about[0]] += 1
            continue
        score, right = map(int, about)
        checks[name] += 1
        best[name], passed[name] = max(best[name], score), passed[name] or bool(right)
    assert checks.total() > 50, "they have hardly worked"
    found = Attempts(path).by_name
    for name, seen in checks.items():
        assert seen <= found[name].checks, "a check that was shown is missing"
        assert best[name] <= found[name].score and passed[name] <= found[name].passed
        assert min(hints[name], 1) <= found[name].hints
    # Each one that was killed may have saved one more, which it did not come to say.
    assert sum(kept.checks for kept in found.values()) <= checks.total() + len(logs)
    assert json.loads(path.read_text())["version"] == 1
    assert not list(path.parent.glob("*.broken*"))
