"""A digest of the code that an experiment's numbers depend on: what says that they are stale."""

import ast
import hashlib
from functools import cache, lru_cache
from pathlib import Path

from coursekit.claims.reached import path_of, reached

PACKAGE = Path(__file__).parents[1]


@cache
def digest(trial: str, package: Path | None = None) -> str:
    """Digest an experiment's module and everything of the course that it reaches.

    Comments on lines of their own and docstrings do not count: they move no number.

    Args:
        trial: a module of coursekit.experiments.
        package: the folder of coursekit, if not this one.
    """
    package = package or PACKAGE
    found = reached(f"experiments.{trial}", package)
    text = "".join(
        f"{m}\n{_code(path_of(m, package).read_text('utf-8'))}" for m in sorted(found.modules)
    )
    text += "".join(f"{line}\n" for line in sorted(found.handed))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(512)
def _code(text: str) -> str:
    """The lines of a module that do something."""
    silent: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            words = node.body[0]
            silent |= set(range(words.lineno, (words.end_lineno or words.lineno) + 1))
    lines = [
        line.rstrip() + "\n"
        for n, line in enumerate(text.splitlines(), 1)
        if n not in silent and line.strip() and not line.strip().startswith("#")
    ]
    return "".join(lines)
