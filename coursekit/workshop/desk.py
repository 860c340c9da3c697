"""What the leader's `coursekit grade --workshop` asks: what was handed in; and feedback back."""

from typing import Any

from starlette.concurrency import run_in_threadpool as aside
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coursekit.workshop import handin, room, secret
from coursekit.workshop.guard import Doors
from coursekit.workshop.store import Store


class Desk:
    """The routes of the leader's machine, which shows the leader's secret with each request."""

    def __init__(self, store: Store, doors: Doors):
        self.store, self.doors = store, doors

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/api/handed", self.handed),
            Route("/api/handed/{id:int}", self.notebook),
            Route("/api/desk", self.answer, methods=["POST"]),
        ]

    async def handed(self, request: Request) -> Response:
        """All that was handed in."""
        await self._leader(request)
        return JSONResponse({"handed": await aside(self._read, handin.every)})

    async def notebook(self, request: Request) -> Response:
        """One notebook, as it was handed in."""
        await self._leader(request)
        found = await aside(self._read, handin.notebook, request.path_params["id"])
        if found is None:
            raise HTTPException(404, "There is no such notebook.")
        return Response(
            found, 200, {"Content-Disposition": "attachment"}, "application/x-ipynb+json"
        )

    async def answer(self, request: Request) -> Response:
        """Send one feedback page back: ?id=N, and the page as it is."""
        await self._leader(request)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "text/html":
            raise HTTPException(415, "text/html is needed.")
        id = request.query_params.get("id", "")
        page = (await request.body()).decode("utf-8", "replace")
        if not id.isdecimal() or len(id) > 12 or not await aside(self._answer, int(id), page):
            raise HTTPException(404, "There is no such notebook.")
        return JSONResponse({"kept": True})

    async def _leader(self, request: Request) -> None:
        how, _, given = request.headers.get("authorization", "").partition(" ")
        right, over = await aside(self._read, _leaders)
        if over or how != "Leader" or not secret.same(secret.kept(given), right):
            raise HTTPException(401, "That is not this room's leader.")

    def _answer(self, id: int, page: str) -> bool:
        with self.store.writing() as connection:
            return handin.answer(connection, id, page)

    def _read(self, what: Any, *given: Any) -> Any:
        with self.store.reading() as connection:
            return what(connection, *given)


def _leaders(connection: Any) -> tuple[str, bool]:
    return room.value(connection, "leader") or "", room.read(connection).over
