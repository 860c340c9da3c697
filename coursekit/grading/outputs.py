"""Everything that is written of a finished run, but the feedback pages, which come one by one."""

import json
from collections.abc import Sequence
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.files import write_whole
from coursekit.grading import alike, gradescope, lms, overview, similarity
from coursekit.grading.results import GradeReport
from coursekit.grading.submissions import Submission


def write(report: GradeReport, found: Sequence[Submission], out: Path) -> None:
    """Write the results as JSON, as tables for every system, and as reports for the instructor.

    Args:
        report: of the whole class.
        found: the submissions' files; the report on answers that are alike reads them again.
        out: the folder of the run's reports.

    Raises:
        GradeError: a file cannot be written.
    """
    groups = similarity.similar(report, found)
    files = {
        "results.json": as_text(report.as_json()),
        "scores.csv": report.as_csv(),
        "canvas.csv": lms.canvas(report),
        "moodle.csv": lms.moodle(report),
        "report.html": overview.page(report),
        "similar.json": as_text([group.as_json() for group in groups]),
        "similar.html": alike.page(report, groups),
    }
    for student, results in gradescope.results(report).items():
        files[f"gradescope/{student}/results.json"] = as_text(results)
    for name, text in files.items():
        try:
            write_whole(out / name, text)
        except OSError as error:
            raise GradeError(f"cannot write {out / name} ({error.strerror})") from error


def as_text(value) -> str:
    """JSON as it is kept in files."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
