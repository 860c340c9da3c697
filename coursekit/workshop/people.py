"""Who is in the room: they come in, come back on another machine, and leave with all they sent."""

import time
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from coursekit.errors import WorkshopError
from coursekit.workshop import secret
from coursekit.workshop.pseudonyms import beside, pseudonym
from coursekit.workshop.tables import learners, tokens
from coursekit.workshop.wire import NAME, clean


class Joined(NamedTuple):
    """What somebody is given who comes in; `back` only the first time.

    `who` is the learner's alone, in this room or any other, and opens nothing.
    """

    token: str
    name: str
    back: str
    who: str


def join(connection: Connection, name: str = "", account: str | None = None) -> Joined:
    """Somebody new; a name that is taken gets a number, no name a pseudonym."""

    def taken(name: str) -> bool:
        asked = select(learners.c.id).where(func.lower(learners.c.name) == name.lower())
        return connection.scalar(asked) is not None

    wanted, back = clean(name, NAME), secret.back()
    name = beside(wanted, taken) if wanted else pseudonym(taken)
    row = {"name": name, "back": (hashed := secret.kept(secret.plain(back))), "account": account}
    done = connection.execute(insert(learners).values(**row, joined=time.time()))
    key = done.inserted_primary_key
    assert key is not None
    return Joined(_token(connection, key[0]), name, back, secret.kept(hashed)[:16])


def come_back(connection: Connection, back: str) -> Joined | None:
    """Somebody who was here before, on another machine or with an empty workspace."""
    hashed = secret.kept(secret.plain(back))
    found = connection.execute(select(learners).where(learners.c.back == hashed)).one_or_none()
    if found is None:
        return None
    return Joined(_token(connection, found.id), found.name, "", secret.kept(hashed)[:16])


def of_account(connection: Connection, account: str) -> int:
    """The learner who has an account on a JupyterHub, come in now if not before."""
    if has_account(connection, account) is None:
        join(connection, account=account)
    found = has_account(connection, account)
    assert found is not None
    return found


def has_account(connection: Connection, account: str) -> int | None:
    """The learner who has an account on a JupyterHub, if in the room."""
    return connection.scalar(select(learners.c.id).where(learners.c.account == account))


def known(connection: Connection, token: str) -> int | None:
    """The learner whose machine has that token."""
    asked = select(tokens.c.learner_id).where(tokens.c.hash == secret.kept(token))
    return connection.scalar(asked)


def leave(connection: Connection, learner: int) -> None:
    """Delete somebody, with all that was ever sent."""
    connection.execute(delete(learners).where(learners.c.id == learner))


def forget(connection: Connection, name: str) -> None:
    """Delete whoever is called that, by pseudonym, name or account.

    Raises:
        WorkshopError: nobody is.
    """
    who = (learners.c.name == name) | (learners.c.account == name)
    found = connection.scalars(select(learners.c.id).where(who)).all()
    if not found:
        raise WorkshopError(f"nobody in this room is called {name!r}")
    for learner in found:
        leave(connection, learner)


def _token(connection: Connection, learner: int) -> str:
    token = secret.token()
    connection.execute(insert(tokens).values(hash=secret.kept(token), learner_id=learner))
    return token
