"""Holes: every answer that a check accepts, against the right one on all that its statement allows.

Beside its `cases` an exercise has a `domain`, which draws arguments from all that its statement
allows. Right answers in every style, surviving mutants (those of mutating/found.json), and what
people wrote and was accepted are run on these draws. Whoever passes the check and differs there
shows a hole in the check, or a statement that is too wide; a mutant that is excused as right
(mutating/excused.py) may differ. Then each is judged as a grader would, on seeds with hidden draws.

    python tests/holes.py [NAME...]  run; without names write docs/holes.md and tests/holes.json
    python tests/holes.py --check    exit 1 if they are stale, or a random 2 % comes out otherwise
"""

import contextlib
import hashlib
import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import written
from holes_page import page
from mutating.excused import excuse
from mutating.judged import all_mutants, made
from mutating.record import read

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.answer import AnswerTimeout
from coursekit.checking.compare import compare
from coursekit.checking.domain import allowance, arguments, parts, script, scripted
from coursekit.checking.limits.guard import limit, quiet
from coursekit.files import write_whole

HERE = Path(__file__).parent
DATA = HERE / "holes.json"
PAGE = HERE.parent / "docs" / "holes.md"
DRAWS, SEEDS = 2000, 50
SECONDS = 2.0  # of the processor's for the draws of one exercise, and half of it for its seeds
SHARE = 0.02
HIDDEN = 1 << 32  # as the grader adds it to a seed
FIRST = 15  # the seed of all draws here
MUTANT = "mutant, "


def tasks() -> list[Exercise]:
    return [t for t in exercises.load().values() if isinstance(t, Exercise)]


def answers(task: Exercise) -> Iterator[tuple[str, Callable]]:
    """Every answer that might be accepted, by a name that finds it again."""
    yield "the right answer", task.right
    yield from task.alternatives.items()
    yield from mutated(task)
    yield from people(task)


def mutated(task: Exercise) -> Iterator[tuple[str, Callable]]:
    """Every mutant of the right answer that was accepted; others may share its words."""
    found = read().get(task.name)
    wanted, met = {(a[0], a[1]) for a in found.accepted} if found else set(), Counter[str]()
    for mutant in all_mutants(task) if wanted else ():
        if mutant[:2] in wanted:
            name = f"{MUTANT}{mutant.operator}: {mutant.words}"
            met[name] += 1
            with contextlib.suppress(Exception):  # a class may fail while it is made
                yield name if met[name] == 1 else f"{name} ({met[name]})", made(task, mutant)


def excused(task: Exercise, name: str) -> bool:
    """True if a mutant need not agree: why stands in docs/mutants.md."""
    operator, _, words = name.removeprefix(MUTANT).partition(": ")
    return name.startswith(MUTANT) and bool(excuse(task.name, operator, words))


def people(task: Exercise) -> Iterator[tuple[str, Callable]]:
    """What people wrote for it, run as their notebook would."""
    for row in written.rows():
        if row.exercise != task.name:
            continue
        scope: dict = {n: getattr(t, "right", None) for n, t in exercises.load(task.lesson).items()}
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()), quiet():
            exec(written.setup(row.lesson), scope)
            scope.pop(task.name, None)
            exec(row.cell, scope)
        if callable(scope.get(task.name)):
            yield f"row {row.id}", scope[task.name]


def accepted(task: Exercise) -> dict[str, Callable]:
    """Those that the check of a notebook accepts."""
    found = {}
    for name, function in answers(task):
        answer = Local(function, name=task.name, timeout=2.0)
        if name == "the right answer" or judge(task, answer).passed:
            found[name] = function
    return found


def apart(task: Exercise, functions: dict[str, Callable], draws: list[int], seconds: float):
    """How many draws were made, and by answer the draws on which it differs, with the first words.

    As many draws as there is time for; all answers meet the same.
    """
    ends, made = time.process_time() + seconds, 0
    found: dict[str, list] = {}
    for draw in draws:
        if time.process_time() > ends:
            break
        made += 1
        right = expected(task, draw)
        for name, function in functions.items():
            if words := differs(task, function, draw, *right):
                found.setdefault(name, [0, f"draw {draw}: {words}"])[0] += 1
    return made, found


def expected(task: Exercise, draw: int):
    if scripted(task):
        answer = Local(task.right, name=task.name, timeout=None)
        return [value for _, value, *_ in script(task, answer, FIRST, draw)], None
    want, slack, _ = allowance(task, FIRST, draw)
    return want, slack


