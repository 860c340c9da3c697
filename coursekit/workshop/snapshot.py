"""The room at one moment: who is in it, and how everybody stands with every exercise."""

import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from coursekit.workshop import newsroom, room
from coursekit.workshop.room import Room
from coursekit.workshop.store import Store, changes
from coursekit.workshop.tables import cards, flags, guesses, learners, polls, shown, standings

STUCK = 5 * 60.0  # seconds from the first check that failed
ACTIVE = 15 * 60.0


@dataclass(frozen=True)
class Snapshot:
    """Rows of the database, as they are at change `number`."""

    number: int
    when: float
    room: Room
    names: dict[int, str]
    standings: dict[tuple[int, str], Any]
    flags: list[Any] = field(default_factory=list)
    polls: list[Any] = field(default_factory=list)
    guesses: dict[int, list[str]] = field(default_factory=dict)  # by poll
    shown: dict[int, Any] = field(default_factory=dict)  # by learner who waits: the last
    cards: list[Any] = field(default_factory=list)
    pace: str = ""

    def state(self, learner: int, exercise: str) -> str:
        """passed, stuck, trying or not begun."""
        row = self.standings.get((learner, exercise))
        if row is None:
            return "not begun"
        if row.passed is not None:
            return "passed"
        return "stuck" if self.when - row.first > STUCK else "trying"

    def of(self, exercise: str) -> dict[int, str]:
        """Everybody's state, by learner."""
        return {learner: self.state(learner, exercise) for learner in self.names}

    def rows(self, exercise: str) -> list[Any]:
        """How those stand who have begun it."""
        return [row for (_, name), row in self.standings.items() if name == exercise]

    def current(self, works: list[str]) -> str:
        """The exercise that the leader chose, or the one that most have lately worked on."""
        if self.room.exercise in works:
            return self.room.exercise
        lately = [
            row.exercise
            for row in self.standings.values()
            if self.when - row.last < ACTIVE and row.exercise in works
        ]
        return max(works, key=lately.count, default="")


def take(connection: Connection) -> Snapshot:
    """The room as it is now."""
    named = connection.execute(select(learners.c.id, learners.c.name).order_by(learners.c.id))
    values: dict[int, list[str]] = {}
    for row in connection.execute(select(guesses.c.poll_id, guesses.c.value)):
        values.setdefault(row.poll_id, []).append(row.value)
    # Code is long and kept all day, and this is asked at every change: only what is looked at.
    needs = select(flags.c.learner_id).where(flags.c.kind == "need")
    theirs = select(func.max(shown.c.id)).where(shown.c.learner_id.in_(needs))
    last = shown.c.id.in_(theirs.group_by(shown.c.learner_id))
    about_cards = select(cards.c.break_number, cards.c.good, cards.c.unclear)
    return Snapshot(
        number=changes(connection),
        when=time.time(),
        room=room.read(connection),
        names={row.id: row.name for row in named},
        standings={(r.learner_id, r.exercise): r for r in connection.execute(select(standings))},
        flags=list(connection.execute(select(flags).order_by(flags.c.since))),
        polls=list(connection.execute(select(polls).order_by(polls.c.opened))),
        guesses=values,
        shown={r.learner_id: r for r in connection.execute(select(shown).where(last))},
        cards=list(connection.execute(about_cards.order_by(cards.c.id))),
        pace=newsroom.pace(connection),
    )


class Kept:
    """The last snapshot, taken again when the room has changed: many pages look at one."""

    FRESH = 5.0  # seconds after which time itself has changed it

    def __init__(self, store: Store):
        self._store = store
        self._last: Snapshot | None = None

    def now(self) -> Snapshot:
        """The room as it is; one transaction tells whether the last snapshot is still it."""
        last = self._last
        with self._store.reading() as connection:
            fresh = last is not None and time.time() - last.when < self.FRESH
            if last is None or not fresh or changes(connection) != last.number:
                last = self._last = take(connection)
        return last
