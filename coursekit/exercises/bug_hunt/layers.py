"""The exercises layer_1 to layer_12 of the lesson bug_hunt: each sealed layer, repaired.

Each is an exercise of an earlier lesson under another name, with its right answer, its cases and,
of its mistakes, the suspects. So its source is written nowhere: it is that of the other, renamed.
"""

import linecache
from pathlib import Path

from coursekit.checking import Exercise, exercise
from coursekit.checking.edits import source_of
from coursekit.exercises.bug_hunt.slots import SLOTS, Slot, renamed


def _repaired(name: str, slot: Slot) -> Exercise:
    task, source = slot.task, renamed(name, source_of(slot.task.right))
    file = str(Path(__file__).with_name(f"{name}.py"))  # which is not there: see above
    names = {**task.right.__globals__, "__name__": __name__}
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)
    new = exercise(
        cases=task.cases,
        script=None if task.cases else task.script,
        domain=task.domain,
        hints=(
            f"This is `{task.name}` of an earlier lesson, with one thing changed. The seal opens "
            "for the right name; compare what it then prints with the formula, line by line.",
            "Call yours and the sealed one on the probe that gave the mistake away. Where they "
            "agree, you have copied the mistake; where they differ, is yours the formula's?",
            task.hints[2],
        ),
        rtol=task.rtol,
        atol=task.atol,
        returns=task.returns,
        minutes=4,
        difficulty=2,
        ask="On which input would you have found this one first?",
    )(names[name])
    for other in task.alternatives.values():
        new.alternative(other)
    for suspect in slot.suspects:
        mistake = task.mistakes[suspect]
        edits = "\n".join(map(str, mistake.edits))
        new.edits(f"{suspect}: {mistake.explanation}\n{edits}\n")
    return new


LAYERS = {name: _repaired(name, slot) for name, slot in SLOTS.items()}
