"""A run that has nothing to do is known at once, and whatever changes is seen."""

import os
import shutil
import time
from dataclasses import replace

import pytest

from coursekit.grading import grade, instructor, run, seal
from coursekit.grading.workers.local import Crew
from grading.class_of import class_of, handed, passed
from grading.classes import PACK, hand_in


def look(folder, *files, **given):
    return seal.read(folder, [folder / "out"], files, given).hash


def test_every_change_is_seen_and_nothing_else(tmp_path):
    path, pack = hand_in(tmp_path, "ann"), tmp_path / "pack.py"
    before = look(tmp_path, pack, total=1)
    (tmp_path / "out").mkdir()
    hand_in(tmp_path / "out", "reports")
    assert look(tmp_path, pack, total=1) == before
    seen = {before, look(tmp_path, pack, total=2), look(tmp_path, total=1)}
    times, text = path.stat(), path.read_bytes()
    path.write_bytes(text[:-1] + b" ")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as large and as old as before
    seen.add(look(tmp_path, pack, total=1))
    pack.write_text("")
    seen.add(look(tmp_path, pack, total=1))
    (tmp_path / "bob").mkdir()
    seen.add(look(tmp_path, pack, total=1))
    path.unlink()
    seen.add(look(tmp_path, pack, total=1))
    assert len(seen) == 7


@pytest.mark.needs("bwrap")
def test_a_run_that_has_nothing_to_do_reads_nothing_and_says_what_the_last_one_said(
    tmp_path, packs_of_its_own, monkeypatch
):
    monkeypatch.setattr(seal, "SETTLED", -60.0)
    hand_in(tmp_path / "in", "ann")
    hand_in(tmp_path / "in", "bob", "x * 2")
    runs, out = [], tmp_path / "out"
    monkeypatch.setattr(Crew, "__init__", lambda *a, i=Crew.__init__: runs.append(1) or i(*a))

    def again(**more):
        return grade(tmp_path / "in", out, packs=(PACK,), **more)

    first, seen = again(), 1
    same = again(seed=first.seed, jobs=2)
    assert len(runs) == seen and (same.judged, same.exit_code) == (0, 0)
    assert same.summary().splitlines()[:-1] == first.summary().splitlines()[:-1]
    assert "2 graded in" in same.summary() and "(0 judged, 2 kept" in same.summary()
    assert same.as_json() == first.as_json()
    assert [s.score for s in same.submissions] == [3, 2] and len(runs) == seen
    for change in (
        lambda: instructor.override(str(out), "ann", "tiny", "half", 0, "copied"),
        lambda: (out / "report.html").unlink(),
        lambda: shutil.rmtree(tmp_path / "in" / "bob"),
    ):
        change()
        again()
        again()
        assert len(runs) == (seen := seen + 1), "once, and then there is nothing to do again"
    write = run.write_reports
    with monkeypatch.context() as meanwhile:  # a mark that comes when the pages have been read

        def marked_too_late(*given):
            done = write(*given)
            instructor.override(str(out), "ann", "tiny", "half", 0.5, "half of it")
            return done

        meanwhile.setattr(run, "write_reports", marked_too_late)
        meanwhile.setattr("coursekit.grading.lock.PATIENCE", 0.1)
        (out / "report.html").unlink()
        again()
    assert [s.score for s in again().submissions] == [2.5], "and no seal was on pages without it"
    assert len(runs) == seen + 2
    assert again(seed=first.seed + 1).judged == 1


@pytest.mark.parametrize(
    "change, sealed",
    [({}, True), ({"submissions": (handed(status="judge_failed", again=True),)}, False),
     ({"problems": ("a page could not be written",)}, False)],
)  # fmt: skip
def test_what_is_to_be_tried_again_is_not_sealed(tmp_path, change, sealed):
    class Book:
        text = ""

        def seal(self, text, seen):
            self.text = text

    book, report = Book(), replace(class_of(handed("ann", "l", passed())), **change)
    old = seal.Look(newest=time.time() - 60)
    seal.close(book, old, tmp_path, report, 0)
    assert bool(book.text) == sealed and (not sealed or seal.from_text(book.text).submissions == 1)
    book.text = ""
    seal.close(book, seal.Look(newest=time.time()), tmp_path, report, 0)
    assert not book.text, "what has just changed may change once more and look the same"
