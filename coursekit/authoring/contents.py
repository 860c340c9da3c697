"""The lessons in a table, and the routes through them: for the README and for lesson 00."""

from collections.abc import Sequence
from pathlib import Path

from coursekit import exercises
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.minutes import count
from coursekit.checking import Exercise

# Lessons by number; what a route has that is still to come is left out until it is here.
ROUTES = {
    "Practice": (
        (0, 1, 4, 7, 8, 9, 13, 14, 16, 17),
        "you use norms, and want to write, convert and debug the layer",
    ),
    "Theory": (
        (0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 15),
        "you want to know what norms do to signals, gradients and learning rates, and why",
    ),
}


def table(pages: Path, to: str) -> str:
    """One row per lesson that has a source in `pages`, in order; links begin with `to`."""
    about = exercises.lessons()
    rows = ["| | Lesson | It opens with | Exercises | Minutes | |", "|--:|:--|:--|--:|--:|:--|"]
    for number, source in numbered(pages).items():
        name = lesson_name(source)
        lesson, tasks = about[name], exercises.load(name)
        exercise = sum(isinstance(task, Exercise) for task in tasks.values())
        link, minutes = f"[{lesson.title}]({to}{source.stem}.ipynb)", count(source, tasks).short
        row = [f"{number:02}", link, lesson.question, exercise, minutes, lesson.stars]
        rows.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(rows)


def routes(pages: Path, to: str) -> str:
    """Two ways through the lessons that are there, with the minutes of their cores.

    Where a lesson builds on one that its route leaves out, the line says so.
    """
    here, lines = numbered(pages), list[str]()
    for name, (numbers, why) in ROUTES.items():
        sources = {n: here[n] for n in numbers if n in here}
        spent = sum(count(s, exercises.load(lesson_name(s))).core for s in sources.values())
        parts = [f"- **{name}**, if {why}: {' → '.join(_link(here[n], to) for n in sources)}"]
        for n, missing in left_out(here, numbers).items():
            links = " and ".join(_link(source, to) for source in missing)
            parts.append(f"{n:02} also builds on {links}, which the route leaves out")
        lines.append(f"{parts[0]}: {'. '.join([f'{spent} minutes', *parts[1:]])}.")
    return "\n".join(
        ["Minutes are of a lesson's core; what is behind a + is optional.", "", *lines]
    )


def left_out(here: dict[int, Path], numbers: Sequence[int]) -> dict[int, list[Path]]:
    """Of the lessons of a route, by number, those that build on others which do not come before."""
    of = {lesson_name(source): (n, source) for n, source in here.items()}
    found: dict[int, list[Path]] = {}
    for at, number in enumerate(numbers):
        lesson = lesson_name(here[number]) if number in here else ""
        for name in exercises.about(lesson).prerequisites if lesson else ():
            if name in of and of[name][0] not in numbers[:at]:
                found.setdefault(number, []).append(of[name][1])
    return found


def _link(source: Path, to: str) -> str:
    return f"[{source.stem[:2]}]({to}{source.stem}.ipynb)"


def numbered(pages: Path) -> dict[int, Path]:
    """The sources of lessons by their number."""
    return {int(path.stem[:2]): path for path in sorted(pages.glob("[0-9][0-9]_*.py"))}
