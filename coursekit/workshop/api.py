"""What a notebook asks of the room; a learner's token opens that learner's part, and no more."""

import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Connection
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool as aside
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coursekit.workshop import cards, handin, mine, newsroom, people, room, secret, taken
from coursekit.workshop.guard import Doors
from coursekit.workshop.hub import Hub
from coursekit.workshop.live import KEEPALIVE, Topic
from coursekit.workshop.store import Store, changes
from coursekit.workshop.wire import (
    NAME,
    WORDS,
    Event,
    Malformed,
    clean,
    is_lesson,
    read_events,
    read_object,
)

GONE = "This room does not know you (any more): join it again."


class Api:
    """The routes of notebooks."""

    def __init__(self, store: Store, doors: Doors, news: Topic, hub: Hub | None):
        self.store, self.doors, self.news, self.hub = store, doors, news, hub

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/api/join", self.join, methods=["POST"]),
            Route("/api/me", self.me, methods=["GET", "DELETE"]),
            Route("/api/events", self.events, methods=["POST"]),
            Route("/api/card", self.card, methods=["POST"]),
            Route("/api/stream", self.stream),
            Route("/api/handin", self.handin, methods=["POST"]),
            Route("/api/feedback", self.feedback),
        ]

    async def join(self, request: Request) -> Response:
        """Come in, with the room's code, and be given a token; or come back with own words."""
        given = await _object(request)
        if seconds := self.doors.try_again_in(request):
            raise later(seconds)
        joined = await aside(self._join, given)
        if joined is None:
            self.doors.was_wrong(request)
            raise HTTPException(403, "That is not this room's code.")
        return JSONResponse(joined._asdict())

    def _join(self, given: dict[str, str]) -> people.Joined | None:
        with self.store.reading() as connection:
            here = room.read(connection)
        if here.over or not secret.same(secret.plain(given.get("code", "")), here.code):
            return None
        with self.store.writing() as connection:
            if given.get("back"):
                return people.come_back(connection, given["back"])
            return people.join(connection, given.get("name", ""))

    async def me(self, request: Request) -> Response:
        """All that is kept of whoever asks; DELETE deletes it."""
        learner = await self._learner(request)
        if request.method == "GET":
            return JSONResponse(await aside(self._read, mine.all_of, learner))
        await aside(self._write, people.leave, learner)
        await aside(self.store.scrub)
        return JSONResponse({"deleted": True})

    async def events(self, request: Request) -> Response:
        """Take in what a learner did; with what else there is to know at once."""
        _must_be(request, "application/json")
        learner = await self._learner(request)
        sent = read_events(await request.body())
        new, number = await aside(self._write, _take, learner, sent)
        return JSONResponse({"kept": len(sent), "new": new, "change": number})

    async def card(self, request: Request) -> Response:
        """Keep a card without a name; one from each learner in a break."""
        given, learner = await _object(request, WORDS), await self._learner(request)
        words = clean(given.get("good", ""), WORDS), clean(given.get("unclear", ""), WORDS)
        if not await aside(self._write, cards.write, learner, *words):
            raise HTTPException(409, "you have written a card in this break")
        return JSONResponse({"kept": True})

    async def stream(self, request: Request) -> Response:
        """What the leader sends down, as it comes."""
        learner = await self._learner(request)
        since = request.headers.get("last-event-id", request.query_params.get("since", "0"))
        return sent(self._news(learner, int(since) if since.isdigit() and len(since) < 16 else 0))

    async def _news(self, learner: int, number: int) -> AsyncIterator[dict[str, str]]:
        while True:
            reached = self.news.number  # before it is read: what comes meanwhile is read next
            for one in await aside(self._read, newsroom.since, learner, number):
                number = one["id"]
                yield {"id": str(number), "event": "news", "data": json.dumps(one)}
            number = max(number, reached)
            await self.news.wait(number, KEEPALIVE)

    async def handin(self, request: Request) -> Response:
        """Keep a notebook, and give a receipt."""
        _must_be(request, "application/x-ipynb+json")
        learner = await self._learner(request)
        body, asked = await request.body(), request.query_params
        notebook = read_object(body)
        if not isinstance(notebook.get("cells"), list):
            raise Malformed("the body is no notebook")
        lesson, name = asked.get("lesson", ""), clean(asked.get("name", ""), NAME)
        if not is_lesson(lesson):
            raise Malformed("no lesson is named")
        given = (learner, lesson, name, body)
        return JSONResponse(await aside(self._write, handin.hand_in, *given))

    async def feedback(self, request: Request) -> Response:
        """The feedback on what whoever asks has handed in."""
        learner = await self._learner(request)
        return JSONResponse({"pages": await aside(self._read, handin.pages, learner)})

    async def _learner(self, request: Request) -> int:
        """Who asks, by the token of the machine or, on a JupyterHub, of the kernel."""
        how, _, token = request.headers.get("authorization", "").partition(" ")
        found = None
        if how == "Bearer" and token:
            found = await aside(self._known, token)
        elif how == "token" and token and self.hub is not None:
            account = await aside(self.hub.user, token)
            found = await aside(self._account, account) if account else None
        if found is None:
            raise HTTPException(401, GONE)
        if seconds := self.doors.sent.wait(str(found)):
            raise later(seconds)
        self.doors.sent.count(str(found))
        return found

    def _known(self, token: str) -> int | None:
        with self.store.reading() as connection:
            return None if room.read(connection).over else people.known(connection, token)

    def _account(self, account: str) -> int | None:
        with self.store.reading() as connection:
            if room.read(connection).over:
                return None
            if (found := people.has_account(connection, account)) is not None:
                return found
        return self._write(people.of_account, account)

    def _read(self, what: Any, *given: Any) -> Any:
        with self.store.reading() as connection:
            return what(connection, *given)

    def _write(self, what: Any, *given: Any) -> Any:
        with self.store.writing() as connection:
            return what(connection, *given)


def sent(stream: AsyncIterator[dict[str, str]]) -> EventSourceResponse:
    """A stream of events that no proxy keeps back or takes for dead."""
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return EventSourceResponse(stream, ping=KEEPALIVE, headers=headers)


def _take(connection: Connection, learner: int, sent: list[Event]) -> tuple[int, int]:
    return taken.take(connection, learner, sent), changes(connection)


async def malformed(request: Request, error: Exception) -> Response:
    """What came was none of what is sent."""
    return JSONResponse({"problem": str(error)}, 400)


async def refused(request: Request, error: Exception) -> Response:
    """A refusal, in words."""
    assert isinstance(error, HTTPException)
    about = {"problem": error.detail}
    return JSONResponse(about, error.status_code, headers=dict(error.headers or {}))


async def _object(request: Request, longest: int = 200) -> dict[str, str]:
    _must_be(request, "application/json")
    found = read_object(await request.body())
    return {k: v for k, v in found.items() if isinstance(v, str) and len(v) <= longest}


def _must_be(request: Request, kind: str) -> None:
    """Hold the content type: no form of another site's page can send it."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != kind:
        raise HTTPException(415, f"{kind} is needed.")


def later(seconds: float) -> HTTPException:
    """The refusal that says when to try again."""
    asked = {"Retry-After": str(max(1, round(seconds)))}
    return HTTPException(429, "Too many tries; wait a little.", asked)
