"""The same functions before two checkers: this course's, and a peer's that a registry has.

    make bench-checkers

Right answers in several styles, and every edit that mutmut's operators make of one of them: which
wrong ones does each accept, which right ones does it refuse, and what does it tell of the others?
What computes the same as the right one on thirty draws is no wrong answer. Told apart is an edit
where at most a quarter of the other refused ones of its function are told the same.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

REPO = Path(__file__).parents[1]
HERE = Path(__file__).parent
sys.path[:0] = [str(REPO / "tests"), str(HERE / "out" / "checkers")]

from named.counts import NARROW  # noqa: E402
from named.edits import PYTHON, TOOL, Edit, edited  # noqa: E402
from named.judged import read  # noqa: E402

from coursekit import exercises  # noqa: E402
from coursekit.checking import Exercise, Local, judge  # noqa: E402
from coursekit.checking.edits import source_of  # noqa: E402
from coursekit.checking.told import CAUSES  # noqa: E402
from coursekit.files import write_whole  # noqa: E402

PACK = HERE / "homework" / "three_norms.py"
STORED = HERE / "data" / "checkers.json"
TASKS = {"my_batch_norm": "batchnorm", "my_layer_norm": "layernorm", "rms_norm": "rmsnorm"}
DRAWS = 30
CRASH, SAME, WRONG = "crash", "same", "wrong"


def functions(task: Exercise) -> dict[str, Callable]:
    """Every edit of a right answer, by what it changes: "1e-5 -> 1.00001"."""
    run = [str(PYTHON), str(TOOL)]
    source = source_of(task.right)
    made = subprocess.run(
        run, input=json.dumps({task.name: source}), capture_output=True, text=True, check=True
    )
    found = {}
    for edit in json.loads(made.stdout)["edits"][task.name]:
        text = edited(source, Edit(*edit))
        scope: dict[str, Any] = {"torch": torch}
        exec(compile(text, f"<{task.name}, edited>", "exec"), scope)
        found[_shown(source, text)] = scope[task.name]
    return found


def _shown(old: str, new: str) -> str:
    """The words in which two texts differ, in the line where they do."""
    n, after = next(
        (n, after)
        for n, (before, after) in enumerate(zip(old.split("\n"), new.split("\n"), strict=False))
        if before != after
    )
    return f"line {n + 1}: {' '.join(after.split())}"


def truth(task: Exercise, function: Callable) -> str:
    """Whether a function is the right one, by what it does on draws of its own."""
    torch.manual_seed(7)
    crashed = False
    for draw in range(DRAWS):
        arguments, options = drawn(task.name, draw)
        wanted = _called(task.right, arguments, options)
        got = _called(function, arguments, options)
        if isinstance(got, Exception):
            crashed = True
        elif any(
            a.shape != b.shape or not torch.allclose(a, b, 1e-4, 1e-6, equal_nan=True)
            for a, b in zip(got, wanted, strict=True)
        ):
            return WRONG
    return CRASH if crashed else SAME


def drawn(name: str, draw: int) -> tuple[list[torch.Tensor], dict[str, Any]]:
    """Arguments of one call: every option at its default in one draw of three."""
    n, d = 3 + draw % 5, 2 + draw % 4
    x, gamma, beta = torch.randn(n, d) * 3 + 1, torch.rand(d) + 0.5, torch.randn(d)
    eps = {} if draw % 3 == 0 else {"eps": 10.0 ** -(draw % 5)}
    if name == "rms_norm":
        return [x, gamma], eps
    if name == "my_layer_norm":
        return [x, gamma, beta], eps
    more = {} if draw % 3 == 0 else {"momentum": 0.1 + draw / 50, "training": draw % 2 == 0}
    return [x, gamma, beta, torch.randn(d), torch.rand(d) + 0.5], eps | more


def _called(function: Callable, arguments: list[torch.Tensor], options: dict) -> Any:
    copies = [a.clone() for a in arguments]
    try:
        value = function(*copies, **options)
        return [value, *copies] if isinstance(value, torch.Tensor) else TypeError("no tensor")
    except Exception as error:
        return error


def ours(task: Exercise, function: Callable) -> str:
    """What this course's check tells; "" where it accepts."""
    told = read(judge(task, Local(function, name=task.name)))
    return "" if told.kind == "accepted" else str(told)


def theirs(task: Exercise, function: Callable) -> str:
    """Which of the peer's tests fail, and in which words, without their numbers; "" where none."""
    from torch_judge.tasks import TASKS as PEERS

    said = []
    for test in PEERS[TASKS[task.name]]["tests"]:
        torch.manual_seed(0)
        try:
            exec(test["code"].replace("{fn}", task.name), {task.name: function})
        except Exception as error:
            words = re.sub(r"[-\d.e+\[\], ]+", " ", f"{type(error).__name__}: {error}")[:120]
            said.append(f"{test['name']}: {words}")
    return "\n".join(said)


def counted(
    task: Exercise, check: Callable[[Exercise, Callable], str]
) -> tuple[Counter[str], list[str]]:
    """What a checker makes of right and wrong answers to one task; which wrong ones it accepts."""
    found: Counter[str] = Counter()
    accepted = []
    for right in (task.right, *task.alternatives.values()):
        found["right"] += 1
        found["right refused"] += bool(check(task, right))
    told = {}
    for text, function in functions(task).items():
        kind = truth(task, function)
        found[kind] += 1
        if kind == SAME:
            continue
        said = check(task, function)
        found[f"{kind} accepted"] += not said
        accepted += [] if said else [f"{task.name}, {text}"]
        if kind == WRONG and said:
            told[text] = said
    same = Counter(told.values())
    narrow = NARROW * max(len(told) - 1, 0)
    vague = ("nothing",)
    found["told apart"] = sum(same[s] - 1 <= narrow and s not in vague for s in told.values())
    found["named"] = sum(said.split(" ")[0] in CAUSES for said in told.values())
    return found, accepted


def measure() -> dict[str, dict[str, Any]]:
    """All tasks before both checkers."""
    from tqdm import tqdm

    exercises.add_pack(PACK)
    tasks = [exercises.find(name) for name in TASKS]
    checks = {"coursekit": ours, "torch-judge": theirs}
    sums: dict[str, Counter[str]] = {name: Counter() for name in checks}
    accepted: dict[str, list[str]] = {name: [] for name in checks}
    for task in tqdm(tasks, desc="tasks", disable=None):
        assert isinstance(task, Exercise)
        for name, check in checks.items():
            found, passed = counted(task, check)
            sums[name].update(found)
            accepted[name] += passed
    return {name: dict(found) | {"accepted": accepted[name]} for name, found in sums.items()}


def main() -> None:
    found = measure()
    about = {"tasks": list(TASKS), "versions": {n: version(n) for n in ("torch", "torch-judge")}}
    write_whole(STORED, json.dumps(about | {"found": found}, indent=1) + "\n")
    for name, row in found.items():
        print(f"{name:<12}", row)


if __name__ == "__main__":
    main()
