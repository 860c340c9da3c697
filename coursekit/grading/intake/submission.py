"""One notebook that was handed in."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading.intake.notebook import SIZE_LIMIT


@dataclass(frozen=True)
class Submission:
    """One notebook handed in. `problem` is why it cannot be graded, or nothing."""

    student: str
    lesson: str
    path: Path
    file: str  # relative to what is graded
    problem: str = ""
    notes: tuple[str, ...] = ()  # what was odd about how it was handed in
    replaced: bool = False  # a newer version counts
    late: bool = False  # marked as late where it was handed in
    handed_in: str = ""  # when, in ISO 8601, where that is known for certain

    def content_hash(self) -> str:
        """SHA-256 of what is graded: the notebook's bytes, or the problem that stands for them."""
        stands_for = self.problem
        if not stands_for:
            try:
                size = self.path.stat().st_size
                if size <= SIZE_LIMIT:
                    return hashlib.sha256(self.path.read_bytes()).hexdigest()
                stands_for = f"{size} bytes"
            except OSError as error:
                stands_for = str(error.strerror)
        return hashlib.sha256(f"{self.file}\n{stands_for}".encode()).hexdigest()
