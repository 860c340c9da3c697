"""Notebooks that print a lesson's questions as some edition did, or as nobody ever did."""

import json
from collections.abc import Callable
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Quiz
from coursekit.checking.questions.editions import Edition

LESSON = "batchnorm_forward"
QUESTIONS = [t for t in exercises.load(LESSON).values() if isinstance(t, Quiz)]
Lines = dict[str, str]


def oldest(asked: Quiz) -> Edition:
    """As the question was printed first."""
    assert asked.former[0].answer != asked.answer or asked.former[0].texts != asked.options
    return asked.former[0]


def notebook(lines: Callable[[Quiz], Lines], letters: Callable[[Quiz], str]) -> str:
    """A notebook that prints these options, and answers with these letters."""
    cells = [cell("imports", "from coursekit import check")]
    for n, asked in enumerate(QUESTIONS, 1):
        options = [f"- **{letter}** {text}" for letter, text in lines(asked).items()]
        text = "\n".join([f"**{asked.question}**", "", *options])
        name, letter = asked.name, letters(asked)
        cells += [
            cell("quiz" if n == 1 else f"quiz-{n}", text, "markdown"),
            cell(name, f"{name} = {letter!r}" if letter else f"{name} = ..."),
            cell(f"check-{name}", f'check("{name}", {name})'),
        ]
    about = {"coursekit": {"lesson": LESSON}, "kernelspec": {"language": "python"}}
    whole = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)


def cell(name: str, text: str, kind: str = "code") -> dict:
    made = {"cell_type": kind, "id": name, "metadata": {}, "source": text}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def under_every_letter(asked: Quiz) -> Lines:
    return dict.fromkeys(asked.options, asked.options[asked.answer][0])


CASES = {  # what is printed, what is answered -> is that right?
    "old and right": (lambda q: oldest(q).texts, lambda q: oldest(q).answer, True),
    "old and wrong": (lambda q: oldest(q).texts, lambda q: another(oldest(q).answer), False),
    "today's": (lambda q: {k: t for k, (t, _) in q.options.items()}, lambda q: q.answer, True),
    "the right one everywhere": (under_every_letter, lambda q: another(q.answer), False),
    "none": (lambda q: {}, lambda q: q.answer, True),
}


def another(letter: str) -> str:
    """A letter that is not this one."""
    return "b" if letter == "a" else "a"


def write(path: Path, case: str) -> None:
    """The notebook of that case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(*CASES[case][:2]), "utf-8")
