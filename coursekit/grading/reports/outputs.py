"""Everything that is written of a finished run, but the feedback pages, which come one by one."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from coursekit.errors import GradeError
from coursekit.files import write_changed
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.reports import (
    alike,
    causes,
    drafts,
    gradescope,
    lms,
    overview,
    similarity,
    table,
)
from coursekit.grading.reports.results import GradeReport
from coursekit.grading.reports.similarity import Alike


def write(
    report: GradeReport,
    out: Path,
    found: Sequence[Submission] | None = None,
    compare: Callable[..., list[Alike]] | None = None,
    *,
    bom: bool = False,
    earlier: str = "",
) -> None:
    """Write the results as JSON, as tables for every system, and as reports for the instructor.

    A file that says so already is left as it is: a second run of a class writes nothing.

    Args:
        report: of the whole class.
        out: the folder of the run's reports.
        found: the submissions' files: answers are compared if one changed. None: they are not.
        compare: tells which are alike; `similarity.similar` if absent.
        bom: begin gradebook.csv with a byte-order mark.
        earlier: a hash of what the submissions are compared with besides.

    Raises:
        GradeError: a file cannot be written.
    """
    files = {
        "results.json": as_text(report.as_json()),
        "scores.csv": report.as_csv(),
        "canvas.csv": lms.canvas(report),
        "moodle.csv": lms.moodle(report),
        "gradebook.csv": table.as_csv(report, bom=bom),
        "report.html": overview.page(report, _alike(out)),
    }
    for lesson, sheet in lms.worksheets(report).items():
        files[f"moodle/{lesson}.csv"] = sheet
    for student, results in gradescope.results(report).items():
        files[f"gradescope/{student}/results.json"] = as_text(results)
    _write(out, files)  # first what counts, then what is only to look at
    unnamed = [cluster for cluster in causes.clusters(report.submissions) if cluster.code]
    drafts.write(out / "unnamed", unnamed)
    if found is None:
        return
    compared = similarity.fingerprint(report, found, earlier)
    if _known(out).get("compared") != compared:
        groups = (compare or similarity.similar)(report, found)
        said = [group.as_json() for group in groups]
        about = {"compared": compared, "groups": said}
        # The JSON file comes last: it vouches for the pages.
        pages = {"similar.html": alike.page(report, groups)}
        pages["report.html"] = overview.page(report, said)
        _write(out, {**pages, "similar.json": as_text(about)})


def _write(out: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        try:
            write_changed(out / name, text)
        except OSError as error:
            raise GradeError(f"cannot write {out / name} ({error.strerror})") from error


def as_text(value: Any) -> str:
    """JSON as it is kept in files."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _alike(out: Path) -> list[dict[str, Any]]:
    """The groups of answers that are alike, as they were last found."""
    return _known(out).get("groups", [])


def _known(out: Path) -> dict[str, Any]:
    """What the report on answers that are alike says; nothing where it is none of today's."""
    try:
        said = json.loads((out / "similar.json").read_text("utf-8"))
        [group["published"] for group in said["groups"]]
        return said
    except (OSError, ValueError, KeyError, TypeError):
        return {}
