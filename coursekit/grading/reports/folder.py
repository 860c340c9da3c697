"""The folder that reports go to: one of its own, which can be written."""

import os
import tempfile
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.grading.intake.contents import claims


def see_own(out: Path, submissions: Path) -> None:
    """See that the reports' folder, which is passed over, is nobody's who handed in."""
    whole, own = submissions.resolve(), out.resolve()
    inside = own.is_dir() and own.is_relative_to(whole)
    if own == whole or (inside and any(claims(name) for name in os.listdir(own))):
        raise GradeError(f"--out must be a folder of its own; {out} holds what was handed in")


def make(out: Path) -> None:
    """Make the output folder and see that it can be written, before an hour's work is lost."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise GradeError(
            f"cannot write to {out} ({error.strerror}); choose another --out"
        ) from error
