"""The line of an answer that a finding is about: nothing but what its words and its text say.

A line that an error passed through on a hidden input could carry that input out, so none is asked
for. What is left is what the learner reads anyway: a line that the words name, and the line in
which the mistake stands that a diagnosis has named, found in the text by the mistake's own edit.
"""

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from coursekit.checking import Exercise, Result
from coursekit.checking.edits import Edit, edited, place, source_of
from coursekit.checking.told import names
from coursekit.grading.intake.notebook import Notebook
from coursekit.grading.intake.passages import Passage, passages

NAMED = (
    re.compile(r"cell (\d+), line (\d+) "),
    re.compile(r"its cell \((\d+)\) did not run to its end: line (\d+): "),
)
LEAST = 4  # tokens; fewer may stand anywhere
Token = tuple[str, int, bool]  # its text, its line, and True if it is a name of the author's choice


def with_lines(
    notebook: Notebook, tasks: Iterable[Exercise], shown: Iterable[Result]
) -> tuple[Passage, ...]:
    """What the learner wrote for each of these exercises, with the line that is at fault.

    Args:
        shown: the results, as the learner may see them.
    """
    said = {result.exercise: result for result in shown if result.status != "unsolved"}
    asked = {task.name: task for task in tasks if task.name in said}
    return tuple(
        replace(one, at=pointed(asked[one.exercise], said[one.exercise], one))
        for one in passages(notebook, asked)
    )


def pointed(task: Exercise, result: Result, passage: Passage) -> int:
    """The line of the passage's cell that a finding is about; 0 where that is not known.

    Args:
        result: as its learner may see it.
    """
    if result.passed:
        return 0
    last = passage.line + passage.text.count("\n")
    for pattern in NAMED:
        if (found := pattern.match(result.message)) and int(found[1]) == passage.cell:
            return line if passage.line <= (line := int(found[2])) <= last else 0
    try:
        lines = {_mistaken(task, name, passage) for name in names(result.diagnosis or "")}
    except Exception:  # of the course's own texts: it costs the page a mark, and nobody a point
        return 0
    return lines.pop() if len(lines) == 1 else 0


def _mistaken(task: Exercise, name: str, passage: Passage) -> int:
    """The line in which a mistake stands as its edit writes it, names aside; 0 for none."""
    mistake = task.mistakes.get(name)
    if mistake is None or len(mistake.edits) != 1:
        return 0
    [edit] = mistake.edits
    right = source_of(mistake.written)
    wrong = edited(right, mistake.edits)
    mine = _tokens(passage.text, passage.line)
    for text, before in _texts(right, edit):
        sought = _tokens(text)
        skip = sum(1 for _ in takewhile(lambda both: both[0][0] == both[1][0], zip(
            sought, _tokens(before), strict=False)))  # fmt: skip
        if len(sought) < LEAST or _count(right, sought) or _count(wrong, sought) != 1:
            continue
        if len(starts := [*_found(mine, sought)]) == 1:
            return mine[starts[0] + min(skip, len(sought) - 1)][1]
    return 0


def _texts(right: str, edit: Edit) -> Iterator[tuple[str, str]]:
    """The lines that an edit makes, and those that they were; then the edit alone."""
    at = place(right, edit)
    first = right.rfind("\n", 0, at.start) + 1
    last = (right + "\n").index("\n", at.end)
    yield right[first : at.start] + at.new + right[at.end : last], right[first:last]
    yield edit.new, edit.old


def _count(source: str, sought: Sequence[Token]) -> int:
    return sum(1 for _ in _found(_tokens(source), sought))


def _found(tokens: Sequence[Token], sought: Sequence[Token]) -> Iterator[int]:
    """Where these tokens stand, whatever the names that an author chooses."""
    for start in range(len(tokens) - len(sought) + 1):
        if _alike(tokens[start : start + len(sought)], sought):
            yield start


def _alike(some: Sequence[Token], others: Sequence[Token]) -> bool:
    """True if only names differ, and always in the same way."""
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    for (one, _, chosen), (other, _, free) in zip(some, others, strict=True):
        if chosen and free:
            if there.setdefault(one, other) != other or back.setdefault(other, one) != one:
                return False
        elif one != other:
            return False
    return True


def _tokens(text: str, first: int = 1) -> list[Token]:
    """A text's tokens, comments and blanks aside; it may be a part of Python only."""
    found: list[Token] = []
    for line, row in enumerate(text.split("\n"), first):
        for match in re.finditer(r"#.*|\w+|[^\w\s]", row):
            word = match[0]
            if word[0] == "#":
                break
            chosen = word.isidentifier() and not keyword.iskeyword(word)
            chosen &= not hasattr(builtins, word) and not (found and found[-1][0] == ".")
            found.append((word, line, chosen))
    return found
