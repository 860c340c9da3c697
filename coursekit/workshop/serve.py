"""Serve a room until Ctrl-C: open its database, say where it is, run the server."""

import os
import socket
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

from coursekit.errors import WorkshopError
from coursekit.files import write_whole
from coursekit.terminal import say
from coursekit.workshop import app, listening, room
from coursekit.workshop.course import course
from coursekit.workshop.drawing import day
from coursekit.workshop.hub import Hub, Settings
from coursekit.workshop.place import Place
from coursekit.workshop.store import Store, locate

PLAIN = (
    "No TLS: whoever is on the same network can read along, the leader's link too. In a room "
    "whose network you do not trust, use --tls CERT KEY or a proxy (docs/workshop.md)."
)
LINK = Path("leader-link.txt")  # a hub's service has one
STOPPED = "while it is stopped it deletes nothing: delete that file when you are done"
INSIDE = (
    "Elsewhere  these addresses are this machine's own: for those by which others reach the room, "
    "set c.JupyterHub.public_url or give this command --public https://HUB/services/NAME"
)
LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(
    *,
    host: str = "0.0.0.0",
    port: int = 8000,
    db: str = "workshop.db",
    lessons: Sequence[str] = (),
    days: float = 7.0,
    tls: tuple[Path, Path] | None = None,
    public: str = "",
    prefix: str = "/",
    tell: Callable[[str], object] = say,
    opened: Callable[[str, str], object] | None = None,
) -> int:
    """Serve a room, and return the exit code when it is stopped.

    Args:
        db: a file, or the URL of a database; a room that is in it is gone on with.
        lessons: the lessons of the day; all if none is named.
        days: after which everything in a new room is deleted, if it is served then.
        tls: the files of a certificate and its key.
        public: the address of a proxy in front, as learners reach it.
        prefix: the path under which a proxy passes requests on, if it does not take it away.
        opened: is given the code and the address once the room listens.

    Raises:
        WorkshopError: the database, a lesson, an address or a certificate cannot be used.
    """
    settings = Settings.of()
    if settings is not None:
        prefix = settings.prefix
        host, port = _of_service(host, port)
        public = public or settings.public
    if not 0 < days <= 366:
        raise WorkshopError(f"--days takes more than 0 and up to 366; got {days:g}")
    for path in tls or ():
        if not path.is_file():
            raise WorkshopError(f"--tls: there is no file {path}")
    if tls is not None:
        _hold(*tls)
    hint = "name another with --port"
    if settings is not None:  # whose address the hub names, not --port
        hint = "name a free port in the url of this service, in jupyterhub_config.py"
    sock = listening.bound(host, port, hint)
    port = sock.getsockname()[1]
    try:
        about = course(lessons)
        store = Store(locate(db))
    except BaseException:
        sock.close()
        raise
    try:
        here, leader = room.open_room(store, days)
        secure = tls is not None or public.startswith("https://")
        scheme = "https" if tls else "http"
        address = public.rstrip("/") or f"{scheme}://{_reached(host)}:{port}{prefix.rstrip('/')}"
        place = Place(address, _slashed(prefix), secure)
        whole = app.make(store, about, place, Hub(settings) if settings else None)
        said = address.removeprefix("http://")
        tell(f'Join       join("{here.code}@{said}")')
        tell(f"Project    {address}/qr (once the link below has been opened)")
        link = f"{address}/leader#{leader}"
        if settings is None:
            tell(f"Leader     {link}")
        else:  # what is printed stands in the hub's log, which others read
            tell(f"Leader     {address}/lead; `coursekit grade` takes the link in {_keep(link)}")
            if not public:  # a service's own address, behind the hub's proxy
                tell(INSIDE)
        tell(f"Learners   {', '.join(about.titles.values())}")
        tell(
            f"Kept in    {store.name}, until {day(here.expires)}; `coursekit workshop forget NAME`"
        )
        tell(f"Stop       Ctrl-C (started again with the same --db, it goes on; {STOPPED})")
        if not secure and host not in LOCAL and settings is None:
            tell(PLAIN)
        if opened is not None:
            sock.listen()
            opened(here.code, f"{scheme}://{_local(host)}:{port}{prefix.rstrip('/')}")
        return listening.run(whole, sock, tls)
    finally:
        store.close()
        sock.close()


def _hold(certificate: Path, key: Path) -> None:
    """Hold a certificate against its key before anything is opened."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password="")  # a key that needs one is refused
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        said = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise WorkshopError(
            f"--tls takes a certificate and its key, both PEM and the key without a password; "
            f"{certificate} and {key} cannot be used ({said})"
        ) from None


def _keep(link: str) -> Path:
    """Write the leader's link to a file that only the service's own user reads."""
    try:
        write_whole(LINK, f"{link}\n", private=True)
    except OSError as error:
        raise WorkshopError(f"cannot write {LINK.absolute()}: {error.strerror}") from None
    return LINK.absolute()


def _reached(host: str) -> str:
    """The address by which others reach this machine, if it listens on all of its own."""
    if host not in ("0.0.0.0", "::"):
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))  # sends nothing: it only chooses the way out
            return str(sock.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _local(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, _reached(host))


def _of_service(host: str, port: int) -> tuple[str, int]:
    """Where a hub expects its service."""
    url = os.environ.get("JUPYTERHUB_SERVICE_URL", "")
    at = url.partition("://")[2].partition("/")[0]
    name, _, number = at.rpartition(":")
    return (name, int(number)) if name and number.isdigit() else (host, port)


def _slashed(prefix: str) -> str:
    inner = prefix.strip("/")
    return f"/{inner}/" if inner else "/"
