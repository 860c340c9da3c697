"""Results as Gradescope reads them, one results.json per student.

The form is documented at https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""

from typing import Any

from coursekit.checking import Result, panel
from coursekit.grading import naming
from coursekit.grading.reports.results import GradeReport, SubmissionReport


def results(report: GradeReport) -> dict[str, dict[str, Any]]:
    """The content of results.json by student, as the name of a folder; only what they may see.

    A student for whom the grader itself failed has none: it would say a score.
    """
    handed: dict[str, list[SubmissionReport]] = {}
    for s in report.submissions:
        if s.student:
            handed.setdefault(s.student, []).append(s)
    folders = naming.folders(handed)
    return {
        folders[student]: _results(mine, report)
        for student, mine in handed.items()
        if not any(s.unjudged for s in mine)
    }


def _results(mine: list[SubmissionReport], report: GradeReport) -> dict[str, Any]:
    words = [f"{s.file}: {words}" for s in mine for words in (s.told, *s.notes) if words]
    if report.sandbox == "none":
        words.append("Graded without a sandbox.")
    return {
        "score": sum(s.score for s in mine),
        "output": "\n".join(words),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "sandbox": report.sandbox,
            "version": report.version,
            "submissions": {s.file: s.status for s in mine},
        },
        "tests": [_test(r, s) for s in mine for r in s.shown or s.results],
    }


def _test(r: Result, s: SubmissionReport) -> dict[str, Any]:
    points = {"score": r.score, "max_score": r.max} if r.max else {}
    guessed = r.status == "guessed"  # which is no verdict: there is no third word
    verdict = {} if guessed else {"status": "passed" if r.passed else "failed"}
    return (
        points
        | verdict
        | {
            "name": f"{s.lesson.replace('_', ' ')}: {r.exercise}",
            "output": panel.text(r),
            "tags": [s.lesson, r.status, *([r.diagnosis] if r.diagnosis else [])],
            "visibility": "visible",
        }
    )
