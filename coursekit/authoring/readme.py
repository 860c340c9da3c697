"""What is generated in README.md, CONTRIBUTING.md and pages of docs/: lessons, methods, floors …

Each stands between two comments, <!-- table: NAME --> and <!-- end -->.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

from coursekit import exercises
from coursekit.authoring import article, contents, courses, faults, links, notes
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.floors import plan
from coursekit.authoring.minutes import count
from coursekit.errors import BuildError

PAGES = ("README.md", "docs/README.md", "CONTRIBUTING.md", "docs/article.md", notes.GUIDE)
INVITATION = Path(__file__).with_name("templates") / "invitation.txt"
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
PARTS = {0: "Moments", 4: "The layer", 10: "Evidence", 13: "Alternatives", 16: "Practice"}


def fill(readme: Path, root: Path | None = None) -> str:
    """The text of a page with every table as the code says it is now; `root` is the page's folder.

    Raises:
        BuildError: a table is asked for that nobody makes.
    """

    def table(match: re.Match[str]) -> str:
        begin, name, end = match.groups()
        if name not in TABLES:
            raise BuildError(
                readme, 0, f"no table is called {name!r}; there are {', '.join(TABLES)}"
            )
        return f"{begin}{TABLES[name](root or readme.parent)}\n{end}"

    return BLOCK.sub(table, readme.read_text("utf-8"))


def lessons(root: Path) -> str:
    """One row per lesson that has a source, in order."""
    return contents.table(root / "solutions", "notebooks/")


def routes(root: Path) -> str:
    """The ways through the lessons."""
    return contents.routes(root / "solutions", "notebooks/")


def parts(root: Path) -> str:
    """One row per lesson, by number, under the part it begins; links are for a page in docs/."""
    said = ["| | Lesson | It asks |", "|--:|:--|:--|"]
    for number, source in contents.numbered(root / "solutions").items():
        lesson = exercises.about(lesson_name(source))
        link = f"[{lesson.title}](../notebooks/{source.stem}.ipynb)"
        said += [f"| | **{PARTS[number]}** | |"] if number in PARTS else []
        said.append(f"| {number:02} | {link} | {lesson.question} |")
    return "\n".join(said)


def clone(root: Path) -> str:
    """The commands that start the course; the address is the one that pyproject.toml names."""
    address = _address(root)
    return "\n".join(
        [
            "```",
            f"git clone {address} coursekit && cd coursekit",
            "make lab       # builds .venv, makes your workspace, opens JupyterLab at lesson 00",
            "make test      # for those who change the course: installs and runs every check",
            "```",
            *(["`ADDRESS` is this repository's, as its page shows it."] * (address == "ADDRESS")),
        ]
    )


def invitation(root: Path) -> str:
    """The mail that brings participants to a working lesson 00 before the day."""
    project, first = _project(root), contents.numbered(root / "solutions")[0]
    words = {
        "address": _address(root),
        "python": project["requires-python"].lstrip(">="),
        "minutes": count(first, exercises.load(lesson_name(first))).core,
    }
    return f"```text\n{Template(INVITATION.read_text('utf-8')).substitute(words).rstrip()}\n```"


def _project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


def _address(root: Path) -> str:
    return links.repository(root) or "ADDRESS"


def methods(root: Path) -> str:
    """One row per normalization method of the catalog."""
    from coursekit.catalog import table

    return table()


TABLES: dict[str, Callable[[Path], str]] = {
    "clone": clone, "lessons": lessons, "routes": routes, "methods": methods,
    "parts": parts, "floors": plan, "article": article.table,
    "weeks": courses.weeks, "day": courses.day, "half_day": courses.half_day,
    "faults": faults.table, "notes": notes.table, "invitation": invitation,
}  # fmt: skip
