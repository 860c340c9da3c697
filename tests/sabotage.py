"""Break a copy of the course in nine ways, one at a time: each must turn the tests red.

    python tests/sabotage.py [WORD...]      only the patches whose name contains a word

A patch names the part of the suite that is there to catch it; only that part is run, and it must
be green before and red, with the expected words, after. A patch that no longer applies is an error.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

REPO = Path(__file__).parents[1]
LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", ".coverage*")
LEARNERS = {REPO: {"workspace"}}  # here alone: a room of the course has that name, too
PYTEST = ("pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider")
ORACLE = (*PYTEST, "tests/test_norms.py", "-k", "match_the_oracle and batch")
RUNNING = (*PYTEST, "tests/test_layers_running.py", "-k", "tracks_and_infers")
GRAPH = (*PYTEST, "tests/test_layers_graph.py")
FLOORS = (*PYTEST, "tests/test_floors.py", "-k", "go_down or nothing_heavy")
BUILT = ("coursekit", "build", "--check")
SOLVED = (*PYTEST, "tests/test_solutions.py", "-k", "solved_lesson")


class Patch(NamedTuple):
    """Put `new` for `old`, which occurs once in `path`; then `run` must fail with `words`."""

    name: str
    path: str
    old: str
    new: str
    run: tuple[str, ...]
    words: str


PATCHES = (
    Patch(
        "unbiased variance",
        "coursekit/norms/core.py",
        "var = mean_over(centered**2, axes)",
        "var = x.var(axes, keepdims=True, ddof=1)",
        ORACLE,
        "test_forward_and_every_gradient_match_the_oracle",
    ),
    Patch(
        "eps outside the root",
        "coursekit/norms/core.py",
        "inv_std = 1 / np.sqrt(var + eps)",
        "inv_std = 1 / (np.sqrt(var) + eps)",
        ORACLE,
        "test_forward_and_every_gradient_match_the_oracle",
    ),
    Patch(
        "no_grad removed",
        "coursekit/layers/tracked.py",
        "    @torch.no_grad()  # or the buffers would keep every past batch's graph alive\n",
        "",
        GRAPH,
        "test_a_layer_trains_on_batch_after_batch_without_keeping_their_graphs[masked]",
    ),
    Patch(
        "biased running variance",
        "coursekit/layers/tracked.py",
        "var * m / (m - 1)",
        "var",
        RUNNING,
        "test_batch_norm_tracks_and_infers_as_torch_does",
    ),
    Patch(
        "momentum flipped",
        "coursekit/norms/core.py",
        "return (1 - momentum) * running + momentum * batch",
        "return momentum * running + (1 - momentum) * batch",
        RUNNING,
        "test_batch_norm_tracks_and_infers_as_torch_does",
    ),
    Patch(
        "an upward import",
        "coursekit/norms/core.py",
        "from coursekit.errors import ShapeError\n",
        "from coursekit.errors import ShapeError\nfrom coursekit.layers import BatchNorm\n",
        FLOORS,
        "test_imports_go_down_and_none_in_a_circle",
    ),
    Patch(
        "eager torch",
        "coursekit/__init__.py",
        "from importlib import import_module\n",
        "from importlib import import_module\n\nimport torch\n",
        FLOORS,
        "test_the_light_path_loads_nothing_heavy",
    ),
    Patch(
        "an unbuilt notebook",
        "solutions/00_start_here.py",
        "# # Start here\n",
        "# # Start right here\n",
        BUILT,
        "stale notebooks/00_start_here.ipynb",
    ),
    Patch(
        "a wrong solution",
        "solutions/07_running_statistics.py",
        "update_running(self.running_var, x.var(0, ddof=1), m)",
        "update_running(self.running_var, x.var(0), m)",
        SOLVED,
        "test_a_solved_lesson_passes_its_own_checks[07_running_statistics]",
    ),
)


def run(copy: Path, command: tuple[str, ...]) -> tuple[int, str]:
    """Run `python -m command` on the copy, which shadows the installed coursekit."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("COURSEKIT_")}
    # A patch can land within the second of the last run: no byte code, or the old one is believed.
    env |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=copy, env=env, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def survived(copy: Path, patch: Patch) -> str | None:
    """Apply a patch, run its tests, take it back; return what went wrong, or None if caught."""
    target = copy / patch.path
    whole = target.read_text(encoding="utf-8")
    if (times := whole.count(patch.old)) != 1:
        return f"no longer applies: its text occurs {times} times in {patch.path}; renew the patch"
    target.write_text(whole.replace(patch.old, patch.new), encoding="utf-8")
    code, said = run(copy, patch.run)
    target.write_text(whole, encoding="utf-8")
    if code == 0:
        return f"survived {' '.join(patch.run)}"
    if patch.words not in said:
        return f"red, but not with {patch.words!r}:\n{said}"
    return None


def main(words: list[str]) -> int:
    patches = [p for p in PATCHES if not words or any(word in p.name for word in words)]
    failures = 0
    with tempfile.TemporaryDirectory(prefix="coursekit-sabotage-") as folder:
        copy = Path(folder) / "course"
        left_out = shutil.ignore_patterns(*LEFT_OUT)

        def ignored(folder: str, names: list[str]) -> set[str]:
            return {*left_out(folder, names), *LEARNERS.get(Path(folder), set())}

        shutil.copytree(REPO, copy, ignore=ignored)
        red_before = {}
        for command in dict.fromkeys(p.run for p in patches):
            code, said = run(copy, command)
            red_before[command] = code and f"red without the patch, so nothing can be told:\n{said}"
        for patch in patches:
            begun = time.monotonic()
            problem = red_before[patch.run] or survived(copy, patch)
            failures += bool(problem)
            verdict = "NOT CAUGHT" if problem else "caught    "
            print(f"{verdict} {patch.name}: {time.monotonic() - begun:.0f} s", flush=True)
            if problem:
                print(f"           {problem}")
    print(f"{len(patches) - failures} of {len(patches)} patches caught")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
