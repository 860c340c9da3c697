"""What students wrote, kept in the gradebook: a later year's answers are held against it."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.grading.gradebook import Gradebook, locate
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.reports import similarity
from coursekit.grading.reports.results import GradeReport
from coursekit.grading.reports.similarity import Alike, Written
from coursekit.grading.workers.local import Crew

PLACE = "answers "  # with the lesson behind it: a name in the gradebook


@dataclass(frozen=True)
class Earlier:
    """What was written in earlier years, by what the year is called, and a hash of it all."""

    years: dict[str, Written]
    hash: str


def read(places: Sequence[str], own: str, lessons: Iterable[str]) -> Earlier:
    """What earlier gradebooks have of these lessons; nothing of none.

    Args:
        places: the folders of their reports, or their URLs.
        own: this year's.

    Raises:
        GradeError: one is not there or cannot be used, is this year's own, or has no answers.
    """
    years: dict[str, Written] = {}
    seen = hashlib.sha256()
    for place in places:
        if (url := locate(place)) == locate(own):
            raise GradeError(
                f"--earlier {place} is this run's own gradebook; name an earlier year's"
            )
        with Gradebook.open(url) as book:
            texts = {lesson: book.recall(PLACE + lesson) for lesson in sorted(set(lessons))}
            graded = {entry.lesson for entry in book.entries()} if not any(texts.values()) else {}
        if any(lesson in graded for lesson in texts):
            raise GradeError(
                f"{place} has no answers: it is of a coursekit that kept none. Run `coursekit "
                "grade` on its submissions once more, with its --out; nothing is judged twice"
            )
        seen.update(repr((place, texts)).encode())
        title = _title(place, years)
        years[title] = {
            (lesson, exercise): {who: own[exercise] for who, own in mine.items() if exercise in own}
            for lesson, text in texts.items()
            for mine in [_unpacked(text)]
            for exercise in {name for own in mine.values() for name in own}
        }
    return Earlier(years, seen.hexdigest() if places else "")


@dataclass(frozen=True)
class Comparison:
    """Who keeps a run's answers in its gradebook, and tells which are alike."""

    book: Gradebook
    crew: Crew
    earlier: Earlier

    def __call__(self, report: GradeReport, found: Sequence[Submission]) -> list[Alike]:
        """The groups of answers that are alike.

        Raises:
            JudgeError: they could not be compared.
        """
        answers = self.crew.answers(found)
        keep(self.book, similarity.written(report, found, answers))
        return self.crew.similar(report, found, answers, self.earlier.years)


def keep(book: Gradebook, written: Written) -> None:
    """Keep what students wrote; of who is not among them, what is kept already stays."""
    for lesson in sorted({lesson for lesson, _ in written}):
        mine: dict[str, dict[str, str]] = {}
        for (of, exercise), answers in written.items():
            for student, code in answers.items() if of == lesson else ():
                mine.setdefault(student, {})[exercise] = code
        before = _unpacked(book.recall(PLACE + lesson))
        if before | mine != before:
            book.keep(**{PLACE + lesson: _packed(before | mine)})


def _title(place: str, taken: Iterable[str]) -> str:
    """What a year is called: the folder of its reports."""
    path = Path(place) if "://" not in place else Path(place.rpartition("/")[2])
    path = path.resolve().parent if path.is_file() else path
    title = path.resolve().name
    return title if title not in taken else place


def _packed(answers: dict[str, dict[str, str]]) -> str:
    """Text that every database holds; code shrinks to a fifth."""
    text = json.dumps(answers, sort_keys=True)
    return base64.b85encode(zlib.compress(text.encode())).decode()


def _unpacked(text: str | None) -> dict[str, dict[str, str]]:
    return json.loads(zlib.decompress(base64.b85decode(text))) if text else {}
