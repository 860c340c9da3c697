"""What became of the mutants, kept beside a hash of what it depends on."""

import ast
import hashlib
import inspect
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from coursekit.checking import Exercise
from coursekit.files import write_whole
from mutating.judged import CUT, DIFFERS, FAILED, REFUSED, SAME, all_mutants, outcome

DATA = Path(__file__).parent / "found.json"
OPERATORS = ("trees", "values", "names", "calls", "moves", "operators", "judged", "inputs")


class Found(NamedTuple):
    """What became of the mutants of one exercise."""

    digest: str
    counts: dict[str, dict[str, int]]  # operator -> what became of it -> how many
    accepted: list[list[str]]  # [operator, words, SAME, DIFFERS or FAILED, on what it differs]


def digest(exercise: Exercise) -> str:
    """Of the exercise's files, and of what mutates and compares."""
    home = Path(inspect.getfile(exercise.right))
    if not home.exists():  # another exercise under a new name: its cases lie where that one does
        home = Path(inspect.getfile(exercise.cases or exercise.script))
    own = [home]
    own += [
        p
        for p in sorted(own[0].parent.iterdir())
        if p.stem.startswith(("inputs", "caches", "life"))
    ]
    own += [Path(__file__).with_name(f"{name}.py") for name in OPERATORS]
    text = "".join(ast.dump(ast.parse(p.read_text("utf-8"))) for p in own if p.suffix == ".py")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def find(exercise: Exercise) -> Found:
    """Judge every mutant of an exercise."""
    counts: dict[str, Counter[str]] = {}
    accepted = []
    for mutant in all_mutants(exercise):
        became, where = outcome(exercise, mutant)
        counts.setdefault(mutant.operator, Counter())[became] += 1
        if became not in (REFUSED, CUT):
            accepted.append([mutant.operator, mutant.words, became, where])
    return Found(digest(exercise), {name: dict(c) for name, c in counts.items()}, accepted)


def read() -> dict[str, Found]:
    """What is kept, by exercise."""
    kept = json.loads(DATA.read_text("utf-8")) if DATA.exists() else {}
    return {name: Found(**found) for name, found in kept.items()}


def write(found: dict[str, Found]) -> None:
    """Keep it."""
    text = json.dumps(
        {name: f._asdict() for name, f in found.items()}, indent=1, ensure_ascii=False
    )
    write_whole(DATA, text + "\n")


def totals(found: dict[str, Found]) -> dict[str, Counter[str]]:
    """Of all exercises: operator -> what became of it -> how many."""
    sums: dict[str, Counter[str]] = {}
    for one in found.values():
        for operator, counts in one.counts.items():
            sums.setdefault(operator, Counter()).update(counts)
    return sums


__all__ = ["DIFFERS", "FAILED", "SAME", "Found", "digest", "find", "read", "totals", "write"]
