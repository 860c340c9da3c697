"""The lessons in a table, and the routes through them: for the README and for lesson 00."""

from pathlib import Path

from coursekit import exercises
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.minutes import count
from coursekit.checking import Exercise

# Lessons by number; what a route has that is still to come is left out until it is here.
ROUTES = {
    "Practice": (
        (0, 1, 4, 7, 8, 9, 13),
        "you use norms, and want to write, convert and debug the layer",
    ),
    "Theory": (
        (0, 1, 2, 3, 4, 5, 6, 13),
        "you want to know what norms do to signals, gradients and learning rates",
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
    """Two ways through the lessons that are there, with the minutes of their cores."""
    here, lines = numbered(pages), list[str]()
    for name, (numbers, why) in ROUTES.items():
        sources = {n: here[n] for n in numbers if n in here}
        links = " → ".join(f"[{n:02}]({to}{s.stem}.ipynb)" for n, s in sources.items())
        spent = sum(count(s, exercises.load(lesson_name(s))).core for s in sources.values())
        lines.append(f"- **{name}**, if {why}: {links}: {spent} minutes.")
    return "\n".join(
        ["Minutes are of a lesson's core; what is behind a + is optional.", "", *lines]
    )


def numbered(pages: Path) -> dict[int, Path]:
    """The sources of lessons by their number."""
    return {int(path.stem[:2]): path for path in sorted(pages.glob("[0-9][0-9]_*.py"))}
