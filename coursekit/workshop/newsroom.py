"""What the leader sends down: how long there is, a hint, the worked answer; to all or to some."""

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select

from coursekit.workshop.tables import addressees, news

MOST = 50  # that somebody who was away is told


def send(
    connection: Connection,
    kind: str,
    *,
    exercise: str = "",
    level: int = 0,
    words: str = "",
    to: Iterable[int] | None = None,
) -> int:
    """Send one thing down, to these learners or to everyone; returns its number.

    Args:
        kind: "pace" with words, "hint" with an exercise and a level, "answer" with an exercise.
    """
    row = {"kind": kind, "exercise": exercise, "level": level, "words": words}
    row |= {"made": time.time(), "everyone": to is None}
    key = connection.execute(insert(news).values(**row)).inserted_primary_key
    assert key is not None
    if to is not None and (rows := [{"learner_id": one, "news_id": key[0]} for one in to]):
        connection.execute(insert(addressees), rows)
    return int(key[0])


def newest(connection: Connection) -> int:
    """The number of the last that was sent."""
    return connection.scalar(select(func.max(news.c.id))) or 0


def since(connection: Connection, learner: int, number: int) -> list[dict[str, Any]]:
    """What was sent to a learner after that number."""
    mine = select(addressees.c.news_id).where(addressees.c.learner_id == learner)
    asked = select(news.c.id, news.c.kind, news.c.exercise, news.c.level, news.c.words).where(
        news.c.id > number, or_(news.c.everyone, news.c.id.in_(mine))
    )
    rows = connection.execute(asked.order_by(news.c.id.desc()).limit(MOST)).all()
    return [dict(row._mapping) for row in reversed(rows)]


def pace(connection: Connection) -> str:
    """What was last said of the pace."""
    asked = select(news.c.words).where(news.c.kind == "pace").order_by(news.c.id.desc()).limit(1)
    return connection.scalar(asked) or ""
