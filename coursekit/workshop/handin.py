"""What is handed in: every version is kept, and answered with a receipt."""

import hashlib
import time
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from coursekit.workshop.tables import handed, learners


def hand_in(
    connection: Connection, learner: int, lesson: str, name: str, notebook: bytes
) -> dict[str, Any]:
    """Keep a notebook; the receipt. The newest one again is the same version.

    Whoever hands in an older one again has thought better of it: that is the newest then.

    Args:
        name: by which the gradebook is to know the learner; if absent, the one that was given
            last, or else the room's own. What was handed in under the room's own gets the first
            that is given, so that the gradebook has one student and not two.
    """
    hashed = hashlib.sha256(notebook).hexdigest()
    theirs = (handed.c.learner_id == learner, handed.c.lesson == lesson)
    asked = select(handed.c.id, handed.c.hash, handed.c.name, handed.c.received).where(*theirs)
    newest = asked.order_by(handed.c.id.desc()).limit(1)
    own = connection.scalar(select(learners.c.name).where(learners.c.id == learner)) or ""
    of_learner = handed.c.learner_id == learner
    if name:
        nameless = update(handed).where(of_learner, handed.c.name == own)
        connection.execute(nameless.values(name=name))
    else:
        last = select(handed.c.name).where(of_learner).order_by(handed.c.id.desc()).limit(1)
        name = connection.scalar(last) or own
    found = connection.execute(newest).one_or_none()
    if found is None or (found.hash, found.name) != (hashed, name):
        row = {"learner_id": learner, "lesson": lesson, "hash": hashed, "name": name}
        row |= {"received": time.time(), "notebook": notebook}
        connection.execute(insert(handed).values(**row))
        found = connection.execute(newest).one()
    version = connection.scalar(select(func.count()).where(*theirs))
    about = {"receipt": f"{found.id}-{hashed[:12]}", "sha256": hashed, "version": version}
    return about | {"lesson": lesson, "received": found.received}


def every(connection: Connection) -> list[dict[str, Any]]:
    """All that was handed in, oldest first, without the notebooks."""
    asked = select(handed.c.id, handed.c.name, handed.c.lesson, handed.c.hash, handed.c.received)
    asked = asked.add_columns(learners.c.id.label("learner")).join(learners).order_by(handed.c.id)
    return [dict(row._mapping) for row in connection.execute(asked)]


def notebook(connection: Connection, id: int) -> bytes | None:
    """One that was handed in."""
    return connection.scalar(select(handed.c.notebook).where(handed.c.id == id))


def answer(connection: Connection, id: int, page: str) -> bool:
    """Send a feedback page back; False if there is no such notebook."""
    done = connection.execute(update(handed).where(handed.c.id == id).values(page=page))
    return bool(done.rowcount)


def pages(connection: Connection, learner: int) -> list[dict[str, Any]]:
    """The feedback that a learner has, the newest version of each lesson."""
    asked = select(handed.c.id, handed.c.lesson, handed.c.hash, handed.c.page)
    asked = asked.where(handed.c.learner_id == learner, handed.c.page.is_not(None))
    rows = connection.execute(asked.order_by(handed.c.id)).all()
    return list({row.lesson: dict(row._mapping) for row in rows}.values())
