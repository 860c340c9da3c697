"""The exhaustive proof: what takes too long to be judged in every run of the tests.

Every answer of every exercise on seeds that a grader might draw, and mistakes two at a time. All
right answers must pass, every mistake must be refused by its own name, every pair must be refused,
nearly all of them by what is wrong with them. tests/test_exercises.py does the same in every run
for each answer, on the public seed.

    python tests/exhaustive.py [NAME...]  judge what has changed, or some exercises, and keep it
    python tests/exhaustive.py --check    exit 1 if what is kept is stale or not as it must be, or
                                          if one of a random 2 % comes out otherwise now
"""

import hashlib
import inspect
import json
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import verdicts

from coursekit import exercises
from coursekit.bars import counting
from coursekit.checking import PUBLIC_SEED, Exercise, Local, judge
from coursekit.checking.panel import text
from coursekit.checking.told import parts
from coursekit.claims.reached import path_of, reached
from coursekit.files import write_whole

DATA = Path(__file__).with_suffix(".json")
PACKAGE = Path(__file__).parents[1] / "coursekit"
SEEDS = [seed for seed in verdicts.SEEDS if seed != PUBLIC_SEED]
MOST = 170  # pairs of one exercise that are tried, always the same; a layer has a thousand
TRUE = 0.9  # of the pairs of all exercises get a true name
SHARE = 0.02
ASKED = ("quiz", "predictions")  # files of a lesson that no exercise is made of
STALE = "tests/exhaustive.json is stale: run `make proofs` and commit it"


class Found(NamedTuple):
    """What came out for one exercise."""

    digest: str
    answers: int  # right and wrong ones, each on every seed
    pairs: int
    unnamed: int  # pairs that were refused without a true name
    wrong: list[str]  # what is not as it must be


def tasks() -> dict[str, Exercise]:
    return {n: t for n, t in exercises.load().items() if isinstance(t, Exercise)}


def answers(task: Exercise) -> list[tuple[str, int]]:
    """(behaviour, seed) of every answer: "" is the right one."""
    return [(n, seed) for n in ("", *task.alternatives, *task.mistakes) for seed in SEEDS]


def as_it_must(task: Exercise, name: str, seed: int) -> str:
    """Judge an answer; what is wrong with the verdict, "" if nothing is."""
    mistake = task.mistakes.get(name)
    function = mistake.function if mistake else task.alternatives.get(name, task.right)
    result = judge(task, Local(function, name=task.name), seed=seed)
    about = f"{task.name}, {name or 'the right answer'}, seed {seed}"
    if mistake is None:
        return "" if result.passed else f"{about}: refused: {text(result)}"
    refused = not result.passed and (result.score < result.max or not task.points)
    if refused and result.diagnosis == name and mistake.explanation in text(result):
        return ""
    return f"{about}: {result.status}, {result.diagnosis}: {text(result)}"


def pairs(task: Exercise) -> list[tuple]:
    """(mistake, mistake, both) of those that are tried."""
    every = list(task.pairs())
    return random.Random(0).sample(every, min(MOST, len(every)))


def refused(task: Exercise, pair: tuple) -> tuple[str, bool]:
    """What is wrong with the verdict on two mistakes at once, and whether the name is true.

    True are both names, or one of them: of all that is wrong, or of the output that it explains.
    """
    a, b, both = pair
    result = judge(task, Local(both.function, name=task.name))
    named = {part.partition(" in ")[0] for part in parts(result.diagnosis or "")}
    wrong = f"{task.name}, {a.name} and {b.name}: accepted" if result.passed else ""
    return wrong, named <= {a.name, b.name}


def find(name: str) -> tuple[str, Found]:
    """Judge all of one exercise."""
    task = tasks()[name]
    wrong = [as_it_must(task, *answer) for answer in answers(task)]
    both = [refused(task, pair) for pair in pairs(task)]
    wrong += [said for said, _ in both]
    unnamed = sum(not true for _, true in both)
    return name, Found(*_asked(task), unnamed, [said for said in wrong if said])


@cache
def _of(path: Path) -> bytes:
    return path.name.encode() + hashlib.sha256(path.read_bytes()).digest()


