"""The room itself: its code, until when it is open, and which exercise it is at."""

import json
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from coursekit.workshop import secret
from coursekit.workshop.store import Store, put
from coursekit.workshop.tables import METADATA, learners, meta, sessions

DAY = 86400.0


@dataclass(frozen=True)
class Room:
    """What is set of a room; times in Unix seconds."""

    code: str
    expires: float
    exercise: str = ""  # the current one; "" where the room's own work says
    break_number: int = 1

    @property
    def over(self) -> bool:
        """True if its time is up: nobody comes in, and what it kept is to be deleted."""
        return time.time() >= self.expires


def open_room(store: Store, days: float) -> tuple[Room, str]:
    """Open the database's room, or go on with it; with the leader's secret, which is new each time.

    A secret that was given out before opens nothing any more; a leader who is in stays in.
    """
    leader = secret.token()
    with store.writing() as connection:
        room = _read(connection)
        if room is not None and room.over:
            empty(connection)
            room = None
        if room is None:
            room = Room(secret.code(), time.time() + days * DAY)
            _write(connection, room)
        set_value(connection, "leader", secret.kept(leader))
    store.scrub()
    return room, leader


def read(connection: Connection) -> Room:
    """The room as it is now."""
    room = _read(connection)
    assert room is not None, "open_room comes first"
    return room


def change(connection: Connection, **values: Any) -> Room:
    """The room with some of its fields changed."""
    room = Room(**{**vars(read(connection)), **values})
    _write(connection, room)
    return room


def empty(connection: Connection) -> None:
    """Delete everything that the room kept, its leaders' sessions too."""
    for table in reversed(METADATA.sorted_tables):
        if table is not meta:
            connection.execute(delete(table))
    connection.execute(delete(meta).where(meta.c.name.in_(["room", "leader"])))


def expire(store: Store) -> bool:
    """Delete what was kept if the time is up; True if it was deleted."""
    with store.reading() as connection:
        due = read(connection).over and (
            connection.scalar(select(learners.c.id).limit(1)) is not None
            or connection.scalar(select(sessions.c.hash).limit(1)) is not None
        )
    if due:
        with store.writing() as connection:
            room = read(connection)
            empty(connection)
            _write(connection, room)  # it stays over
        store.scrub()
    return due


def value(connection: Connection, name: str) -> str | None:
    """What is kept under a name."""
    return connection.scalar(select(meta.c.value).where(meta.c.name == name))


def set_value(connection: Connection, name: str, value: str) -> None:
    """Keep something under a name."""
    put(connection, meta, {"name": name}, {"value": value})


def _read(connection: Connection) -> Room | None:
    text = value(connection, "room")
    return None if text is None else Room(**json.loads(text))


def _write(connection: Connection, room: Room) -> None:
    set_value(connection, "room", json.dumps(vars(room)))
