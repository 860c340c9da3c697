"""The lessons in a table, and the routes through them: for the README and for lesson 00."""

from collections.abc import Sequence
from pathlib import Path

from coursekit import exercises
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.minutes import count
from coursekit.checking import Exercise

# Lessons by number; a course that leaves lessons away has its routes without them. A lesson that
# none names is on each that leaves out the least of what the lesson builds on.
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
    for name, numbers in ways(here).items():
        sources = [here[n] for n in numbers]
        spent = sum(count(s, exercises.load(lesson_name(s))).core for s in sources)
        links = " → ".join(_link(source, to) for source in sources)
        parts = [f"- **{name}**, if {ROUTES[name][1]}: {links}"]
        for n, missing in left_out(here, numbers).items():
            *others, last = (_link(source, to) for source in missing)
            links = " and ".join(filter(None, (", ".join(others), last)))
            parts.append(f"{n:02} also builds on {links}, which the route leaves out")
        lines.append(f"{parts[0]}: {'. '.join([f'{spent} minutes', *parts[1:]])}.")
    return "\n".join(
        ["Minutes are of a lesson's core; what is behind a + is optional.", "", *lines]
    )


def ways(here: dict[int, Path]) -> dict[str, list[int]]:
    """The numbers of each route's lessons that are there, in order; each lesson is on a route."""
    found = {name: [n for n in numbers if n in here] for name, (numbers, _) in ROUTES.items()}
    for number in sorted(here.keys() - {n for numbers, _ in ROUTES.values() for n in numbers}):
        on = {name: sorted([*numbers, number]) for name, numbers in found.items()}
        lacking = {name: len(left_out(here, way).get(number, ())) for name, way in on.items()}
        least = min(lacking.values())
        found |= {name: way for name, way in on.items() if lacking[name] == least}
    return found


def left_out(here: dict[int, Path], numbers: Sequence[int]) -> dict[int, list[Path]]:
    """Of the lessons of a route, by number, those that build on others which do not come before."""
    of = {lesson_name(source): n for n, source in here.items()}
    found = dict[int, list[Path]]()
    for at, number in enumerate(numbers):
        needs = exercises.about(lesson_name(here[number])).prerequisites
        missing = [here[of[name]] for name in needs if name in of and of[name] not in numbers[:at]]
        if missing:
            found[number] = missing
    return found


def _link(source: Path, to: str) -> str:
    return f"[{source.stem[:2]}]({to}{source.stem}.ipynb)"


def numbered(pages: Path) -> dict[int, Path]:
    """The sources of lessons by their number."""
    return {int(path.stem[:2]): path for path in sorted(pages.glob("[0-9][0-9]_*.py"))}
