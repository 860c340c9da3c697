"""The page as one ASGI application: a shell for everybody, what is in it for who has the link."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, PackageLoader
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool as aside
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from coursekit.errors import GradeError
from coursekit.grading.by_hand import Answer
from coursekit.marking.desk import Desk
from coursekit.terminal import printable
from coursekit.workshop import secret
from coursekit.workshop.drawing import TEMPLATES
from coursekit.workshop.guard import Guard, is_ours
from coursekit.workshop.wire import BODY, Malformed, read_object

HOSTS = ["127.0.0.1", "localhost"]  # a name that was bent to this machine is none of them
HOME = Path(__file__).parent
PAGES = TEMPLATES.overlay(
    loader=ChoiceLoader([PackageLoader("coursekit.marking"), PackageLoader("coursekit.workshop")])
)
PAGES.filters = {
    **TEMPLATES.filters,
    "id": lambda answer: "a" + hashlib.sha256(repr(answer.key).encode()).hexdigest()[:16],
    "shown": lambda text: printable(str(text), lines=True),
}


def make(desk: Desk, token: str) -> ASGIApp:
    """The application.

    Args:
        token: who shows it is let in. A page sends it with each request, as no other site's can.
    """
    page = Page(desk, token)
    routes = [
        Route("/", page.shell),
        Route("/questions", page.questions),
        Route("/answers", page.answers),
        Route("/mark", page.mark, methods=["POST"]),
        Route("/back", page.back, methods=["POST"]),
        Route("/undo", page.undo, methods=["POST"]),
        Mount(
            "/static",
            StaticFiles(directory=HOME / "static", packages=[("coursekit.workshop", "static")]),
        ),
    ]
    handlers: dict[Any, Any] = {
        HTTPException: lambda _, error: _said(error.detail, error.status_code),
        Malformed: lambda _, error: _said(f"That was not understood: {error}.", 400),
        GradeError: lambda _, error: _said(str(error), 409),
        SQLAlchemyError: lambda _, error: _said(f"The gradebook cannot be used: {error}", 503),
    }
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)
    inner = Starlette(routes=routes, middleware=[hosts], exception_handlers=handlers)
    return Guard(inner, {"": BODY})


class Page:
    """The routes; each but the shell asks for the token."""

    def __init__(self, desk: Desk, token: str):
        self.desk, self.token = desk, secret.kept(token)

    async def shell(self, request: Request) -> Response:
        """The page without anything in it."""
        return HTMLResponse(PAGES.get_template("mark.html").render(by=self.desk.by))

    async def questions(self, request: Request) -> Response:
        """What there is to mark."""
        self._let_in(request)
        return _drawn("questions.html", questions=await aside(self.desk.questions))

    async def answers(self, request: Request) -> Response:
        """All answers to one question, side by side."""
        self._let_in(request)
        asked = tuple(request.query_params.get(name, "") for name in ("lesson", "exercise"))
        found = await aside(self.desk.answers, *asked)
        if not all(asked) or not found:
            raise HTTPException(404, "There is nothing to mark by that name.")
        words, rubric = await aside(self.desk.asked, *asked)
        reasons = await aside(self.desk.reasons, *asked)
        about = {"words": words, "rubric": rubric, "reasons": reasons}
        return _drawn("answers.html", answers=found, **about)

    async def mark(self, request: Request) -> Response:
        """Give an answer points."""
        names = ("student", "lesson", "exercise", "points", "reason", "seen")
        *key, points, reason, seen = await self._told(request, *names)
        return await self._done(self.desk.mark, tuple(key), points, reason, seen)

    async def back(self, request: Request) -> Response:
        """Take an answer's points back."""
        *key, seen = await self._told(request, "student", "lesson", "exercise", "seen")
        return await self._done(self.desk.take_back, tuple(key), seen)

    async def undo(self, request: Request) -> Response:
        """Undo what was done last."""
        await self._told(request)
        return await self._done(self.desk.undo)

    async def _done(self, deed: Callable[..., Answer], *given: Any) -> Response:
        answer = await aside(deed, *given)
        questions = await aside(self.desk.questions)
        mine = next((q for q in questions if (q.lesson, q.exercise) == answer.key[1:]), None)
        reasons = await aside(self.desk.reasons, *answer.key[1:])
        mark = f"{answer.mark.score:g} of {answer.max:g}" if answer.mark else "no mark"
        return JSONResponse(
            {
                "lesson": answer.lesson,
                "exercise": answer.exercise,
                "id": PAGES.filters["id"](answer),
                "card": PAGES.get_template("answer.html").render(answer=answer),
                "reasons": PAGES.get_template("reasons.html").render(reasons=reasons),
                "label": mine.label if mine else "",
                "said": printable(f"{answer.name}: {mark}."),
            }
        )

    def _let_in(self, request: Request) -> None:
        how, _, given = request.headers.get("authorization", "").partition(" ")
        if how != "Marker" or not secret.same(secret.kept(given), self.token):
            raise HTTPException(401, "Open the link that `coursekit mark` printed.")

    async def _told(self, request: Request, *names: str) -> list[str]:
        """The texts of a request that changes something."""
        self._let_in(request)
        if not is_ours(request):
            raise HTTPException(403, "Another site sent this.")
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise HTTPException(415, "application/json is needed.")
        given = read_object(await request.body())
        texts = [given.get(name) for name in names]
        if not all(isinstance(text, str) and "\0" not in text for text in texts):
            raise Malformed(f"texts are needed for {', '.join(names)}")
        return texts  # type: ignore[return-value]


def _drawn(template: str, **about: Any) -> HTMLResponse:
    return HTMLResponse(PAGES.get_template(template).render(**about))


def _said(words: str, status: int) -> JSONResponse:
    return JSONResponse({"said": printable(words)}, status)
