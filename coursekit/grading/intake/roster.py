"""The class as its instructor knows it: one row per student, by whatever names platforms use."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading import course
from coursekit.grading.intake import clock, sheet

ALSO = ("moodle", "nbgrader", "blackboard", "brightspace", "folder", "also")
COLUMNS = {
    "id": ("student id", "student number", "id number", "sis user id"),
    "name": ("full name", "student", "student name"),
    "first": ("first name", "given name"),
    "last": ("last name", "surname", "family name"),
    "email": ("email address", "e mail", "mail"),
    "section": ("class", "sections"),
    "group": ("team",),
    "canvas": ("canvas id", "canvas user id"),
    "login": ("sis login id", "username", "login id", "user name"),
    **dict.fromkeys(ALSO, ()),
    "extra time": ("extension", "extra"),
    "excused": (),
}
ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
EVERY = "*"  # in `excused`: all lessons
ALL = ("all", "yes", EVERY)


@dataclass(frozen=True)
class Person:
    """A student, as the roster has it."""

    id: str
    name: str
    email: str = ""
    section: str = ""
    group: str = ""  # whose members hand in one notebook
    canvas: str = ""  # the user's number
    login: str = ""
    also: tuple[str, ...] = ()  # what other platforms call them
    extra: float = 0.0  # seconds that every deadline is later
    excused: tuple[str, ...] = ()  # lessons, or EVERY

    def is_excused(self, lesson: str) -> bool:
        """True if the lesson does not count for them."""
        return lesson in self.excused or EVERY in self.excused

    def __str__(self) -> str:
        return f"{self.id} ({self.name}{', ' if self.section else ''}{self.section})"


class Roster:
    """Everybody in a class, and who is meant by a name."""

    def __init__(self, people: Iterable[Person]):
        self.people = tuple(people)
        self.by_id = {one.id: one for one in self.people}
        self.by_key = {key: one for one in self.people for key, _ in keys(one)}
        self.by_canvas = {one.canvas: one for one in self.people if one.canvas}
        self.by_name = _index(self.people, lambda one: [folded(one.name)])
        self.by_run = _index(self.people, lambda one: runs(one.name))
        self.by_group = _index(self.people, lambda one: [folded(one.group)] if one.group else [])
        self.sections = sorted({one.section for one in self.people if one.section})
        self.prefixes = {folded(name) for one in self.people for name in (one.section, one.group)}

    def called(self, text: str) -> tuple[Person, ...]:
        """Everyone who can be meant by an id, a login, an address or a name."""
        if one := self.by_key.get(folded(text)):
            return (one,)
        return self.by_name.get(folded(text), ())

    def one(self, text: str) -> Person:
        """Who is meant by a text.

        Raises:
            GradeError: nobody on the roster, or more than one.
        """
        found = self.called(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise GradeError(f"{text!r} can be {' or '.join(map(str, found))}; write the id")
        raise GradeError(f"{text!r} is nobody on the roster.{self.close(text)}")

    def close(self, text: str) -> str:
        """ " Did you mean …?" for a text that means nobody."""
        return did_you_mean(folded(text), [*self.by_key, *self.by_name])

    def as_text(self) -> str:
        """The roster as JSON, for the gradebook."""
        return json.dumps([asdict(one) for one in self.people])


def from_text(text: str | None) -> Roster | None:
    """What `as_text` wrote; of nothing, None."""
    return Roster(msgspec.convert(json.loads(text), tuple[Person, ...])) if text else None


def read(path: Path) -> Roster:
    """The roster in a CSV file.

    Raises:
        GradeError: it cannot be read, or says something that has no meaning; says in which line.
    """
    rows = sheet.read(path, COLUMNS)
    sheet.needed(path, rows, "id")
    people: list[Person] = []
    seen: dict[str, tuple[int, str]] = {}  # what means somebody: in which line and column
    for number, row in rows:
        try:
            people.append(_person(row))
            for key, column in keys(people[-1]):
                line, other = seen.setdefault(key, (number, column))
                if line != number:
                    raise GradeError(
                        f"the {column} {key!r} is the {other} of line {line}; every student needs "
                        "one that is nobody else's: correct one of the two lines"
                    )
        except GradeError as error:
            raise GradeError(f"{path}, line {number}: {error}") from error
    numbers = [one.canvas for one in people if one.canvas]
    if twice := sorted({n for n in numbers if numbers.count(n) > 1}):
        raise GradeError(f"{path}: two students have the Canvas number {twice[0]}; correct one")
    return Roster(people)


def keys(one: Person) -> Iterator[tuple[str, str]]:
    """What means this student and no other, with the column that it stands in."""
    seen = set()
    found = [("id", one.id), ("email", one.email), ("login", one.login)]
    for column, text in [*found, *(("also", text) for text in one.also)]:
        if text and (key := folded(text)) not in seen:
            seen.add(key)
            yield key, column


def folded(text: str) -> str:
    """A name as it is compared: without capitals, "Lovelace, Ada" as "ada lovelace"."""
    text = unicodedata.normalize("NFC", text)
    last, comma, first = text.partition(",")
    return " ".join((f"{first} {last}" if comma else text).casefold().split())


def runs(name: str) -> list[str]:
    """A name as Canvas runs it together, family name first, wherever that may begin."""
    words = [re.sub(r"[\W_]", "", word) for word in folded(name).split()]
    return ["".join([*words[n:], *words[:n]]) for n in range(len(words))]


def _person(row: sheet.Row) -> Person:
    name = row.get("name", "") or " ".join(filter(None, (row.get("first"), row.get("last"))))
    if not row["id"] or not name:
        raise GradeError(f"every student needs an id and a name; got {row['id']!r} and {name!r}")
    if ROUNDED.fullmatch(row["id"]):
        raise GradeError(f"the id {row['id']} was rounded by a spreadsheet; format it as text")
    extra = clock.span(row["extra time"]).total_seconds() if row.get("extra time") else 0.0
    also = [name for column in ALSO for name in re.split(r"[;|]", row.get(column, ""))]
    return Person(
        row["id"], name, row.get("email", ""), row.get("section", ""), row.get("group", ""),
        row.get("canvas", ""), row.get("login", ""), tuple(n.strip() for n in also if n.strip()),
        extra, tuple(_lessons(row.get("excused", ""))),
    )  # fmt: skip


def _lessons(text: str) -> Iterator[str]:
    for asked in re.split(r"[;,|\s]+", text.strip()):
        if asked and asked.casefold() not in ("no", "-"):
            yield EVERY if asked.casefold() in ALL else course.lesson(asked)


def _index(
    people: Iterable[Person], of: Callable[[Person], Iterable[str]]
) -> dict[str, tuple[Person, ...]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        for key in dict.fromkeys(of(one)):
            found[key].append(one)
    return {key: tuple(ones) for key, ones in found.items()}
