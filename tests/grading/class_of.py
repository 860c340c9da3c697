"""Reports made by hand, for tests of what is written of them."""

from coursekit.checking import Result
from coursekit.grading.reports.results import GradeReport, SubmissionReport


def result(name="f", status="failed", score=0, points=2, message="values differ", **more):
    rung = "" if status in ("passed", "unsolved") else "values"
    return Result(name, "my_lesson", status, score, points, rung, message, **more)


def passed(name="f", points=2):
    return result(name, "passed", points, points, "correct.")


def handed(student="zoe", lesson="my_lesson", *results, **changes):
    """One submission; its learner may see every result."""
    fields = {"status": "graded", "results": results, "shown": results}
    fields["file"] = f"{student}/01_{lesson}.ipynb"
    fields["page"] = f"feedback/{student}/01_{lesson}.html"
    return SubmissionReport(student, lesson, **fields | changes)


def class_of(*submissions, sandbox="bubblewrap"):
    return GradeReport(submissions, 1, sandbox, "0")
