"""What the last run's reports show of earlier runs; how they are written: test_gradebook.py."""

from coursekit.grading import last_run
from coursekit.grading.gradebook import Entry
from grading.class_of import handed, passed


def entry(student, file, hash="1", *, last=False, graded=True):
    report = handed(student, "l", passed(), file=file, page="") if graded else None
    return Entry(student, "l", file, hash, 1, 1, report, report, last=last)


def test_what_was_part_of_earlier_runs_links_to_the_page_that_is_its_own(tmp_path):
    every = [
        entry("ann", "ann/l.ipynb"),
        entry("bob", "bob/l.ipynb"),  # whose page somebody has cleared away
        entry("bea", "team/l.ipynb"), entry("cem", "team/l.ipynb"),  # one file of two
        entry("dia", "x.ipynb", "1"), entry("eva", "x.ipynb", "2"),  # of two runs: one page is left
        entry("fay", "y.ipynb"), entry("gus", "y.ipynb", "3", last=True),
        entry("hal", "hal/l.ipynb", graded=False),
    ]  # fmt: skip
    for page in ("ann/l", "bea/team/l", "cem/team/l", "team/l", "x", "y", "hal/l"):
        path = tmp_path / "feedback" / f"{page}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, "utf-8")
    assert {one.student: one.page for one in last_run.others(every, tmp_path)} == {
        "ann": "feedback/ann/l.html", "bob": "",
        "bea": "feedback/bea/team/l.html", "cem": "feedback/cem/team/l.html",
        "dia": "", "eva": "", "fay": "",
    }  # fmt: skip