def digest(task: Exercise) -> str:
    """Of the check, and of the exercise: its files, what its lesson's share, what it imports."""
    home = _home(task)
    lesson = [p for p in home.parent.iterdir() if p.suffix in (".py", ".txt")]
    own = [p for p in lesson if _owner(p) in (None, task.name)]
    imported = reached(f"exercises.{home.parent.name}.{home.stem}", PACKAGE).modules
    check = (PACKAGE / "checking").rglob("*.py")
    files = {*own, *check, *(path_of(module, PACKAGE) for module in imported)}
    judged = sorted(p for p in files if not p.stem.startswith(ASKED))
    return hashlib.sha256(b"".join(map(_of, judged))).hexdigest()[:16]


@cache
def _owner(path: Path) -> str | None:
    """The exercise after which, or after whose module, a file is called: NAME_mistakes.txt."""
    mine = [t for t in tasks().values() if _home(t).parent == path.parent]
    names = {name: task.name for task in mine for name in (_home(task).stem, task.name)}
    begins = [n for n in names if path.stem == n or path.stem.startswith(f"{n}_")]
    return names[max(begins, key=len)] if begins else None


def _home(task: Exercise) -> Path:
    """The file of the exercise; of one that is another under a new name, that of its cases."""
    home = Path(inspect.getfile(task.right))
    return home if home.exists() else Path(inspect.getfile(task.cases or task.script))


def kept() -> dict[str, Found]:
    read = json.loads(DATA.read_text("utf-8")) if DATA.exists() else {}
    return {name: Found(**one) for name, one in read.items()}


def keep(found: dict[str, Found]) -> None:
    rows = {name: found[name]._asdict() for name in tasks() if name in found}
    write_whole(DATA, json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def measure(names: list[str]) -> dict[str, Found]:
    """Judge these exercises in two processes behind a bar."""
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_one_thread)
    found = {}
    with pool, counting(len(names), "exercises") as done:
        for future in as_completed([pool.submit(find, name) for name in names]):
            name, found[name] = future.result()
            done()
    return found


def _one_thread() -> None:
    import warnings

    import torch

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)


def problems(found: dict[str, Found]) -> list[str]:
    """What is not as it must be."""
    wrong = [said for one in found.values() for said in one.wrong]
    every, unnamed = (sum(getattr(f, n) for f in found.values()) for n in ("pairs", "unnamed"))
    if unnamed > (1 - TRUE) * every:
        wrong.append(f"{unnamed} of {every} pairs of mistakes get no true name")
    return wrong


def stale(found: dict[str, Found]) -> list[str]:
    """The exercises of which nothing is kept, or what was found before a change, or too little."""
    return [n for n, t in tasks().items() if n not in found or found[n][:3] != _asked(t)]


def _asked(task: Exercise) -> tuple[str, int, int]:
    return digest(task), len(answers(task)), len(pairs(task))


def again(seed: int) -> Iterator[str]:
    """What is not as it must be in a random 2 %: one of fifty, of many exercises or of few."""
    draw = random.Random(seed)
    for task in tasks().values():
        for answer in answers(task):
            if draw.random() < SHARE and (said := as_it_must(task, *answer)):
                yield said
        for pair in pairs(task):
            if draw.random() < SHARE and (said := refused(task, pair)[0]):
                yield said


def check() -> list[str]:
    """What is stale or wrong, in what is kept and in a random 2 % of it."""
    found = kept()
    if old := stale(found):
        return [f"{STALE} ({', '.join(old)})"]
    seed = random.randrange(1 << 32)
    print(f"draw {seed}")
    return [*problems(found), *again(seed)]


def main(names: list[str]) -> int:
    """Judge what is stale, or the named exercises; 1 if something is not as it must be."""
    found = kept()
    found |= measure(names or stale(found))
    keep(found)
    print("\n".join(problems(found)) or "all is as it must be")
    return bool(problems(found))


if __name__ == "__main__":
    if "--check" in sys.argv:
        print("\n".join(said := check()) or "all is as tests/exhaustive.json says")
        raise SystemExit(bool(said))
    raise SystemExit(main(verdicts.asked(sys.argv)))
