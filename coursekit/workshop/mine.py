"""All that a room keeps of one learner, for that learner."""

from typing import Any

from sqlalchemy import Connection, select

from coursekit.workshop.tables import METADATA, learners, tokens

UNSAID = ("notebook", "page", "learner_id")
OF_LEARNERS = [
    table
    for table in METADATA.sorted_tables
    if "learner_id" in table.c and table is not tokens  # a hash of a secret for each machine
]


def all_of(connection: Connection, learner: int) -> dict[str, Any]:
    """What is kept, by table; of a notebook its name and hash, of a secret nothing."""
    about = connection.execute(select(learners).where(learners.c.id == learner)).one()
    kept: dict[str, Any] = {"name": about.name, "account": about.account, "joined": about.joined}
    for table in OF_LEARNERS:
        columns = [column for column in table.c if column.name not in UNSAID]
        rows = connection.execute(select(*columns).where(table.c.learner_id == learner))
        kept[table.name] = [dict(row._mapping) for row in rows]
    return kept
