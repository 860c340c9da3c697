"""The room's database: opened, read, and written in transactions that are numbered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    cast,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from coursekit.errors import GradeError, WorkshopError
from coursekit.grading.gradebook.connect import PATIENCE, parse
from coursekit.workshop.tables import METADATA, SCHEMA, meta

SEQ = "changes"


class Store:
    """A live room's database.

    Every transaction that writes has a number, one more than the last, which outlives the process:
    who has seen number 7 has missed nothing while the room is at 7.

    Args:
        url: a file of SQLite's, or PostgreSQL.
        told: is called with the number after each transaction that wrote, from its thread.

    Raises:
        WorkshopError: it cannot be reached, is of another schema, or is not there though `create`
            is not set.
    """

    def __init__(self, url: URL, *, create: bool = True):
        self.told: Callable[[int], object] = lambda number: None
        self.name = url.render_as_string(hide_password=True)
        self._sqlite = url.get_backend_name() == "sqlite"
        if self._sqlite and not create and not Path(url.database or "").is_file():
            raise WorkshopError(f"there is no live room at {url.database}")
        self.engine = _engine(url, self.name)
        try:
            self._prepare(create)
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            said = said.replace(str(url.password), "***") if url.password else said
            raise WorkshopError(f"the live room's {self.name} cannot be used: {said}") from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing, and sees one state of the room."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept whole when it ends, or not at all; then all are told."""
        with self.engine.execution_options(writes=True).begin() as connection:
            # On PostgreSQL this row is also the lock by which those who write wait for each other.
            connection.execute(
                update(meta)
                .where(meta.c.name == SEQ)
                .values(value=cast(cast(meta.c.value, Integer) + 1, String))
            )
            yield connection
            number = changes(connection)
        self.told(number)

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the log that SQLite keeps beside its file."""
        if not self._sqlite:
            return
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def _prepare(self, create: bool) -> None:
        with self.engine.execution_options(writes=create).begin() as connection:
            there = inspect(connection).has_table(meta.name)
            if not there and not create:
                raise WorkshopError(f"{self.name} holds no live room")
            if not there:
                METADATA.create_all(connection)
                rows = [{"name": "schema", "value": SCHEMA}, {"name": SEQ, "value": "0"}]
                connection.execute(insert(meta), rows)
            found = connection.scalar(select(meta.c.value).where(meta.c.name == "schema"))
        if found != SCHEMA:
            raise WorkshopError(
                f"{self.name} has schema {found}, and this coursekit's live rooms have {SCHEMA}; "
                "name another with --db"
            )


def locate(place: str) -> URL:
    """The URL of a room's database, named by it or by its file.

    Raises:
        WorkshopError: it looks like a URL but is none, or is of another kind of database.
    """
    if "://" not in place:
        return URL.create("sqlite", database=str(Path(place).resolve()))
    try:
        return parse(place)
    except GradeError as error:
        raise WorkshopError(str(error)) from None


def changes(connection: Connection) -> int:
    """The number of the last transaction that wrote."""
    return int(connection.scalar(select(meta.c.value).where(meta.c.name == SEQ)) or 0)


def put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Write one row, whether or not it is there already."""
    _insert(
        connection,
        table,
        {**key, **values},
        lambda i: (
            i.on_conflict_do_update(index_elements=list(key), set_=values)
            if values
            else i.on_conflict_do_nothing(index_elements=list(key))
        ),
    )


def put_once(
    connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]
) -> bool:
    """Write one row unless it is there already; True if it was not."""
    done = _insert(
        connection,
        table,
        {**key, **values},
        lambda i: i.on_conflict_do_nothing(index_elements=list(key)),
    )
    return bool(done.rowcount)


def _insert(connection: Connection, table: Table, row: dict[str, Any], conflict: Any) -> Any:
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    return connection.execute(conflict(dialect.insert(table).values(**row)))


def _engine(url: URL, name: str) -> Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, pool_pre_ping=True, pool_size=20)
        engine = create_engine(url, connect_args={"timeout": PATIENCE}, pool_size=20)
    except ModuleNotFoundError as error:
        raise WorkshopError(
            f'{name} needs {error.name}; in the folder of the course: pip install -e ".[postgres]"'
        ) from None
    event.listen(engine, "connect", _strict)
    event.listen(engine, "begin", _begin)
    return engine


def _strict(connection: Any, _: object) -> None:
    """Keys are checked, and what was said to be kept is on the disk."""
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA secure_delete = ON")  # forgotten is forgotten


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
