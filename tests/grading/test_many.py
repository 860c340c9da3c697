"""A class in one worker: memory stays flat, and an honest score does not depend on the seed."""

import gc
import os
import shutil

import pytest

from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import discover
from coursekit.sandbox import zygotes
from grading.make_submissions import FOLDER, MEANS

pytestmark = pytest.mark.needs("bwrap")
STUDENTS, WARM = 60, 20  # graded, and of them before anything is measured
GROWTH = 12 << 20  # bytes: what an allocator may shift; a leak of each submission's is more
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * PAGE


def below(pid: int) -> list[int]:
    """A process and the processes it started."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = [int(child) for child in file.read().split()]
    return [pid, *(p for child in children for p in below(child))]


def used() -> tuple[int, int]:
    """Bytes that the judge and the zygotes keep between two submissions."""
    gc.collect()
    kept = [p for z in zygotes._zygotes.values() for p in below(z.program.process.pid)]
    return resident(os.getpid()), sum(map(resident, kept))


def test_memory_is_flat_over_many_submissions(tmp_path):
    """Each brings its own megabytes, words and errors, so that whatever is kept would show."""
    text = (FOLDER / "dia_mistaken" / f"{MEANS}.ipynb").read_text("utf-8")
    assert "def batch_mean(x):" in text
    for n in range(STUDENTS):
        path = tmp_path / f"student{n:02}" / f"{MEANS}.ipynb"
        path.parent.mkdir()
        own = f"waste_{n} = b'x' * 10**7 # {n}" + "x" * 50_000
        path.write_text(text.replace("def batch_mean(x):", f"{own}\\ndef batch_mean(x):"), "utf-8")
    found, settings = discover(tmp_path), Settings(seed=3)
    before = (0, 0)
    for n, submission in enumerate(found):
        report = examine(submission, settings)
        assert report.status == "graded" and report.score == 0, report.reason
        if n == WARM:
            before = used()
    judge, zygotes = (now - then for now, then in zip(used(), before, strict=True))
    assert judge < GROWTH and zygotes < GROWTH, (judge, zygotes)


def test_honest_scores_hold_over_twenty_seeds(tmp_path):
    shutil.copytree(FOLDER / "ada_solved", tmp_path / "ada")
    (tmp_path / "ada" / "expected.json").unlink()
    for submission in discover(tmp_path):
        for seed in range(20):
            report = examine(submission, Settings(seed=seed))
            lost = [(r.exercise, r.message) for r in report.results if r.max and not r.passed]
            assert not lost and report.status == "graded", (seed, lost, report.reason)
