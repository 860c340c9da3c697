"""What a room needs of the lessons: their exercises in order, what mistakes mean, what to ask."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursekit import exercises, workspace
from coursekit.checking import Exercise, Numeric, Predict, Question, Quiz, Task
from coursekit.errors import ArgumentError, WorkshopError, WorkspaceError

HINTS = 3  # an exercise has these, and then the worked answer


@dataclass(frozen=True)
class Work:
    """An exercise, as the room shows it."""

    name: str
    lesson: str
    minutes: float
    place: str  # in the notebook: the heading above it
    sentences: dict[str, str] = field(default_factory=dict)  # by diagnosis

    def sentence(self, diagnosis: str) -> str:
        """What to say to who has that diagnosis: of two at once, both."""
        return " ".join(filter(None, map(self.sentences.get, diagnosis.split("+"))))


@dataclass(frozen=True)
class Asked:
    """A question of a lesson, to vote on."""

    name: str
    lesson: str
    words: str
    options: dict[str, str] = field(default_factory=dict)  # of a choice: its texts by letter


@dataclass(frozen=True)
class Course:
    """The lessons of a room."""

    titles: dict[str, str]  # by name, with their numbers
    works: dict[str, Work]
    questions: dict[str, Asked]


def course(wanted: Sequence[str] = ()) -> Course:
    """The lessons that are named ("04", "batchnorm_forward"), or all that have a notebook.

    Raises:
        WorkshopError: a lesson has no such name.
        ModuleNotFoundError: a lesson that is named needs a package that is not installed.
    """
    notebooks = _notebooks()
    names = [_named(one, notebooks) for one in wanted] or list(notebooks)
    titles: dict[str, str] = {}
    works: dict[str, Work] = {}
    questions: dict[str, Asked] = {}
    for stem in names:
        lesson = stem[3:]
        try:
            tasks = exercises.load(lesson)
        except ModuleNotFoundError:
            if wanted:
                raise
            continue
        titles[lesson] = f"{stem[:2]} {exercises.about(lesson).title}"
        places = _places(notebooks[stem])
        for task in tasks.values():
            if isinstance(task, Exercise):
                sentences = {m.name: m.explanation for m in task.mistakes.values()}
                place = places.get(task.name, "")
                works[task.name] = Work(task.name, lesson, task.minutes, place, sentences)
            elif isinstance(task, Question) and (asked := _asked(task)) is not None:
                # One that lacks its numbers is not asked; the rest of the room is as it was.
                with suppress(ArgumentError):
                    questions[task.name] = replace(asked, words=task.filled(asked.words))
    return Course(titles, works, questions)


def _named(one: str, stems: dict[str, Path]) -> str:
    stem = workspace.called(one, stems)
    if stem is None:
        raise WorkshopError(f"no lesson is called {one!r}; there are {', '.join(stems)}")
    return stem


def _notebooks() -> dict[str, Path]:
    try:
        return {path.stem: path for path in workspace.shipped()}
    except WorkspaceError as error:
        raise WorkshopError(str(error)) from None


def _asked(task: Task) -> Asked | None:
    if isinstance(task, Quiz):
        options = {letter: text for letter, (text, _) in task.options.items()}
        return Asked(task.name, task.lesson, task.question, options)
    if isinstance(task, Predict | Numeric):
        return Asked(task.name, task.lesson, task.question)
    return None


def _places(notebook: Path) -> dict[str, str]:
    """The heading above each cell, by the cell's id."""
    heading, found = "", {}
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            lines = [line for line in text.splitlines() if line.startswith("#")]
            heading = lines[-1].lstrip("# ").strip() if lines else heading
        found[cell.get("id", "")] = heading
    return found
