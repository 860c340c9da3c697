"""What a check tells of one wrong answer: how it found the cause, and in which words."""

import hashlib
import linecache
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from coursekit.checking import Exercise, Local, Result, judge
from coursekit.checking.edits import source_of
from coursekit.checking.expected import expected
from coursekit.checking.told import CAUSES, parts, told
from coursekit.checking.trace import differ, observe
from named.edits import Edit, edited

TIME = 0.5  # seconds of the processor's for a call; the right answers take hundredths
SEEDS = (1, 2, 3)  # of other inputs, on which two names may part
ACCEPTED, FAILED = "accepted", "judge failed"
SHAPES = re.compile(r"`[^`]+` is \([\d, ]*\)")  # "x_hat is (5, 4)"
# What the check itself asked for and did not get: no line raised, and one sets something else.
SETS = re.compile(
    r"^\w+ has no `\w+`, which is needed here\. Its `\w+` sets `\w+`: `[^`]+`"
    r"|^\w+ has no `\w+` when it is needed: `[^`]+` in its `\w+` sets it"
)


class Told(NamedTuple):
    """What was told of one: a key of TOLD, "accepted" or "judge failed"; the cause or sentence.

    Of a crash: whether it says its line, and where shapes met, both by name.
    """

    kind: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.words}".strip()


def tell(task: Exercise, source: str, name: str = "edited") -> Told:
    """What is told of the answer that a source defines, as a learner's whose cell it is."""
    try:
        function = made(task, source, name)
    except Exception:  # a default while it is computed, a class while it is made
        return Told("crash", "line")
    answer = Local(function, name=task.name, timeout=TIME)
    return read(judge(task, answer, source=source))


def of_edits(task: Exercise, *edits: Edit) -> Told:
    """What is told of the right answer with these edits made."""
    return tell(task, edited(source_of(task.right), *edits))


def made(task: Exercise, source: str, name: str) -> Any:
    """The function or class that a source defines, among the names of the right answer's module."""
    file = f"<{task.name}, {name}>"
    scope = {"np": np, **vars(sys.modules[task.right.__module__])}
    exec(compile(source, file, "exec"), scope)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return scope[task.name]


def read(result: Result) -> Told:
    """What a verdict tells, in a form that can be kept and compared."""
    if result.passed:
        return Told(ACCEPTED)
    if result.status == "judge_failed":
        return Told(FAILED, result.message[:80])
    kind = told(result)
    if kind in CAUSES:
        return Told(kind, result.diagnosis or "")
    if kind == "crash":
        return Told(kind, " ".join(_of_a_crash(result)))
    if kind == "nothing":
        return Told(kind)
    return Told(kind, short(story(result)))


def story(result: Result) -> str:
    """The sentence that is told where no cause is: what others get too is not narrow."""
    return result.explanation or result.pattern or result.message


def short(words: str) -> str:
    """A name for a sentence: two are alike where it is the same."""
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def _of_a_crash(result: Result) -> Iterator[str]:
    line = r"\bline \d+: |^[\w<>]+: |took longer|did not come"
    if re.search(line, result.message) or SETS.match(result.message):
        yield "line"
    _, _, said = result.message.partition(" raised ")  # before it stands the learner's line
    if re.search(r"broadcast|core dimension|must match|not aligned|mat1 and mat2", said):
        yield "shapes" if len(set(SHAPES.findall(result.message))) >= 2 else "shapes-unnamed"


def same(task: Exercise, function: Any, told: Told) -> bool:
    """True if a cause that was told is as true on inputs of other seeds: two names of one fault.

    All that the answer does must be what the named mistakes do, on each seed, and wrong there.
    """
    ours = all(name in task.mistakes for name in parts(told.words)) and told.kind != "output"
    for seed in SEEDS:
        if not ours:  # what can go wrong with any answer, what explains an output, what is an edit
            if read(judge(task, Local(function, name=task.name), seed=seed)) != told:
                return False
            continue
        mine = observe(task, Local(function, name=task.name), seed)
        theirs = expected(task, told.words, seed).trace()
        right = expected(task, "", seed).trace()
        rows = [*zip(mine.steps, theirs.steps, right.steps, strict=False)]
        like = all(differ(task, got, other) is None for got, other, _ in rows)
        if not like or all(differ(task, got, want) is None for got, _, want in rows):
            return False
    return True


@contextmanager
def without(task: Exercise, name: str) -> Iterator[None]:
    """Within it an exercise does not know one of its mistakes."""
    before = dict(task.mistakes)
    del task.mistakes[name]
    _forget()
    try:
        yield
    finally:
        task.mistakes.clear()
        task.mistakes.update(before)
        _forget()


def _forget() -> None:
    """Have the tables of what mistakes do read again: one that is kept knows the old ones."""
    tables = sys.modules.get("coursekit.checking.naming.store")
    if tables is not None:
        tables.table.cache_clear()
