"""The faults that were told most often, and what to say: for the instructor's guide.

How often is counted on tests/answers: what people wrote before anyone had seen it, and what `check`
told them.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.errors import BuildError

SHOWN = 30
ANSWERS = "tests/answers"
WRONG = re.compile(r"^# %% exercise=(\w+) verdict=wrong id=(\S+)", re.MULTILINE)


class Fault(NamedTuple):
    """What some diagnoses have in common: what to say, and the diagnoses, as EXERCISE.NAME."""

    name: str
    say: str
    told: tuple[str, ...]


def faults() -> list[Fault]:
    """Every fault of faults.toml, in its order."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return [Fault(one["name"], one["say"], tuple(one["told"])) for one in table["fault"]]


def answers(root: Path) -> Iterator[set[str]]:
    """What was told of each wrong answer that people wrote: its diagnoses, as EXERCISE.NAME.

    Raises:
        BuildError: the tree has no such answers.
    """
    stored = root / ANSWERS / "said.json"
    if not stored.exists():
        raise BuildError(stored, 0, "what was told of people's answers is not here: make answers")
    said = json.loads(stored.read_text("utf-8"))["said"]
    for path in sorted(stored.parent.glob("*.txt")):
        for exercise, name in WRONG.findall(path.read_text("utf-8")):
            names = (said[name].get("diagnosis") or "").split("+")
            yield {f"{exercise}.{one.partition(' in ')[0]}" for one in names if one}


def ranked(every: list[set[str]]) -> list[tuple[int, Fault, Counter[str]]]:
    """The faults that were told of most answers, the most frequent first: of how many, and each.

    Args:
        every: what was told of each answer, as `answers` gives it.
    """
    counted = [
        (sum(not told.isdisjoint(fault.told) for told in every), fault) for fault in faults()
    ]
    counted.sort(key=lambda pair: -pair[0])  # stable: as in the file where they are equal
    return [(count, fault, _each(fault, every)) for count, fault in counted[:SHOWN]]


def _each(fault: Fault, every: list[set[str]]) -> Counter[str]:
    found = Counter[str]({name: 0 for name in fault.told})
    for told in every:
        found.update(told & set(fault.told))
    return found


def table(root: Path) -> str:
    """A row for each fault: how often, what the notebook says of one, and what to say then.

    Raises:
        BuildError: a diagnosis is no mistake of its exercise, or the tree has no answers.
    """
    every = list(answers(root))
    lines = [
        f"Of {len(every)} wrong answers {sum(map(bool, every))} were told a diagnosis.",
        "",
        "| | fault, and where | the notebook says, for example | say or ask |",
        "|--:|:--|:--|:--|",
    ]
    for count, fault, found in ranked(every):
        [(example, _)] = found.most_common(1)
        names = list(dict.fromkeys(name.partition(".")[0] for name, n in found.items() if n))
        where = ", ".join(f"`{name}`" for name in names)
        cells = (str(count), f"**{fault.name}**<br>{where}", sentence(example), fault.say)
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines)


def sentence(told: str) -> str:
    """What a check says of a mistake, EXERCISE.NAME.

    Raises:
        BuildError: there is no such exercise, or it has no such mistake.
    """
    exercise, _, name = told.partition(".")
    task = exercises.find(exercise)
    if not isinstance(task, Exercise) or name not in task.mistakes:
        raise BuildError(
            Path(__file__).with_suffix(".toml"), 1, f"{told} is no mistake of an exercise"
        )
    return " ".join(task.mistakes[name].explanation.split())
