"""When something was handed in, from the file that nbgrader writes beside what it collects."""

from pathlib import Path
from zoneinfo import ZoneInfo

from coursekit.errors import GradeError
from coursekit.grading.intake import clock

FILE = "timestamp.txt"


def timestamp(folder: Path, zone: ZoneInfo | None = None) -> tuple[str, list[str]]:
    """When nbgrader says that it was handed in, in ISO 8601 or nothing; and what is odd there.

    Args:
        zone: of the class, whose abbreviations are understood; a time that names none is UTC.
    """
    path = folder / FILE
    if path.is_symlink() or not path.is_file():
        return "", []
    try:
        text = path.read_bytes()[:100].decode("utf-8-sig").strip()
    except (OSError, ValueError):
        text = ""
    for where in (clock.zone("UTC"), zone):  # nbgrader's own, then what it is called here
        try:
            return clock.moment(text, where).isoformat(), []
        except GradeError:
            continue
    return "", [f"its {FILE} cannot be read; it counts as handed in in time"]
