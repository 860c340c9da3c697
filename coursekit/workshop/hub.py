"""The room as a service of a JupyterHub: the hub says whose a token is, and who leads."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from coursekit.workshop.calls import Refused, Unreached, ask, read_all

KEPT_SECONDS = 60.0  # how long an answer of the hub's is believed
MOST = 5000
DENIED = (400, 401, 403)  # of a token or a code that is nobody's


@dataclass(frozen=True)
class Settings:
    """What the hub tells a service in its environment."""

    api: str  # http://127.0.0.1:8081/hub/api
    token: str
    client: str  # service-NAME
    prefix: str  # /services/NAME/
    hub: str  # /hub/
    scope: str  # that a leader has
    access: frozenset[str]  # one of these has whoever may come in
    public: str = ""  # https://HUB/services/NAME, where the hub has been told its public_url

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
            frozenset({"access:services", f"access:services!service={name}"}),
            environment.get("JUPYTERHUB_PUBLIC_URL", "").rstrip("/"),
        )


class Hub:
    """Asks the hub who somebody is."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._known: dict[str, tuple[float, str | None]] = {}

    def user(self, token: str) -> str | None:
        """Whose token that is, of those who may reach this service; None where it is nobody's.

        Any token of the hub's names its owner, one of another service, too: it is the scope that
        says that it is meant for us.

        Raises:
            Unreached: the hub does not say, which is not kept.
        """
        when, name = self._known.get(token, (0.0, None))
        if time.monotonic() - when < KEPT_SECONDS and when:
            return name
        found = self.model(token)
        name = str(found["name"]) if found is not None and self.lets_in(found) else None
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[token] = (time.monotonic(), name)
        return name

    def model(self, token: str) -> dict[str, Any] | None:
        """What the hub says of a token's owner; None where it is nobody's.

        Raises:
            Unreached: the hub does not say.
        """
        return _answer("GET", f"{self.settings.api}/user", {"Authorization": f"token {token}"})

    def lets_in(self, model: Mapping[str, Any]) -> bool:
        """True if that token is a user's, and lets into this service."""
        scopes = model.get("scopes") or ()
        return model.get("kind", "user") == "user" and not self.settings.access.isdisjoint(scopes)

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
        """The token for a code that the hub sent a browser back with; None where it has none.

        Raises:
            Unreached: the hub does not say.
        """
        given = {"client_id": self.settings.client, "client_secret": self.settings.token}
        given |= {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        found = _answer("POST", f"{self.settings.api}/oauth2/token", {}, urlencode(given).encode())
        return str(found["access_token"]) if found and "access_token" in found else None


def _answer(
    how: str, url: str, headers: dict[str, str], form: bytes | None = None
) -> dict[str, Any] | None:
    try:
        with ask(how, url, headers, body=form, kind="application/x-www-form-urlencoded") as reply:
            found = json.loads(read_all(reply))
    except Refused as refused:
        if refused.status in DENIED:
            return None
        raise Unreached(str(refused)) from None
    except (ValueError, RecursionError) as error:
        raise Unreached(f"what answers is no hub ({error})") from None
    if not isinstance(found, dict):
        raise Unreached("what answers is no hub")
    return found
