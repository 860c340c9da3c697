"""Two versions of a course, and a learner's progress, written for ever; made to be killed.

    python learner_killed.py WORKSPACE COURSE_A COURSE_B

Says `saved N` once N checks are on the disk, and `updated` after each update.
"""

import sys
from itertools import count, cycle
from pathlib import Path

from coursekit.checking import Result
from coursekit.learning.attempts import Attempts
from coursekit.workspace.update import update


def main(workspace: Path, *courses: Path) -> None:
    attempts = Attempts(workspace / ".coursekit" / "progress.json")
    for n, course in zip(count(1), cycle(courses), strict=False):
        result = Result("batch_mean", "mean_and_variance", "failed", 0, 1, "values", "wrong")
        print("saved", attempts.record(result), flush=True)
        update(workspace, sorted(course.glob("*.ipynb")))
        print("updated", n, flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
