"""What instructors read of a lesson: written in its source, and printed in the instructor's guide.

In a source it is folded, under the summary *Instructor notes*; notebooks have a link in its place.
"""

import re
from pathlib import Path

from coursekit import exercises, stored
from coursekit.authoring import contents, numbers
from coursekit.authoring.cells import lesson_name, read
from coursekit.authoring.minutes import count, reached

GUIDE = "docs/instructor-guide.md"
NOTES = re.compile(r"<details><summary>Instructor notes</summary>\n(.*?)\n</details>", re.DOTALL)
OF_A_NOTEBOOK = re.compile(r"\]\((\d\d_\w+\.ipynb)")


def linked(text: str, source: Path) -> str:
    """A cell's prose with a link to the guide in the place of its notes."""
    link = f"[instructor's guide](../{GUIDE}#{anchor(source)})"
    return NOTES.sub(f"Do you teach this lesson? The {link} has notes for you.", text)


def anchor(source: Path) -> str:
    """Where the guide has the notes of a lesson."""
    return f"lesson-{source.stem[:2]}"


def of(source: Path) -> str:
    """The notes of a lesson as a page in docs/ prints them; "" where it has none.

    Raises:
        BuildError: they take a number that no cell printed.
    """
    shown = stored.read(source.with_suffix(".ipynb"))
    for cell in read(source):
        if cell.kind == "markdown" and (found := NOTES.search(cell.source)):
            text = numbers.fill(found[1].strip(), shown, source, cell.line + 1)
            return OF_A_NOTEBOOK.sub(r"](../notebooks/\1", text).replace("](../docs/", "](")
    return ""


def table(root: Path) -> str:
    """For each lesson its minutes, by exercise, and its notes; links are for a page in docs/."""
    said = []
    for source in contents.numbered(root / "solutions").values():
        name = lesson_name(source)
        about, tasks = exercises.about(name), exercises.load(name)
        link = f"[{about.title}](../notebooks/{source.stem}.ipynb)"
        said += [f'<a id="{anchor(source)}"></a>', "", f"### {source.stem[:2]} · {link}", ""]
        clocked = " ".join(
            part for part in (clock(source), f"In all {count(source, tasks)}.") if part
        )
        said += [f"**By the minute.** {clocked}", ""]
        said += [of(source), ""]
    return "\n".join(said).rstrip()


def clock(source: Path) -> str:
    """When each exercise of a lesson's core is done, in minutes from its start."""
    at = reached(source, exercises.load(lesson_name(source)))
    done = [(f"`{name}`", round(minutes)) for name, minutes in at.items() if name]
    if not done:
        return ""
    (first, minutes), *more = done
    said = [f"{first} is done after {minutes} minutes", *(f"{name} after {m}" for name, m in more)]
    return ", ".join(said) + "."
