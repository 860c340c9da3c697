"""What the grader looks at beyond the answer itself, as far as a notebook can look there too."""

import ast
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from coursekit.checking import PUBLIC_SEED, Exercise, Local, Result
from coursekit.checking.libraries import operations
from coursekit.checking.source.cells import RAN, Ran
from coursekit.checking.source.forbidden import forbidden_use
from coursekit.checking.source.reach import Cells
from coursekit.checking.trace import observe
from coursekit.learning.walk import whole_torch
from coursekit.sandbox.inside.notice import noticing

AGAIN = 1  # added to the seed, so that what was kept of the first run is no answer
BY_NAMES = {"eval", "exec", "getattr", "import_module", "__import__", "vars", "globals"}


def beyond(exercise: Exercise, answer: Any, result: Result, source: str | None) -> Result:
    """The result, with what the grader would add: what torch ran for it, and what other cells say.

    Never raises: what cannot be looked at here changes nothing.
    """
    if not result.score:
        return result
    try:
        ran = _ran_by_torch(exercise, answer)
        notes = [] if ran else [*_elsewhere(exercise), *_hidden_names(exercise, source)]
    except Exception:
        return result
    if ran:
        words = f"torch ran {', '.join(ran)} for it, which the exercise asks to write."
        after = "Write it yourself; the grader would leave it to your instructor."
        return result.but(status="manual", score=0, rung="forbidden", message=words, next=after)
    return result.but(notes=(*result.notes, *notes))


class Watched(Local):
    """A local answer: what torch runs for it is seen, and not what the script itself runs."""

    def __init__(self, answer: Any, name: str, words: list[str]):
        super().__init__(answer, name=name)
        self.words, self.watching = words, False
        self.seen: set[str] = set()

    def run(
        self,
        function: Callable,
        args: tuple,
        options: dict[str, Any] | None = None,
        keep: Sequence[int] = (),
    ) -> Any:
        if self.watching:
            return super().run(function, args, options, keep)
        self.watching = True
        try:
            with noticing(self.words, self.seen):
                return super().run(function, args, options, keep)
        finally:
            self.watching = False


def _ran_by_torch(exercise: Exercise, answer: Any) -> list[str]:
    words = operations(exercise.norms, exercise.forbidden)
    if not words or whole_torch() is None:  # where it is still being imported, nothing ran it
        return []
    watched = Watched(answer, exercise.name, list(words))
    observe(exercise, watched, PUBLIC_SEED + AGAIN)
    return sorted({said for word, said in words.items() if word in watched.seen})


def _elsewhere(exercise: Exercise) -> list[str]:
    """What the grader finds in another cell; only where it is known which cells there are."""
    cells = [ran for ran in RAN if ran.id and ran.current and ran.tree]
    if _found(exercise, cells) is None:
        return []
    from coursekit.grading import course

    demos = {cell.id for cell in course.cells(exercise.lesson) if cell.demo}  # which it skips
    found = _found(exercise, [ran for ran in cells if ran.id not in demos])
    if found is None:
        return []
    line, what = found
    return [f"the grader also looks at the cell with `{line}`, which {what}"]


def _found(exercise: Exercise, cells: list[Ran]) -> tuple[str, str] | None:
    """The line of a forbidden use, and what it does."""
    whole = _whole(tuple(ran.text for ran in cells))
    use = forbidden_use(whole, exercise.name, exercise.banned)
    if use is None:
        return None
    return whole.split("\n")[use.line - 1].strip(), re.sub(r"^line \d+ ", "", use.words)


@lru_cache(maxsize=4)
def _whole(texts: tuple[str, ...]) -> Cells:
    return Cells(texts)


def _hidden_names(exercise: Exercise, source: str | None) -> list[str]:
    """A word to whoever looks names up while running: a notebook cannot see what they are."""
    used = _looks_up(source or "") if exercise.banned else set()
    if not used:
        return []
    found = " and ".join(f"`{name}`" for name in sorted(used))
    return [f"the grader also looks at what {found} finds, and has no course to import there."]


def _looks_up(source: str) -> set[str]:
    """By which of these a source looks names up; an object may look at itself, and have methods."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    used = set()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id="getattr" | "vars"), args=[ast.Name(id="self"), *_]):
                pass
            case ast.Call(func=ast.Name(id=name)) if name in BY_NAMES:
                used.add(name)
            case ast.Attribute(attr="modules" | "import_module" as name):
                used.add(name)
    return used
