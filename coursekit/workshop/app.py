"""The whole room as one ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool as aside
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from coursekit.workshop import api, newsroom, room
from coursekit.workshop.api import Api
from coursekit.workshop.calls import Unreached
from coursekit.workshop.course import Course
from coursekit.workshop.desk import Desk
from coursekit.workshop.drawing import TEMPLATES
from coursekit.workshop.guard import Doors, Guard
from coursekit.workshop.hub import Hub
from coursekit.workshop.hubdoor import HubDoor
from coursekit.workshop.live import Topic
from coursekit.workshop.pages import Pages
from coursekit.workshop.place import Place
from coursekit.workshop.store import Store, changes
from coursekit.workshop.wire import BODY, NOTEBOOK, Malformed

EXPIRY_SECONDS = 600.0
STATIC = Path(__file__).parent / "static"
MOST = {"/api/handin": NOTEBOOK, "/api/desk": NOTEBOOK, "": BODY}


def make(store: Store, course: Course, place: Place, hub: Hub | None = None) -> ASGIApp:
    """The application; `room.open_room` comes first."""
    now, news = Topic(), Topic()
    store.told = now.grow
    doors = Doors(store, tls=place.tls, path=place.prefix)
    routes: list[BaseRoute] = [
        *Pages(store, doors, course, now, news, place.public).routes,
        *Api(store, doors, news, hub).routes,
        *Desk(store, doors).routes,
        *(HubDoor(doors, hub, place).routes if hub else []),
        Mount("/static", StaticFiles(directory=STATIC)),
        Route("/health", lambda request: Response("ok\n")),
    ]
    if place.prefix != "/":
        routes = [Mount(place.prefix.rstrip("/"), routes=routes)]

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        with store.reading() as connection:
            now.grow(changes(connection))
            news.grow(newsroom.newest(connection))
        now.start()
        news.start()
        watch = asyncio.create_task(_expire(store))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    handlers = {Malformed: api.malformed, HTTPException: _refused, Unreached: _away}
    return Guard(Starlette(routes=routes, lifespan=running, exception_handlers=handlers), MOST)


async def _refused(request: Request, error: Exception) -> Response:
    """A refusal: JSON for a notebook, a page for a browser."""
    if "/api/" in request.url.path:
        return await api.refused(request, error)
    assert isinstance(error, HTTPException)
    page = TEMPLATES.get_template("refused.html").render(words=error.detail)
    return HTMLResponse(page, error.status_code, dict(error.headers or {}))


async def _away(request: Request, error: Exception) -> Response:
    """The hub did not say who asks: that is no answer, and is asked again."""
    words = "The hub did not say who you are; try again."
    return await _refused(request, HTTPException(503, words, {"Retry-After": "5"}))


async def _expire(store: Store) -> None:
    while True:
        await aside(room.expire, store)
        await asyncio.sleep(EXPIRY_SECONDS)
