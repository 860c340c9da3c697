"""Open a database as a gradebook: a file of SQLite's beside the reports, or a server by its URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from coursekit.errors import GradeError
from coursekit.grading.gradebook.tables import METADATA, SCHEMA, meta

FILE = "gradebook.db"
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
PATIENCE = 30  # seconds to wait for another process that writes
SERVER = {"pool_pre_ping": True}  # one that was restarted is connected to again


def locate(place: str | Path) -> URL:
    """The URL of a gradebook, named by it, by its file or by the folder of its reports.

    Raises:
        GradeError: it looks like a URL but is none, or is of another kind of database.
    """
    if "://" in str(place):
        return parse(str(place))
    path = Path(place).resolve()
    return URL.create("sqlite", database=str(path if path.is_file() else path / FILE))


def parse(text: str) -> URL:
    """A gradebook's URL.

    Raises:
        GradeError: it is none, or is of another kind of database.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise GradeError(
            "--db takes a URL such as sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise GradeError(f"--db takes SQLite or PostgreSQL; got {url.drivername}")
    return url


@contextmanager
def open_engine(url: URL, *, create: bool) -> Iterator[Engine]:
    """A gradebook's database; its tables are made if it has none and `create` is set.

    Raises:
        GradeError: it cannot be reached or used, it is of another schema, it is not there; and, for
            as long as it is open, whatever goes wrong with it. No message holds a password.
    """
    name = url.render_as_string(hide_password=True)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file and not create and not Path(file).exists():
        raise GradeError(f"there is no gradebook at {file}; `coursekit grade` makes one")
    try:
        engine = create_engine(url, **({"connect_args": {"timeout": PATIENCE}} if file else SERVER))
    except ModuleNotFoundError as error:
        raise GradeError(
            f"{name} needs {error.name}, which is not installed; in the folder of the course: "
            'pip install -e ".[postgres]"'
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _strict)
        event.listen(engine, "begin", _begin)
    try:
        _check(engine, name, create)
        yield engine
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        if url.password:
            said = said.replace(str(url.password), "***")
        raise GradeError(f"the gradebook {name} cannot be used: {said}") from error
    finally:
        engine.dispose()


def writing(engine: Engine) -> Engine:
    """The same for transactions that write: on SQLite they wait for each other from the start."""
    return engine.execution_options(writes=True)


def _strict(connection: Any, _: object) -> None:
    """Keys are checked, and a transaction begins where we say: Python's own leaves tables out."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(engine: Engine, name: str, create: bool) -> None:
    """Hold the schema against ours, once the tables are there."""
    with (writing(engine) if create else engine).begin() as connection:  # all tables, or none
        there = inspect(connection).has_table(meta.name)
        if not there and create:
            METADATA.create_all(connection)
            connection.execute(insert(meta).values(name="schema", value=str(SCHEMA)))
        elif not there:
            raise GradeError(f"{name} holds no gradebook; `coursekit grade` makes one")
        found = connection.scalar(select(meta.c.value).where(meta.c.name == "schema"))
    if found != str(SCHEMA):
        raise GradeError(
            f"the gradebook {name} has schema {found}, and this coursekit reads {SCHEMA}. Keep it "
            "for the coursekit that wrote it, and name a new one with --db"
        )
