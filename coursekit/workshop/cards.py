"""Cards for a break: what went well, what is unclear; kept without whose they are."""

from sqlalchemy import Connection, insert

from coursekit.workshop import room, secret
from coursekit.workshop.store import put_once
from coursekit.workshop.tables import carded, cards


def write(connection: Connection, learner: int, good: str, unclear: str) -> bool:
    """Keep a card; False if this learner has written one in this break, or it is empty.

    That somebody wrote one is kept, and which one is not: its key is random, so that not even the
    order of the rows tells.
    """
    now = room.read(connection).break_number
    if not good and not unclear:
        return False
    if not put_once(connection, carded, {"learner_id": learner, "break_number": now}, {}):
        return False
    row = {"id": secret.token(), "break_number": now, "good": good, "unclear": unclear}
    connection.execute(insert(cards).values(**row))
    return True
