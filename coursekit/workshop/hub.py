"""The room as a service of a JupyterHub: the hub says whose a token is, and who leads."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

KEPT_SECONDS = 60.0  # how long an answer of the hub's is believed
WAIT = 10.0
MOST = 5000


@dataclass(frozen=True)
class Settings:
    """What the hub tells a service in its environment."""

    api: str  # http://127.0.0.1:8081/hub/api
    token: str
    client: str  # service-NAME
    prefix: str  # /services/NAME/
    hub: str  # /hub/
    scope: str  # that a leader has

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Settings | None":
        """The settings; None where this process is no hub's service."""
        if not environment.get("JUPYTERHUB_SERVICE_PREFIX"):
            return None
        if not environment.get("JUPYTERHUB_SERVICE_NAME"):
            return None  # a single user's server has a prefix, too
        base = environment.get("JUPYTERHUB_BASE_URL", "/")
        name = environment["JUPYTERHUB_SERVICE_NAME"]
        return cls(
            environment["JUPYTERHUB_API_URL"].rstrip("/"),
            environment["JUPYTERHUB_API_TOKEN"],
            environment.get("JUPYTERHUB_CLIENT_ID", f"service-{name}"),
            environment["JUPYTERHUB_SERVICE_PREFIX"],
            environment.get("JUPYTERHUB_PUBLIC_HUB_URL", "").rstrip("/")
            or base.rstrip("/") + "/hub",
            environment.get("COURSEKIT_LEADER_SCOPE", f"custom:{name}:lead"),
        )


class Hub:
    """Asks the hub who somebody is."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._known: dict[str, tuple[float, str | None]] = {}

    def user(self, token: str) -> str | None:
        """Whose token that is, of those who may reach this service; None where it is nobody's."""
        when, name = self._known.get(token, (0.0, None))
        if time.monotonic() - when < KEPT_SECONDS and when:
            return name
        found = self.model(token)
        name = str(found["name"]) if found and found.get("kind", "user") == "user" else None
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[token] = (time.monotonic(), name)
        return name

    def model(self, token: str) -> dict[str, Any] | None:
        """What the hub says of a token's owner."""
        asked = urllib.request.Request(
            f"{self.settings.api}/user", headers={"Authorization": f"token {token}"}
        )
        return _answer(asked)

    def leads(self, model: Mapping[str, Any] | None) -> bool:
        """True if whoever that is may lead: an admin, or somebody with the scope for it."""
        if model is None:
            return False
        return bool(model.get("admin")) or self.settings.scope in model.get("scopes", [])

    def login(self, state: str, back: str) -> str:
        """Where a browser is sent so that the hub says who it is."""
        query = {"client_id": self.settings.client, "redirect_uri": back}
        query |= {"response_type": "code", "state": state}
        return f"{self.settings.hub}/api/oauth2/authorize?{urlencode(query)}"

    def exchange(self, code: str, back: str) -> str | None:
        """The token for a code that the hub sent a browser back with."""
        given = {"client_id": self.settings.client, "client_secret": self.settings.token}
        given |= {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        asked = urllib.request.Request(
            f"{self.settings.api}/oauth2/token",
            data=urlencode(given).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        found = _answer(asked)
        return str(found["access_token"]) if found and "access_token" in found else None


def _answer(asked: urllib.request.Request) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(asked, timeout=WAIT) as reply:
            found = json.load(reply)
    except (urllib.error.URLError, ValueError, OSError):
        return None
    return found if isinstance(found, dict) else None
