"""What a live room keeps. All that belongs to a learner goes with the learner's row."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = "room 2"  # no gradebook's, which has a table of that name, too
METADATA = MetaData()
# SQLite gives the highest number out again once its row is gone, unless it is told
# (`sqlite_autoincrement`): numbers that are known outside of the room name one thing forever.


def _learner(**options: Any) -> Column:
    return Column(
        "learner_id", ForeignKey("learners.id", ondelete="CASCADE"), nullable=False, **options
    )


meta = Table(
    "meta",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
learners = Table(
    "learners",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),  # a pseudonym, or what was chosen
    Column("back", String, nullable=False, unique=True),  # the hash of what brings one back
    Column("account", String, unique=True),  # on a JupyterHub
    Column("joined", Float, nullable=False),  # Unix seconds, as all times here
    sqlite_autoincrement=True,
)
tokens = Table(  # one for each machine
    "tokens",
    METADATA,
    Column("hash", String, primary_key=True),
    _learner(index=True),
)
events = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True),
    _learner(index=True),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("exercise", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("diagnosis", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("happened", Float, nullable=False),  # by this machine's clock
    Column("received", Float, nullable=False),
    UniqueConstraint("learner_id", "key"),
)
standings = Table(  # what all checks of one exercise came to
    "standings",
    METADATA,
    _learner(primary_key=True),
    Column("exercise", String, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("passed", Float),  # when first
    Column("first", Float, nullable=False),
    Column("last", Float, nullable=False),
    Column("outcome", String, nullable=False),  # of the last
    Column("diagnosis", String, nullable=False),
    Column("seconds", Float, nullable=False),  # until it passed, or so far
)
flags = Table(  # the note on the learner's screen: blue for done, yellow for help
    "flags",
    METADATA,
    _learner(primary_key=True),
    Column("kind", String, nullable=False),
    Column("exercise", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("since", Float, nullable=False),
    Column("helper", String, nullable=False),  # who has taken it
)
shown = Table(  # code that a learner showed to a helper, once
    "shown",
    METADATA,
    Column("id", Integer, primary_key=True),
    _learner(index=True),
    Column("exercise", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("happened", Float, nullable=False),
)
polls = Table(
    "polls",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("question", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("opened", Float, nullable=False),
    Column("closed", Float),
    UniqueConstraint("question", "round"),
)
guesses = Table(
    "guesses",
    METADATA,
    _learner(primary_key=True),
    Column("poll_id", ForeignKey("polls.id"), primary_key=True),
    Column("value", String, nullable=False),
    Column("happened", Float, nullable=False),
)
news = Table(  # what the leader sent down
    "news",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # pace, hint, answer
    Column("exercise", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("made", Float, nullable=False),
    Column("everyone", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
addressees = Table(
    "addressees",
    METADATA,
    _learner(primary_key=True),
    Column("news_id", ForeignKey("news.id"), primary_key=True),
)
cards = Table(  # anonymous: neither whose nor when
    "cards",
    METADATA,
    Column("id", String, primary_key=True),  # random, so that the order tells nothing
    Column("break_number", Integer, nullable=False),
    Column("good", Text, nullable=False),
    Column("unclear", Text, nullable=False),
)
carded = Table(
    "carded",
    METADATA,
    _learner(primary_key=True),
    Column("break_number", Integer, primary_key=True),
)
handed = Table(  # every version that was handed in
    "handed",
    METADATA,
    Column("id", Integer, primary_key=True),
    _learner(index=True),
    Column("lesson", String, nullable=False),
    Column("name", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("received", Float, nullable=False),
    Column("notebook", LargeBinary, nullable=False),
    Column("page", Text),  # the feedback, when it is there
    sqlite_autoincrement=True,
)
sessions = Table(  # of leaders
    "sessions",
    METADATA,
    Column("hash", String, primary_key=True),
    Column("csrf", String, nullable=False),
)
