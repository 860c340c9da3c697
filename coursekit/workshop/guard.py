"""Who may do what: the leader's cookie, forms that only our own pages send, and headers for all."""

from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coursekit.workshop import room, secret
from coursekit.workshop.pace import Pace
from coursekit.workshop.store import Store
from coursekit.workshop.tables import sessions

COOKIE = "coursekit-leader"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Guard:
    """Headers on every answer, and no body longer than allowed; pure ASGI, so streams pass.

    Args:
        most: bytes of a request to a path that ends so, or of any other under "".
    """

    def __init__(self, app: ASGIApp, most: dict[str, int]):
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        allowed = next(size for end, size in self.most.items() if scope["path"].endswith(end))

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        length = dict(scope["headers"]).get(b"content-length", b"0")
        announced, got = int(length) if length.isdigit() else 0, 0
        too_much = HTTPException(413, "Too much at once.")

        async def received() -> Message:  # who reads the body tells it, as any other refusal
            nonlocal got
            if announced > allowed:
                raise too_much
            message = await receive()
            got += len(message.get("body", b""))
            if got > allowed:
                raise too_much
            return message

        await self.app(scope, received, answered)


class Doors:
    """What lets people in: the leader's secret and the room's code, neither to be guessed.

    A code has 27 bits, so tries at it are counted. The secret has 256, and counting there would
    only shut the leader out along with whoever shares the address.
    """

    def __init__(self, store: Store, *, tls: bool, path: str):
        self.store, self.tls, self.path = store, tls, path
        self.wrong = Pace(burst=10, each=30.0)  # of one address
        self.wrong_of_all = Pace(burst=200, each=1.0)
        self.sent = Pace(burst=200, each=0.1)  # requests of one machine

    def try_again_in(self, request: Request) -> float:
        """Seconds until whoever asks may try another code."""
        return max(self.wrong.wait(address(request)), self.wrong_of_all.wait(""))

    def was_wrong(self, request: Request) -> None:
        """A code was wrong: only that counts, for a whole room may share one address."""
        self.wrong.count(address(request))
        self.wrong_of_all.count("")

    def enter(self, given: str, response: Response) -> bool:
        """Exchange the leader's secret for a cookie; False where it is another."""
        with self.store.reading() as connection:
            right = room.value(connection, "leader") or ""
            over = room.read(connection).over
        if over or not secret.same(secret.kept(given), right):
            return False
        self.let_in(response)
        return True

    def let_in(self, response: Response) -> None:
        """Give whoever is answered a leader's cookie."""
        cookie = secret.token()
        row = {"hash": secret.kept(cookie), "csrf": secret.token()}
        with self.store.writing() as connection:
            connection.execute(insert(sessions).values(**row))
        response.set_cookie(
            COOKIE, cookie, httponly=True, samesite="strict", secure=self.tls, path=self.path
        )

    def leader(self, request: Request) -> str | None:
        """The token that forms of this leader's pages carry; None for anybody else."""
        cookie = request.cookies.get(COOKIE, "")
        asked = select(sessions.c.csrf).where(sessions.c.hash == secret.kept(cookie))
        with self.store.reading() as connection:
            return None if room.read(connection).over else connection.scalar(asked)

    def shut(self) -> None:
        """Let every leader out."""
        with self.store.writing() as connection:
            connection.execute(delete(sessions))


def is_ours(request: Request) -> bool:
    """True unless the browser says that another site's page sends this."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def address(request: Request) -> str:
    """Where a request comes from; behind a proxy that is trusted, from before it."""
    return request.client.host if request.client else ""
