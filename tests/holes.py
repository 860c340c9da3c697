"""Holes: every answer that a check accepts, against the right one on all that its statement allows.

Beside its `cases` an exercise has a `domain`, which draws arguments from all that its statement
allows. Right answers in every style, surviving mutants, and what people wrote and was accepted are
run on these draws. Whoever passes the check and differs there shows a hole in the check, or a
statement that is too wide. Then each is judged as a grader would, on seeds that have hidden draws.

    python tests/holes.py [NAME...]  run; without names write docs/holes.md and tests/holes.json
    python tests/holes.py --check    exit 1 if they are stale, or a random 2 % comes out otherwise
"""

import ast
import contextlib
import hashlib
import inspect
import io
import json
import random
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import mutants
import written

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
LIFE = "a layer's life is one long script; each step of it looks at what the one before stored"
WHY_NONE = {"BatchNorm1d": LIFE, "BatchNorm": LIFE}


def tasks() -> list[Exercise]:
    return [t for t in exercises.load().values() if isinstance(t, Exercise)]


def answers(task: Exercise) -> Iterator[tuple[str, Callable]]:
    """Every answer that might be accepted, by a name that finds it again."""
    yield "the right answer", task.right
    yield from task.alternatives.items()
    yield from mutated(task)
    yield from people(task)


def mutated(task: Exercise) -> Iterator[tuple[str, Callable]]:
    """Every mutant of the right answer."""
    source = textwrap.dedent(inspect.getsource(task.right))
    kinds = ast.FunctionDef | ast.ClassDef
    definition = next(n for n in ast.parse(source).body if isinstance(n, kinds))
    definition.decorator_list = []
    home = vars(inspect.getmodule(task.right))
    for words, mutant in mutants.mutants(definition):
        scope = dict(home)
        try:
            exec(compile(ast.Module([mutant], []), task.name, "exec"), scope)
        except Exception:  # no Python, or a class that cannot be made
            continue
        yield f"mutant, {words}", scope[task.name]


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
    files = [Path(__file__), HERE / "mutants.py", *(HERE / "answers").glob("*.txt")]
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
        made, found = apart(task, functions, list(range(1, DRAWS + 1)), SECONDS)
        seeds, lost = refused(task, functions, SECONDS / 2)
        said[task.name] = {
            "answers": list(functions), "draws": made, "seeds": seeds,
            "apart": found, "refused": lost,
        }  # fmt: skip
    return said


PAGE_HEAD = """\
# Holes

Generated by `make holes`. Beside its `cases`, an exercise has a `domain`: a generator of all that
its statement allows. Every answer that its check accepts (right ones in every style, surviving
mutants, what people wrote) is run on up to {draws} draws of it, and must agree with the right one
to what rounding allows; then it is judged as a grader would on up to {seeds} seeds, whose hidden
cases hold three draws. Fewer than that, where {seconds:g} s of the processor's were over, or half
of that for the seeds.

{total} answers to {count} exercises, {made} draws: {apart} differ on the domain, {lost} are refused
by a grader.

| exercise | answers | of these mutants | rows of people's | draws | seeds | differ | refused |
|:--|--:|--:|--:|--:|--:|--:|--:|
"""


def page(said: dict[str, dict]) -> str:
    """The whole of docs/holes.md."""
    lines, notes = [], []
    for name, one in said.items():
        kinds = [sum(a.startswith(k) for a in one["answers"]) for k in ("mutant", "row")]
        figures = [len(one["answers"]), *kinds, one["draws"], one["seeds"]]
        figures += [len(one["apart"]), len(one["refused"])]
        lines.append(f"| {name} | {' | '.join(map(str, figures))} |")
        for answer, (count, words) in one["apart"].items():
            notes.append(f"* {name}, {answer}: {count} draws of {one['draws']}; {words}")
        notes += [f"* {name}, {answer}: refused, {why}" for answer, why in one["refused"].items()]
    text = PAGE_HEAD.format(
        draws=DRAWS, seeds=SEEDS, seconds=SECONDS, count=len(said),
        total=sum(len(one["answers"]) for one in said.values()),
        made=sum(one["draws"] for one in said.values()),
        apart=sum(len(one["apart"]) for one in said.values()),
        lost=sum(len(one["refused"]) for one in said.values()),
    )  # fmt: skip
    text += "\n".join(lines) + "\n"
    without = [f"* {t.name}: {WHY_NONE.get(t.name, '**no reason**')}"
               for t in tasks() if t.domain is None]  # fmt: skip
    if without:
        text += "\nWithout a domain:\n\n" + "\n".join(without) + "\n"
    text += "\nQuizzes and predictions have no arguments, and so no domain.\n"
    return text + ("\n" + "\n".join(notes) + "\n" if notes else "")


def check() -> list[str]:
    """What is stale, or comes out otherwise on a random 2 % of the draws."""
    if not (DATA.exists() and PAGE.exists()):
        return ["tests/holes.json or docs/holes.md is missing: run `make holes` and commit both"]
    stored = json.loads(DATA.read_text("utf-8"))
    if stored["depends"] != depends() or PAGE.read_text("utf-8") != page(stored["said"]):
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
        found += [f"{task.name}, {name}: {words}" for name, (_, words) in differ.items()]
    return found


def main(names: list[str]) -> int:
    """Measure the named exercises, or all; 1 if there is a hole."""
    known = tasks()
    said = measured([t for t in known if not names or t.name in names])
    if not names:
        stored = {"depends": depends(), "said": said}
        write_whole(DATA, json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
        write_whole(PAGE, page(said))
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