def differs(task: Exercise, function: Callable, draw: int, want, slack) -> str:
    """How an answer differs from the right one on a draw; "" if it does not."""
    try:
        with quiet(), limit(5.0), contextlib.redirect_stdout(io.StringIO()):
            if scripted(task):
                answer = Local(function, name=task.name, timeout=5.0)
                got = [value for _, value, *_ in script(task, answer, FIRST, draw)]
                found = compare(got, want, rtol=task.rtol, atol=task.atol)
                return found.message if found else ""
            got = function(*arguments(task, FIRST, draw))
        return parts(task, got, want, slack)
    except (Exception, AnswerTimeout) as error:
        return f"{type(error).__name__}: {error}"[:200]


def refused(task: Exercise, functions: dict[str, Callable], seconds: float):
    """How many seeds were tried, and by answer the first on which a grader would refuse it."""
    ends, made = time.process_time() + seconds, 0
    found: dict[str, str] = {}
    for seed in range(1, SEEDS + 1):
        if time.process_time() > ends:
            break
        made += 1
        for name, function in functions.items():
            result = judge(task, Local(function, name=task.name), seed=HIDDEN + seed)
            if not result.passed:
                found.setdefault(name, f"seed {seed}: {result.message}")
    return made, found


def depends() -> str:
    """The digest of all that a result here depends on."""
    package = HERE.parent / "coursekit"
    files = [Path(__file__), *(HERE / "mutating").glob("*.*"), *(HERE / "answers").glob("*.txt")]
    for room in ("checking", "exercises"):
        files += [f for f in (package / room).rglob("*") if f.suffix in (".py", ".txt")]
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(f"{file.name}\n".encode() + file.read_bytes())
    return whole.hexdigest()[:12]


def measured(wanted: list[Exercise]) -> dict[str, dict]:
    """What came out for each exercise that has a domain."""
    from tqdm import tqdm

    said = {}
    for task in (bar := tqdm(wanted, desc="holes", disable=None)):
        bar.set_postfix_str(task.name)
        if task.domain is None:
            continue
        functions = accepted(task)
        draws, differ = apart(task, functions, list(range(1, DRAWS + 1)), SECONDS)
        seeds, lost = refused(task, functions, SECONDS / 2)
        said[task.name] = {
            "answers": list(functions), "draws": draws, "seeds": seeds, "refused": lost,
            "excused": sum(excused(task, name) for name in differ),
            "apart": {n: said for n, said in differ.items() if not excused(task, n)},
        }  # fmt: skip
    return said


def text(said: dict[str, dict]) -> str:
    """The whole of docs/holes.md."""
    without = [task.name for task in tasks() if task.domain is None]
    return page(said, without, draws=DRAWS, seeds=SEEDS, seconds=SECONDS)


def check() -> list[str]:
    """What is stale, or comes out otherwise on a random 2 % of the draws."""
    if not (DATA.exists() and PAGE.exists()):
        return ["tests/holes.json or docs/holes.md is missing: run `make holes` and commit both"]
    stored = json.loads(DATA.read_text("utf-8"))
    if stored["depends"] != depends() or PAGE.read_text("utf-8") != text(stored["said"]):
        return ["tests/holes.json or docs/holes.md is stale: run `make holes` and commit both"]
    found, seed = [], random.randrange(1 << 32)
    print(f"a random {SHARE:.0%} of the draws, seed {seed}")
    for task in tasks():
        if (one := stored["said"].get(task.name)) is None:
            continue
        kept = {n: f for n, f in answers(task) if n in set(one["answers"])}
        few = max(1, round(SHARE * one["draws"]))
        draws = random.Random(seed).sample(range(1, one["draws"] + 1), few)
        _, differ = apart(task, kept, draws, SECONDS)
        found += [f"{task.name}, {name}: {words}" for name, (_, words) in differ.items()
                  if not excused(task, name)]  # fmt: skip
    return found


def main(names: list[str]) -> int:
    """Measure the named exercises, or all; 1 if there is a hole."""
    known = tasks()
    said = measured([t for t in known if not names or t.name in names])
    if not names:
        stored = {"depends": depends(), "said": said}
        write_whole(DATA, json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
        write_whole(PAGE, text(said))
    holes = 0
    for name, one in said.items():
        about = f"{len(one['answers'])} answers, {one['draws']} draws, {one['seeds']} seeds"
        print(f"{name:<28} {about}")
        for answer, (count, words) in one["apart"].items():
            print(f"    {answer}: {count} draws; {words}")
        for answer, words in one["refused"].items():
            print(f"    {answer}: refused, {words}")
        holes += len(one["apart"]) + len(one["refused"])
    print(f"{holes} holes")
    return holes > 0


if __name__ == "__main__":
    if "--check" in sys.argv:
        for line in (problems := check()):
            print(line)
        raise SystemExit(bool(problems))
    raise SystemExit(main(sys.argv[1:]))
