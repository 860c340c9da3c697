"""A real PostgreSQL server for a test: its own folder, its own socket, an ordinary user."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from programs import postgres

OWNER = "nobody"  # the server refuses to run as root


@contextmanager
def running() -> Iterator[Path]:
    """Start a server; gives the folder of its socket."""
    programs = postgres()
    assert programs is not None
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: sockets have short paths
    become: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam(OWNER)
        os.chown(home, owner.pw_uid, owner.pw_gid)
        become = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    data = home / "data"
    start = [*become, str(programs / "initdb"), "-D", str(data), "-U", "coursekit", "-A", "trust"]
    subprocess.run([*start, "--no-sync", "-E", "UTF8", "--locale=C"], check=True, cwd=home,
                   capture_output=True)  # fmt: skip
    options = ["-k", str(home), "-c", "listen_addresses=", "-c", "fsync=off"]
    server = subprocess.Popen(
        [*become, str(programs / "postgres"), "-D", str(data), *options],
        cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _await(home)
        yield home
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown"
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def database(home: Path, name: str) -> str:
    """Make an empty database; its URL."""
    with connect(home, "postgres") as connection:
        connection.execute(f"create database {name}")
    return f"postgresql://coursekit@/{name}?host={home}"


def connect(home: Path, name: str) -> psycopg.Connection:
    return psycopg.connect(host=str(home), user="coursekit", dbname=name, autocommit=True)


def _await(home: Path) -> None:
    for _ in range(300):
        try:
            return connect(home, "postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")
