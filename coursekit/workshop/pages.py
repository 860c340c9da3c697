"""The leader's pages: each is drawn once, and its live part again whenever the room changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import segno
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool as aside
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from coursekit.workshop import after, deeds, room, secret
from coursekit.workshop.api import sent
from coursekit.workshop.course import Course
from coursekit.workshop.drawing import SEEN, TEMPLATES, TITLES, Drawings
from coursekit.workshop.guard import Doors, is_ours
from coursekit.workshop.live import KEEPALIVE, Topic
from coursekit.workshop.snapshot import Kept, Snapshot
from coursekit.workshop.store import Store

REST = 0.2  # seconds between two drawings of one page: eyes see no more, and a class is one storm


class Pages:
    """The routes of browsers.

    Args:
        public: the address under which learners reach the room, without a / at its end.
    """

    def __init__(
        self, store: Store, doors: Doors, course: Course, changes: Topic, news: Topic, public: str
    ):
        self.store, self.doors, self.course = store, doors, course
        self.changes, self.news, self.public = changes, news, public
        self.kept = Kept(store)
        self.drawings = Drawings(course)

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", self.welcome),
            Route("/privacy", self.privacy),
            Route("/leader", self.door),
            Route("/enter", self.enter, methods=["POST"]),
            Route("/do", self.do, methods=["POST"]),
            Route("/stream", self.stream),
            Route("/qr", self.qr),
            Route("/after", self.after),
            Route("/after.csv", self.after_csv),
            Route("/after.json", self.after_json),
            *(Route(f"/{name}", self.page) for name in SEEN),
        ]

    async def welcome(self, request: Request) -> Response:
        """How to join; what a phone that reads the code on the wall comes to."""
        return self._html("welcome.html", code=secret.plain(request.query_params.get("code", "")))

    async def privacy(self, request: Request) -> Response:
        """What is stored."""
        with self.store.reading() as connection:
            here = room.read(connection)
        return self._html("privacy.html", room=here)

    async def door(self, request: Request) -> Response:
        """Where the leader's link leads: the secret is behind its #, which no browser sends."""
        return self._html("door.html")

    async def enter(self, request: Request) -> Response:
        """Exchange the secret for a cookie."""
        if not is_ours(request):
            raise HTTPException(403, "Another site sent this.")
        given = str((await _form(request)).get("secret", ""))
        answer = RedirectResponse("now", 303)
        if not await aside(self.doors.enter, given, answer):
            raise HTTPException(403, "That link opens nothing (any more).")
        return answer

    async def page(self, request: Request) -> Response:
        """One of the live pages."""
        csrf = await self._leader(request)
        name = request.url.path.rpartition("/")[2]
        snapshot = await aside(self.kept.now)
        return self._html(
            "page.html",
            name=name,
            live=Markup(self.drawings.draw(name, snapshot, csrf)),
            number=snapshot.number,
            csrf=csrf,
            titles=TITLES,
            **SEEN[name](snapshot, self.course),
        )

    async def stream(self, request: Request) -> Response:
        """The live part of a page, again and again."""
        csrf = await self._leader(request)
        name = request.query_params.get("page", "")
        if name not in SEEN:
            raise HTTPException(404, "There is no such page.")
        seen_last = request.headers.get("last-event-id", request.query_params.get("since", ""))
        number = int(seen_last) if seen_last.isdigit() and len(seen_last) < 16 else -1
        return sent(self._drawings(name, csrf, number, request))

    async def _drawings(
        self, name: str, csrf: str, number: int, request: Request
    ) -> AsyncIterator[dict[str, str]]:
        before = None
        while True:
            # Somebody who was let out, or a room whose time is up, is shown nothing more.
            if await aside(self.doors.leader, request) != csrf:
                return
            snapshot = await aside(self.kept.now)
            drawn = await aside(self.drawings.draw, name, snapshot, csrf)
            if before is None and snapshot.number <= number:
                before = drawn  # nothing was missed
            if drawn != before:
                before = drawn
                yield {"id": str(snapshot.number), "event": "page", "data": drawn}
            await asyncio.sleep(REST)
            await self.changes.wait(snapshot.number, KEEPALIVE)

    async def do(self, request: Request) -> Response:
        """Do what a form of these pages asks."""
        csrf = await self._leader(request)
        given = await _form(request)
        if not is_ours(request) or not secret.same(str(given.get("csrf", "")), csrf):
            raise HTTPException(403, "This form is none of ours; load the page again.")
        if given.get("deed") == "shut":
            await aside(self.doors.shut)
            return RedirectResponse("leader", 303)
        self.news.grow(await aside(self._do, given))
        back = given.get("page", "now")
        return RedirectResponse(back if back in SEEN or back == "qr" else "now", 303)

    def _do(self, given: dict[str, str]) -> int:
        with self.store.writing() as connection:
            return deeds.do(connection, self.course, given)

    async def qr(self, request: Request) -> Response:
        """The code and the address, to be projected."""
        csrf = await self._leader(request)
        with self.store.reading() as connection:
            here = room.read(connection)
        address = f"{self.public}/?code={here.code}"
        drawn = segno.make(address, error="m").svg_data_uri(scale=8, border=2)
        host = self.public.partition("://")[2] if self.public.startswith("http://") else self.public
        return self._html(
            "qr.html",
            csrf=csrf,
            page="qr",
            code=here.code,
            image=drawn,
            address=self.public,
            host=host,
        )

    async def after(self, request: Request) -> Response:
        """The one page afterwards."""
        csrf = await self._leader(request)
        snapshot, rows = await aside(self._after)
        return self._html(
            "after.html",
            rows=rows,
            hardest=after.hardest(rows),
            people=len(snapshot.names),
            room=snapshot.room,
            titles=TITLES,
            csrf=csrf,
        )

    async def after_csv(self, request: Request) -> Response:
        """The same as a table."""
        await self._leader(request)
        return _file(after.as_csv((await aside(self._after))[1]), "text/csv", "workshop.csv")

    async def after_json(self, request: Request) -> Response:
        """The same as JSON."""
        await self._leader(request)
        text = json.dumps((await aside(self._after))[1], ensure_ascii=False, indent=1)
        return _file(text, "application/json", "workshop.json")

    def _after(self) -> tuple[Snapshot, list[dict[str, Any]]]:
        snapshot = self.kept.now()
        with self.store.reading() as connection:
            found = after.diagnoses(connection)
        return snapshot, after.summary(snapshot, self.course, found)

    async def _leader(self, request: Request) -> str:
        csrf = await aside(self.doors.leader, request)
        if csrf is None:
            raise HTTPException(401, "This page is the leader's: open the link that was printed.")
        return csrf

    def _html(self, template: str, **about: Any) -> HTMLResponse:
        return HTMLResponse(TEMPLATES.get_template(template).render(public=self.public, **about))


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0] != (
        "application/x-www-form-urlencoded"
    ):
        raise HTTPException(415, "A form is needed.")
    try:
        body = (await request.body()).decode("utf-8")
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise HTTPException(400, "This is no form of ours.") from None


def _file(text: str, kind: str, name: str) -> Response:
    about = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig" if kind == "text/csv" else "utf-8"), 200, about, kind)
