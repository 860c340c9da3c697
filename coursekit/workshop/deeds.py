"""What a leader does: each deed changes the room in one transaction."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, update

from coursekit.workshop import newsroom, room, secret, votes
from coursekit.workshop.course import HINTS, Course
from coursekit.workshop.snapshot import Snapshot, take
from coursekit.workshop.tables import flags
from coursekit.workshop.wire import NAME, WORDS, Malformed, clean

Given = Mapping[str, str]


class Deed(NamedTuple):
    """What is done, and where."""

    connection: Connection
    course: Course
    given: Given

    def exercise(self) -> str:
        """The exercise that is named."""
        name = self.given.get("exercise", "")
        if name not in self.course.works:
            raise Malformed("no such exercise")
        return name

    def learner(self) -> int:
        """The learner that is named."""
        value = self.given.get("learner", "")
        if not value.isdecimal() or len(value) > 12:
            raise Malformed("no such learner")
        return int(value)

    def question(self) -> str:
        """The question that is named."""
        name = self.given.get("question", "")
        if name not in self.course.questions:
            raise Malformed("no such question")
        return name


def do(connection: Connection, course: Course, given: Given) -> int:
    """Do what a form asks; returns the number of the newest of the news.

    Raises:
        Malformed: it asks for nothing that there is.
    """
    deed = DEEDS.get(given.get("deed", ""))
    if deed is None:
        raise Malformed("no such deed")
    deed(Deed(connection, course, given))
    return newsroom.newest(connection)


def _choose(deed: Deed) -> None:
    name = deed.exercise() if deed.given.get("exercise") else ""
    room.change(deed.connection, exercise=name)


def _hint(deed: Deed) -> None:
    """To who has a diagnosis, or to all who are stuck."""
    name, level = deed.exercise(), deed.given.get("level", "2")
    if level not in map(str, range(1, HINTS + 1)):
        raise Malformed("no such hint")
    to = _meant(take(deed.connection), name, deed.given.get("diagnosis", ""))
    newsroom.send(deed.connection, "hint", exercise=name, level=int(level), to=to)


def _answer(deed: Deed) -> None:
    name = deed.exercise()
    to = _meant(take(deed.connection), name, "")
    newsroom.send(deed.connection, "answer", exercise=name, to=to)


def _meant(snapshot: Snapshot, exercise: str, diagnosis: str) -> list[int]:
    if diagnosis:
        rows = snapshot.rows(exercise)
        return [r.learner_id for r in rows if r.diagnosis == diagnosis and r.passed is None]
    return [learner for learner, state in snapshot.of(exercise).items() if state == "stuck"]


def _pace(deed: Deed) -> None:
    newsroom.send(deed.connection, "pace", words=clean(deed.given.get("words", ""), WORDS))


def _take(deed: Deed) -> None:
    helper = clean(deed.given.get("helper", ""), NAME) or "a helper"
    of = (flags.c.learner_id == deed.learner(), flags.c.kind == "need")
    free = update(flags).where(*of, flags.c.helper == "")  # who was first has taken it
    deed.connection.execute(free.values(helper=helper))


def _helped(deed: Deed) -> None:
    deed.connection.execute(delete(flags).where(flags.c.learner_id == deed.learner()))


def _open(deed: Deed) -> None:
    votes.open_poll(deed.connection, deed.question())


def _close(deed: Deed) -> None:
    votes.close_all(deed.connection)


def _next_break(deed: Deed) -> None:
    now = room.read(deed.connection).break_number
    room.change(deed.connection, break_number=now + 1)


def _new_code(deed: Deed) -> None:
    room.change(deed.connection, code=secret.code())


DEEDS: dict[str, Callable[[Deed], None]] = {
    "choose": _choose,
    "hint": _hint,
    "answer": _answer,
    "pace": _pace,
    "take": _take,
    "helped": _helped,
    "open": _open,
    "close": _close,
    "break": _next_break,
    "code": _new_code,
}
