"""The leader's door on a JupyterHub: the hub says who comes, and who may lead."""

from starlette.concurrency import run_in_threadpool as aside
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coursekit.workshop import secret
from coursekit.workshop.guard import Doors
from coursekit.workshop.hub import Hub
from coursekit.workshop.place import Place

STATE = "coursekit-state"


class HubDoor:
    """Two routes: to the hub, and back from it."""

    def __init__(self, doors: Doors, hub: Hub, place: Place):
        self.doors, self.hub, self.place = doors, hub, place

    @property
    def routes(self) -> list[Route]:
        return [Route("/lead", self.lead), Route("/oauth_callback", self.back)]

    @property
    def _back(self) -> str:
        return f"{self.place.prefix.rstrip('/')}/oauth_callback"

    async def lead(self, request: Request) -> Response:
        """To the hub, which asks who this is."""
        state = secret.token()
        answer = RedirectResponse(self.hub.login(state, self._back), 303)
        about = {"path": self.place.prefix, "max_age": 600, "secure": self.place.tls}
        answer.set_cookie(STATE, state, httponly=True, samesite="lax", **about)  # type: ignore[arg-type]
        return answer

    async def back(self, request: Request) -> Response:
        """From the hub, with a code that only we can exchange."""
        asked, kept = request.query_params, request.cookies.get(STATE, "")
        if not kept or not secret.same(asked.get("state", ""), kept):
            raise HTTPException(403, "This login was not begun here; begin it again.")
        token = await aside(self.hub.exchange, asked.get("code", ""), self._back)
        model = await aside(self.hub.model, token) if token else None
        if not self.hub.leads(model):
            raise HTTPException(403, "You may not lead this room.")
        answer = RedirectResponse("now", 303)
        answer.delete_cookie(STATE, path=self.place.prefix)
        await aside(self.doors.let_in, answer)
        return answer
