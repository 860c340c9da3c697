"""What runs in Gradescope's container, once for each submission.

    python -m coursekit.grading.autograder /autograder LESSON SANDBOX [PACK.py ...]

It reads submission/ and writes results/results.json below that folder. Where it cannot grade, it
writes nothing and exits with 1: Gradescope then says that the autograder failed, and gives no
score, least of all a nought that nobody earned.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from coursekit.errors import CourseError, JudgeError
from coursekit.files import write_whole
from coursekit.grading.intake.contents import claims, look
from coursekit.grading.intake.filenames import stem
from coursekit.grading.intake.noise import is_noise
from coursekit.grading.reports import gradescope
from coursekit.grading.reports.outputs import as_text
from coursekit.grading.run import grade
from coursekit.terminal import robust_streams, say

STUDENT = "student"


def autograde(root: Path, lesson: str, sandbox: str, packs: tuple[Path, ...] = ()) -> None:
    """Grade the one notebook in root/submission; write root/results/results.json.

    Raises:
        CourseError: this cannot be graded here, through no fault of the submission.
    """
    with tempfile.TemporaryDirectory() as work:
        given, out = Path(work, "in"), Path(work, "out")
        found = _notebooks(root / "submission", lesson)
        if len(found) != 1:
            names = ", ".join(path.name for path in found) or "no notebook"
            made = _refused(f"Hand in one notebook, {lesson}; what came is {names}.")
        else:
            staged = given / STUDENT / f"{lesson}.ipynb"
            staged.parent.mkdir(parents=True)
            shutil.copyfile(found[0], staged)
            report = grade(given, out, sandbox=sandbox, packs=packs)
            if report.failures:
                raise JudgeError("; ".join([*report.failures, *report.submissions[0].lines]))
            made = gradescope.results(report)[STUDENT]
            if other := next((s.lesson for s in report.submissions if s.lesson != lesson), ""):
                made = _refused(f"Hand in the notebook of {lesson}; this is that of {other}.")
    write_whole(root / "results" / "results.json", as_text(made))


def _notebooks(folder: Path, lesson: str) -> list[Path]:
    """The notebooks handed in for the lesson; whatever the name, if there is only one."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix.lower() != ".zip"
        and not any(map(is_noise, path.relative_to(folder).parts))
        and (claims(path.name) or look(path, lesson, [lesson]).notebook)
    ]  # fmt: skip
    named = [path for path in found if stem(path.name).lstrip("0123456789_") == lesson]
    return named or found


def _refused(words: str) -> dict[str, Any]:
    return {"score": 0, "output": words, "output_format": "text", "tests": []}


def main(root: str, lesson: str, sandbox: str, *packs: str) -> int:
    """Grade; 1 and a line for the instructor where that is not possible."""
    robust_streams()
    try:
        autograde(Path(root), lesson, sandbox, tuple(map(Path, packs)))
    except CourseError as error:
        say(f"coursekit: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
