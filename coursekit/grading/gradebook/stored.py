"""A report as text in a row, and back: nothing that results, pages or exports show is lost."""

import json
from dataclasses import asdict
from typing import Any

import msgspec

from coursekit.grading.reports.results import SubmissionReport


def to_text(report: SubmissionReport) -> str:
    """The report as JSON in ASCII, which every database holds as it is."""
    return json.dumps(asdict(report), default=_plain, separators=(",", ":"))


def from_text(text: str) -> SubmissionReport:
    """The report again."""
    return msgspec.convert(json.loads(text), SubmissionReport)


def _plain(value: Any) -> Any:
    """A NumPy scalar as Python's own."""
    return value.item()
