"""What a lesson's prose is filled with: its card, its tasks, the works it cites.

A directive stands alone on its line:

    {{card}}   {{optional}}   {{exercise NAME}}   {{quiz NAME}}   {{predict NAME}}
    {{contents}}   {{routes}}
    {{reference KEY}}   {{reference KEY: section 3}}

Those that stand inside a sentence, for numbers that were measured, are in `numbers`.
"""

import re
from pathlib import Path

from coursekit import exercises
from coursekit.authoring import contents
from coursekit.authoring.minutes import Minutes, count
from coursekit.bibliography import WORKS
from coursekit.checking import Exercise, Lesson, Manual, Numeric, Predict, Quiz, Task
from coursekit.checking.lesson import stars
from coursekit.errors import BuildError

WARM_UP = "a warm-up, without points"
DIRECTIVE = re.compile(r"^\{\{(\w+)(?: (\w+)(?:: (.+))?)?\}\}$", re.MULTILINE)


def expand(text: str, lesson: str, tasks: dict[str, Task], source: Path, line: int) -> str:
    """Fill the directives of a prose cell.

    Raises:
        BuildError: one names nothing that exists; says where.
    """

    def fill(match: re.Match[str]) -> str:
        kind, name, note = match.groups()
        if kind == "claim":
            return match.group()  # which may be alone on its line, too
        if kind == "reference" and name in WORKS:
            return WORKS[name].markdown(note or "")
        if note is None:
            match kind, tasks.get(name) if name else None:
                case "card", None:
                    return card(source, exercises.lessons()[lesson], count(source, tasks))
                case "optional", None:
                    return "*Optional*"
                case "contents", None:
                    return contents.table(source.parent, "")
                case "routes", None:
                    return contents.routes(source.parent, "")
                case "quiz", Quiz() | Numeric() | Manual() as task:
                    return task.markdown()
                case "predict", Predict() as task:
                    return task.markdown()
                case "exercise", Exercise() as task:
                    return about(task)
        remedy = " Add the work to coursekit/bibliography.toml." if kind == "reference" else ""
        raise BuildError(source, line, f"{match.group()} names nothing that exists.{remedy}")

    return DIRECTIVE.sub(fill, text)


def about(task: Exercise) -> str:
    """What an exercise is worth, how long it takes, how hard it is."""
    points = f"{task.points:g} point{'s' if task.points != 1 else ''}" if task.points else WARM_UP
    parts = f" · parts: {', '.join(task.parts)}" if task.parts else ""
    return f"*{points} · about {task.minutes} min · {stars(task.difficulty)}{parts}*"


def card(source: Path, lesson: Lesson, time: Minutes) -> str:
    """The header card: what you will be able to do, what you need, how long it takes."""
    needs = [_link(source, name) for name in lesson.prerequisites] or ["nothing but Python"]
    rows = [
        ("You will", "<br>".join(lesson.objectives)),
        ("You need", ", ".join(needs)),
        ("Time", str(time)),
        ("Difficulty", lesson.stars),
        ("Computing", f"at most {lesson.cpu_seconds} CPU-seconds for all cells together"),
    ]
    return "\n".join(["| | |", "|:--|:--|", *(f"| **{k}** | {v} |" for k, v in rows)])


def _link(source: Path, name: str) -> str:
    about = exercises.lessons().get(name)
    found = sorted(source.parent.glob(f"[0-9][0-9]_{name}.py"))
    if about is None or not (found or about.draft):
        raise BuildError(source, 1, f"the prerequisite {name!r} is no lesson")
    return f"[{found[0].stem[:2]} {about.title}]({found[0].stem}.ipynb)" if found else about.title
