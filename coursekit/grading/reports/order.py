"""The order in which people look for things: lessons as the course has them, students by name."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from coursekit.errors import CourseError
from coursekit.workspace import shipped

NUMBER = re.compile(r"(\d+)")
Key = tuple[list[str | int], str, str]


def lessons(names: Iterable[str]) -> list[str]:
    """Lessons in the course's order, then those of other courses by name."""
    return sorted(names, key=lambda name: (_numbers().get(name, "~"), name))


def title(lesson: str) -> str:
    """A lesson as a heading: "04 Batchnorm forward"."""
    return f"{_numbers().get(lesson, '')} {lesson.replace('_', ' ').capitalize()}".strip()


def by_name(name: str) -> Key:
    """A key that sorts names by their letters, accents and case second, numbers by size.

    It is what Python's own tables know of Unicode's collation; a browser knows all of it, for the
    reader's own language, and the class report's script sorts once more by that.
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    parts = [int(part) if n % 2 else part for n, part in enumerate(NUMBER.split(plain))]
    return parts, letters, name


@cache
def _numbers() -> dict[str, str]:
    """The number of each of the course's lessons; none where its notebooks did not come along."""
    try:
        return {path.stem[3:]: path.stem[:2] for path in shipped()}
    except CourseError:
        return {}
