"""Students and lessons as an instructor calls them, among those of a gradebook."""

import re
import unicodedata
from collections.abc import Iterable

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading import course
from coursekit.grading.intake.roster import Person, Roster

MOST = 12  # so many names are listed


def student(asked: str, known: Iterable[str], people: Iterable[Person] = ()) -> str:
    """The student's name in the gradebook; letters may be composed otherwise, as a Mac does.

    Args:
        people: the roster: whoever is on it is also meant by a name, an address or a login.

    Raises:
        GradeError: nobody is called so, or more than one.
    """
    names = sorted(set(known))
    if asked in names:
        return asked
    if (roster := Roster(people)).called(asked):
        asked = roster.one(asked).id
    if asked in names:
        return asked
    asked = asked.encode("utf-8", "backslashreplace").decode()  # as a folder's name is kept
    same = [name for name in names if _composed(name) == _composed(asked)]
    if len(same) == 1:
        return same[0]
    guess = did_you_mean(asked, names) or _listed(names)
    raise GradeError(f"{asked!r} handed nothing in.{guess}")


def lesson(asked: str, known: Iterable[str], who: str | None = None) -> str:
    """The lesson's name, asked for as "09", "9", "full_layer" or "09_full_layer(.ipynb)".

    Args:
        known: those that were handed in, by `who` alone if given.

    Raises:
        GradeError: it is not among them.
    """
    names = sorted(set(known))
    plain = asked.strip().removesuffix(".ipynb")
    readings = (asked, plain, course.numbered(plain), re.sub(r"^\d+_", "", plain))
    for name in readings:
        if name in names:
            return name
    name = readings[2] or readings[3]
    also = f" ({asked})" if name != asked else ""
    guess = did_you_mean(name, names) or ("" if who else _listed(names))
    if who:
        raise GradeError(f"{who!r} handed in {', '.join(names)}, not {name!r}{also}.{guess}")
    raise GradeError(f"nobody handed in {name!r}{also}.{guess}")


def _listed(names: list[str]) -> str:
    if not names:
        return " The gradebook is empty."
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f" The gradebook has {', '.join(names[:MOST])}{more}."


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
