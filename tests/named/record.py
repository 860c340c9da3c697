"""What was told, kept beside a digest of all that it depends on; run in two processes."""

import hashlib
import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from coursekit.bars import counting
from coursekit.checking import PUBLIC_SEED, Exercise, Local, find, judge
from coursekit.checking.told import CAUSES, named
from coursekit.files import write_whole
from named import edits
from named.judged import of_edits, read, same, without

DATA = Path(__file__).parents[1] / "naming.json"
PACKAGE = Path(__file__).parents[2] / "coursekit"
PAIRS = 12  # pairs of edits drawn of each exercise; all where there are fewer
SEEDS = (PUBLIC_SEED, 1, 2)  # on which right answers are judged
SHARE = 0.02
SAME = ", which does the same"  # said of another name that is as true on other inputs


class Found(NamedTuple):
    """What was told of the wrong and right answers of one exercise."""

    singles: list[str]  # of each single edit, in their order
    pairs: list[str]  # of each pair that was drawn
    left: dict[str, str]  # mistake -> what is told of it where nobody knows it
    right: dict[str, str]  # right answer -> what is told of it, on all seeds


def digest() -> str:
    """Of the check, of the exercises, and of what edits and reads here."""
    files = [p for part in ("checking", "exercises") for p in (PACKAGE / part).rglob("*.*")]
    files += [*Path(__file__).parent.glob("*.*")]
    seen = hashlib.sha256()
    for path in sorted(p for p in files if p.suffix in (".py", ".txt", ".json")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def of_left_out(task: Exercise, name: str) -> str:
    """What is told of a named mistake by a check that does not know it."""
    function = task.mistakes[name].function
    with without(task, name):
        told = read(judge(task, Local(function, name=task.name)))
        again = told.kind in CAUSES and same(task, function, told)  # by who does not know it either
    if told.kind in CAUSES and name in named(told.words):
        raise AssertionError(f"{task.name}: {name} is left out, and yet was told")
    return f"{told}{SAME if again else ''}"


def of_right(task: Exercise, name: str) -> str:
    """What is told of a right answer; "accepted" where no seed tells anything else."""
    function = task.alternatives.get(name, task.right)
    for seed in SEEDS:
        told = read(judge(task, Local(function, name=task.name), seed=seed))
        if told.kind != "accepted":
            return f"{told} (seed {seed})"
    return "accepted"


def find_all(name: str) -> tuple[str, Found]:
    """Judge all of one exercise."""
    edits.tasks()
    task = find(name)
    assert isinstance(task, Exercise)
    singles = [str(of_edits(task, edit)) for edit in edits.singles(task)]
    pairs = [str(of_edits(task, *both)) for both in edits.pairs(task, PAIRS)]
    left = {known: of_left_out(task, known) for known in list(task.mistakes)}
    right = {known: of_right(task, known) for known in [task.name, *task.alternatives]}
    return name, Found(singles, pairs, left, right)


def measure() -> dict[str, Found]:
    """Judge everything, in two processes behind a bar; the largest exercises first."""
    tasks = sorted(edits.tasks(), key=lambda task: -len(edits.kept()["edits"][task.name]))
    found = {}
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_one_thread)
    with pool, counting(len(tasks), "exercises") as done:
        for future in as_completed([pool.submit(find_all, task.name) for task in tasks]):
            name, one = future.result()
            found[name] = one
            done()
    return {task.name: found[task.name] for task in edits.tasks()}


def _one_thread() -> None:
    import warnings

    import torch

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)


def again(found: dict[str, Found]) -> Iterator[str]:
    """Which of a random 2 % is told otherwise now."""
    for task in edits.tasks():
        kept = found[task.name]
        every = [
            (str(e), (e,), was) for e, was in zip(edits.singles(task), kept.singles, strict=True)
        ]
        drawn = zip(edits.pairs(task, PAIRS), kept.pairs, strict=True)
        every += [(f"{a} and {b}", (a, b), was) for (a, b), was in drawn]
        for words, both, was in _some(every):
            if (now := str(of_edits(task, *both))) != was and "crash" not in (now[:5], was[:5]):
                yield f"{task.name}: {words}: was told {was!r}, now {now!r}"
        for name, was in _some(list(kept.left.items())):
            if (now := of_left_out(task, name)) != was:
                yield f"{task.name} without {name}: was told {was!r}, now {now!r}"


def _some(items: list) -> list:
    """A random 2 %: one of fifty is drawn, whether there are many or few."""
    return [item for item in items if random.random() < SHARE]


def keep(found: dict[str, Found]) -> None:
    """Write it."""
    rows = {name: one._asdict() for name, one in found.items()}
    text = json.dumps({"digest": digest(), "found": rows}, indent=1, ensure_ascii=False)
    write_whole(DATA, text + "\n")


def kept() -> tuple[str, dict[str, Found]]:
    """The digest, and what was found by exercise; nothing where nothing is kept."""
    if not DATA.exists():
        return "", {}
    read = json.loads(DATA.read_text("utf-8"))
    return read["digest"], {name: Found(**one) for name, one in read["found"].items()}
