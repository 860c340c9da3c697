"""Gradebooks that no judge has filled: a second for a class, and no box."""

import json
from pathlib import Path

from coursekit.grading.gradebook import Conditions, Gradebook, locate
from coursekit.grading.intake.submission import Submission
from coursekit.grading.reports.folder import make
from coursekit.grading.reports.results import SubmissionReport
from coursekit.grading.written import kept
from grading.class_of import passed, result
from grading.classes import PACK

CONDITIONS = Conditions(0, "bubblewrap", 10.0, 60.0, {})
LOOK = "withheld for your instructor: torch ran layer_norm for it."


def a_class(folder: Path, prose: dict[str, str], withheld: dict[str, str] | None = None) -> Path:
    """The reports' folder of a class that answered packs/tiny.py; called again, they hand in anew.

    Args:
        prose: by student, the answer to `why`.
        withheld: by student, the code of a `span` whose points are withheld.
    """
    out, found = folder / "out", {}
    make(out)
    for student, text in prose.items():
        code = (withheld or {}).get(student, "")
        path = folder / "in" / student / "tiny.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n{code}", "utf-8")
        span = passed("span") if not code else result("span", "manual", message=LOOK)
        why = result("why", "manual" if text else "unsolved", points=1, question=True)
        results = (passed("half", 1), span.but(rung="forbidden" if code else ""), why)
        told = kept(results, {"why": text}, f"{code or 'def span(x): ...'}\ndef half(x): ...")
        one = Submission(student, "tiny", path, f"{student}/tiny.ipynb")
        found[one] = SubmissionReport(
            student,
            "tiny",
            one.file,
            "graded",
            results=results,
            shown=results,
            **told._asdict(),
        )
    settings = {"submissions": str(folder / "in"), "out": str(out), "sandbox": "bubblewrap"}
    settings |= {"timeout": 10.0, "total": 60.0, "packs": [str(PACK)]}
    with Gradebook.open(locate(out), create=True) as book:
        book.keep(seed="0", settings=json.dumps(settings))
        for row, one in book.hand_in([*found], CONDITIONS).items():
            book.record(row, found[one], CONDITIONS)
    return out


def journal(out: Path) -> list:
    """Every mark that was given or taken back."""
    with Gradebook.open(locate(out)) as book:
        return book.history()


def scores(out: Path) -> dict[str, float]:
    """The points by student, as results.json has them."""
    whole = json.loads((out / "results.json").read_text("utf-8"))
    return {one["student"]: one["score"] for one in whole["submissions"]}
