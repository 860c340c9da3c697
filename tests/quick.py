"""What a minute and a half tells of a change: style, types, freshness, the tests that it reaches.

python tests/quick.py [PATH...]     of these files; without any, of all that changed since `main`

One core looks at style, types and what is generated; the other runs tests, those nearest to the
change first, and begins none when its time is over: what it leaves to `make test` it says.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from reach import REPO, Reach, changed

SECONDS = 70  # after which no test begins,
LEAST = 20  # unless on a busy machine the nearest have hardly begun
# JupyterLab, whole classes, another judge: longer than all the time there is.
LATE = ("tests/browser/", "tests/hostile/", "tests/authoring/test_nbgrader.py")
PROOF, SOLVED = "tests/test_exercises.py", "tests/test_solutions.py"
BIN = Path(sys.executable).parent
CHECKS = {
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "imports": [BIN / "lint-imports"],
    "types": [BIN / "mypy"],
    "notebooks": [sys.executable, "-m", "coursekit", "build", "--check"],
    "slips": [sys.executable, "tests/slips.py"],
    "claims": [sys.executable, "tests/evidence.py", "--fresh"],
}


def exercises(paths: Iterable[str]) -> set[str]:
    """The names of the exercises whose own files, or their lesson's common ones, are here."""
    from coursekit.checking import Exercise
    from coursekit.exercises import load

    stems = {p.rpartition(".")[0].removesuffix("_mistakes") for p in paths}
    stems = {stem.removesuffix("_slips") for stem in stems}
    own: dict[str, set[str]] = {}
    for task in load().values():
        if isinstance(task, Exercise):
            home = task.right.__module__.replace(".", "/")
            own[task.name] = {home, f"{home.rpartition('/')[0]}/{task.name}"}
    rest = stems - set().union(*own.values())
    lessons = {stem.rpartition("/")[0] for stem in rest if stem.startswith("coursekit/exercises/")}
    return {n for n, files in own.items()
            if files & stems or {f.rpartition("/")[0] for f in files} & lessons}  # fmt: skip


def lessons(paths: Iterable[str]) -> set[str]:
    """The lessons, without their numbers, whose source or exercises are among these."""
    parts = [Path(p).parts for p in paths]
    written = {Path(p[-1]).stem.partition("_")[2] for p in parts if p[0] == "solutions"}
    return written | {p[2] for p in parts if p[:2] == ("coursekit", "exercises") and len(p) > 3}


class Limits:
    """A plugin of pytest's: of the proofs only those asked for; nothing after the end."""

    def __init__(self, names: set[str], end: float, least: float = 0.0):
        self.names, self.end, self.least, self.left = names, end, least, 0

    def pytest_collection_modifyitems(self, items):
        proofs = tuple(REPO / p for p in (PROOF, SOLVED))
        items[:] = [item for item in items if item.path not in proofs or self._asked(item)]

    def pytest_collection_finish(self):
        self.end = max(self.end, time.monotonic() + self.least)

    def _asked(self, item) -> bool:
        case = item.callspec.id if hasattr(item, "callspec") else ""
        return bool({case.split("-")[0], case.partition("_")[2]} & self.names)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        if time.monotonic() > self.end:
            self.left += 1
            pytest.skip("left to `make test`")


def look(failed: list[str]) -> None:
    """Run all checks that are no tests; say what failed, and how long each took."""
    for name, command in CHECKS.items():
        begun = time.monotonic()
        done = subprocess.run(command, cwd=REPO, capture_output=True, text=True)
        said = f"{done.stdout}{done.stderr}" if done.returncode else ""
        print(f"== {name}: {time.monotonic() - begun:.0f} s\n{said}", end="", flush=True)
        failed += [name] if done.returncode else []


def chosen(paths: list[str]) -> tuple[list[str], set[str]]:
    """The files of tests to run, nearest first, and the exercises and lessons to prove."""
    names = exercises(paths) | lessons(paths) if lessons(paths) else set()
    reached = Reach().reached(paths)
    files = [p for p, n in reached.items() if n == 0 or not p.startswith(LATE)]
    proofs = [PROOF, SOLVED] if names else []
    return proofs + [p for p in files if p not in (PROOF, SOLVED)], names


def main(paths: list[str]) -> int:
    """Print what was found; 1 if anything is wrong."""
    begun, failed = time.monotonic(), []
    others = threading.Thread(target=look, args=(failed,))
    others.start()
    paths = paths or changed()
    files, names = chosen(paths)
    print(f"{len(paths)} files changed; they reach {len(files)} files of tests", flush=True)
    limits, code = Limits(names, begun + SECONDS, LEAST), 0
    if files:
        # No traces of lines, and no list of what was skipped: that is counted below.
        options = ["-q", "-rN", "-rfE", "-p", "no:cov", "--durations-min=10"]
        code = pytest.main([*options, *files], plugins=[limits])
    others.join()
    left = f"; {limits.left} tests are left to `make test`" if limits.left else ""
    print(f"\n{time.monotonic() - begun:.0f} s{left}", *failed)
    return 1 if failed or code not in (0, 5) else 0  # 5: nothing to run


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
