"""The tables of README.md that are generated: lessons and methods.

Each stands between two comments, <!-- table: NAME --> and <!-- end -->.
"""

import re
from collections.abc import Callable
from pathlib import Path

from coursekit import exercises
from coursekit.authoring.build import lesson_name
from coursekit.checking import Exercise
from coursekit.errors import BuildError

BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(readme: Path) -> str:
    """The text of README.md with every table as the code says it is now.

    Raises:
        BuildError: a table is asked for that nobody makes.
    """

    def table(match: re.Match[str]) -> str:
        begin, name, end = match.groups()
        if name not in TABLES:
            raise BuildError(
                readme, 0, f"no table is called {name!r}; there are {', '.join(TABLES)}"
            )
        return f"{begin}{TABLES[name](readme.parent)}\n{end}"

    return BLOCK.sub(table, readme.read_text("utf-8"))


def lessons(root: Path) -> str:
    """One row per lesson that has a source, in order."""
    about = exercises.lessons()
    rows = ["| | Lesson | It opens with | Exercises | Minutes | |", "|--:|:--|:--|--:|--:|:--|"]
    for source in sorted((root / "solutions").glob("[0-9][0-9]_*.py")):
        name = lesson_name(source)
        lesson, tasks = about[name], exercises.load(name).values()
        count = sum(isinstance(task, Exercise) for task in tasks)
        link = f"[{lesson.title}](notebooks/{source.stem}.ipynb)"
        row = [source.stem[:2], link, lesson.question, count, lesson.minutes, lesson.stars]
        rows.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(rows)


def methods(root: Path) -> str:
    """One row per normalization method of the catalog."""
    from coursekit.catalog import table

    return table()


TABLES: dict[str, Callable[[Path], str]] = {"lessons": lessons, "methods": methods}
