"""Has a verdict changed? Every answer of every exercise, against the verdicts of an older tree.

python tests/verdicts.py           compare; exit 1 at a difference that has no reason
python tests/verdicts.py --record  write what this tree says to tests/verdicts.tsv

Where a verdict is meant to change, `DIFFERENT` says why. A new recording empties it.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge

DATA = Path(__file__).with_suffix(".tsv")
SEEDS = (0, 1, 2)  # the public one and two that a grader might draw
FIELDS = ("exercise", "behaviour", "status", "rung", "diagnosis", "score")
DIFFERENT: dict[tuple[str, str], str] = {}  # (exercise, behaviour) -> why its verdict is another


def verdicts(task: Exercise) -> Iterator[tuple[str, ...]]:
    """(exercise, behaviour, status, rung, diagnosis, score); of several seeds where they differ."""
    wrong = {m.name: m.function for m in task.mistakes.values()}
    for name, function in {"": task.right, **task.alternatives, **wrong}.items():
        results = [judge(task, Local(function, name=task.name), seed=seed) for seed in SEEDS]
        said = [(r.status, r.rung, r.diagnosis or "", f"{r.score:g}") for r in results]
        for values in dict.fromkeys(said):
            yield task.name, name or "the right answer", *values


def now(names: Iterable[str] = ()) -> list[tuple[str, ...]]:
    """The verdicts of this tree, of the named exercises or of all."""
    tasks = [t for t in exercises.load().values() if isinstance(t, Exercise)]
    wanted = [t for t in tasks if not names or t.name in set(names)]
    return [row for task in wanted for row in verdicts(task)]


def recorded() -> list[tuple[str, ...]]:
    """The verdicts of the recording."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t")][1:]


def main(names: list[str]) -> int:
    """Compare the named exercises, or all; 1 if a difference has no reason, or a reason no use."""
    old = [row for row in recorded() if not names or row[0] in names]
    new = now(names)
    keys = dict.fromkeys(row[:2] for row in (*old, *new))
    unexplained = 0
    for key in keys:
        was, got = ([r[2:] for r in rows if r[:2] == key] for rows in (old, new))
        if (was != got) is not (key in DIFFERENT):
            unexplained += 1
            print(f"{' '.join(key)}: was {was}, is {got}; {DIFFERENT.get(key, 'no reason')}")
    print(f"{len(keys)} answers, {len(DIFFERENT)} with a reason to differ, {unexplained} without")
    return unexplained > 0


def record() -> None:
    with DATA.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([FIELDS, *now()])


if __name__ == "__main__":
    if "--record" in sys.argv:
        record()
    else:
        raise SystemExit(main(sys.argv[1:]))
