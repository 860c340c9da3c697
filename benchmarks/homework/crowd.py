"""A class that hands in several lessons: right answers, other styles, mistakes and stubs."""

import hashlib
import random
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Exercise
from tests.grading.pasting import mistaken, notebook, pasted

KINDS = {"right": 35, "other style": 25, "mistake": 30, "stub": 10}  # of a hundred answers


def answers(exercise: Exercise) -> dict[str, list[str]]:
    """What can be handed in for an exercise, by its kind; a stub is the cell as it was given."""
    wrong = (mistaken(exercise, mistake) for mistake in exercise.mistakes.values())
    return {
        "right": [exercise.worked_answer()],
        "other style": [pasted(f, exercise.name) for f in exercise.alternatives.values()],
        "mistake": [text for text in wrong if text],
        "stub": [""],
    }


def hand_in(folder: Path, students: int, lessons: list[str], seed: int) -> str:
    """Write STUDENT/NN_lesson.ipynb for the whole class; returns a hash of all that was written."""
    rng, whole = random.Random(seed), hashlib.sha256()
    for lesson in lessons:
        tasks = exercises.load(lesson).values()
        asked = {t.name: answers(t) for t in tasks if isinstance(t, Exercise)}
        for number in range(students):
            drawn = {name: drawn_from(choice, rng) for name, choice in asked.items()}
            text = notebook(lesson, {name: text for name, text in drawn.items() if text})
            path = folder / f"student{number:03}" / f"{lesson}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            whole.update(text.encode())
    return whole.hexdigest()[:16]


def drawn_from(choice: dict[str, list[str]], rng: random.Random) -> str:
    """One answer: its kind first, then which of that kind."""
    kinds = [kind for kind in KINDS if choice[kind]]
    [kind] = rng.choices(kinds, [KINDS[kind] for kind in kinds])
    return rng.choice(choice[kind])
