"""Has a verdict changed? Every answer of every exercise, against the verdicts of an older tree.

python tests/verdicts.py [NAME…]           compare; exit 1 at a difference that has no reason
python tests/verdicts.py --record [NAME…]  write what this tree says to tests/verdicts.tsv

What is new is recorded at once. A verdict that is meant to change may have its reason in
verdicts.toml until it is recorded, which takes the reason out.
"""

import csv
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.task import did_you_mean

DATA = Path(__file__).with_suffix(".tsv")
SEEDS = (0, 1, 2)  # the public one and two that a grader might draw
FIELDS = ("exercise", "behaviour", "status", "rung", "diagnosis", "score")
REASONS = Path(__file__).with_suffix(".toml")


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


def reasons() -> dict[tuple[str, str], str]:
    """(exercise, behaviour) -> why its verdict is another than the recorded one."""
    found = tomllib.loads(REASONS.read_text("utf-8"))
    return {(task, name): why for task, said in found.items() for name, why in said.items()}


def main(names: list[str]) -> int:
    """Compare the named exercises, or all; 1 if a difference has no reason, or a reason no use."""
    old = [row for row in recorded() if not names or row[0] in names]
    new = now(names)
    keys = dict.fromkeys(row[:2] for row in (*old, *new))
    different = {key: why for key, why in reasons().items() if not names or key[0] in names}
    unexplained = 0
    for key in keys:
        was, got = ([r[2:] for r in rows if r[:2] == key] for rows in (old, new))
        if (was != got) is not (key in different):
            unexplained += 1
            print(f"{' '.join(key)}: was {was}, is {got}; {different.get(key, 'no reason')}")
    print(f"{len(keys)} answers, {len(different)} with a reason to differ, {unexplained} without")
    return unexplained > 0


def record(names: list[str]) -> None:
    """Write the verdicts of the named exercises, or of all, and take out the reasons they had."""
    tasks = [name for name, t in exercises.load().items() if isinstance(t, Exercise)]
    kept = [row for row in recorded() if names and row[0] not in names and row[0] in tasks]
    rows = sorted([*kept, *now(names)], key=lambda row: tasks.index(row[0]))
    with DATA.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([FIELDS, *rows])
    tables = re.split(r"(?m)^(?=\[)", REASONS.read_text("utf-8"))
    left = [t for t in tables[1:] if names and t.partition("]")[0][1:] not in names]
    REASONS.write_text(tables[0] + "".join(left), "utf-8")


def asked(arguments: list[str]) -> list[str]:
    """The exercises that a command names; it ends where there is none of that name."""
    names = [word for word in arguments[1:] if word[0] != "-"]
    if names:
        exercises.load()
    for name in names:
        if not isinstance(exercises.find(name), Exercise):
            raise SystemExit(f"no exercise is called {name!r}.{did_you_mean(name)}")
    return names


if __name__ == "__main__":
    names = asked(sys.argv)
    raise SystemExit(record(names) if "--record" in sys.argv else main(names))
