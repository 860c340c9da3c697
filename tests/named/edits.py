"""The edits of every right answer: made by mutmut once, kept beside a digest of what it edited.

Nothing is left out of them afterwards: what is judged is all that is kept, or a draw whose seed is
stated.
"""

import ast
import hashlib
import itertools
import json
import random
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.edits import source_of
from coursekit.files import write_whole

HERE = Path(__file__).parent
KEPT = HERE / "edits.json"
TOOL = HERE / "mutmut_edits.py"
PYTHON = HERE.parents[1] / ".venv-mutmut" / "bin" / "python"
DRAW = 17  # the seed of every draw here


class Edit(NamedTuple):
    """One edit: the operator that made it, the characters it takes out, what it puts there."""

    operator: str
    start: int
    end: int
    new: str


def tasks() -> list[Exercise]:
    """Every exercise of every lesson."""
    return [t for t in exercises.load().values() if isinstance(t, Exercise)]


def digest() -> str:
    """Of all right answers and of what edits them."""
    own = [source_of(task.right) for task in tasks()]
    text = "\0".join([*own, TOOL.read_text("utf-8")])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def remake() -> None:
    """Make all edits anew, where a right answer has changed since."""
    if KEPT.exists() and kept()["digest"] == digest():
        return
    sources = {task.name: source_of(task.right) for task in tasks()}
    run = [str(PYTHON), str(TOOL)]
    made = subprocess.run(
        run, input=json.dumps(sources), capture_output=True, text=True, check=True
    )
    about = {"digest": digest()} | json.loads(made.stdout)
    rows = [
        f"{json.dumps(name)}: [\n" + ",\n".join(f"  {json.dumps(e)}" for e in found) + "\n ]"
        for name, found in about.pop("edits").items()
    ]
    head = ",\n ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in about.items())
    write_whole(KEPT, f'{{{head},\n "edits": {{\n {("," + chr(10) + " ").join(rows)}\n}}}}\n')
    kept.cache_clear()


@lru_cache(maxsize=1)
def kept() -> dict:
    """The tool and its version, its operators, the digest, and the edits of each exercise."""
    return json.loads(KEPT.read_text("utf-8"))


def singles(task: Exercise) -> list[Edit]:
    """Every edit of an exercise's right answer that is another program, and one that compiles."""
    source = source_of(task.right)
    same = ast.dump(ast.parse(source))
    found = (Edit(*edit) for edit in kept()["edits"][task.name])
    return [edit for edit in found if _another(edited(source, edit), same)]


def pairs(task: Exercise, most: int) -> list[tuple[Edit, Edit]]:
    """Pairs of edits that change different places: all, or as many as are drawn."""
    source = source_of(task.right)
    same, found = ast.dump(ast.parse(source)), []
    every = [
        (a, b)
        for a, b in itertools.combinations(sorted(singles(task), key=lambda e: (e.start, e.end)), 2)
        if a.end <= b.start and (a.start, a.end) != (b.start, b.end)
    ]
    random.Random(f"{DRAW} {task.name}").shuffle(every)
    for both in every:
        if len(found) < most and _another(edited(source, *both), same):
            found.append(both)
    return found


def edited(source: str, *edits: Edit) -> str:
    """The source with these edits made, which change different places."""
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        source = source[: edit.start] + edit.new + source[edit.end :]
    return source


def _another(text: str, same: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) != same
    except SyntaxError:  # two edits that are each well alone
        return False
