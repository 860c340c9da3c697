"""Requests to a room, with the standard library alone, and what an answer means."""

import json
import urllib.error
import urllib.request
from typing import Any

SECONDS = 10.0


class Unreached(Exception):
    """No answer came, or one that says: later. What was sent may be sent again."""


class Refused(Exception):
    """The room will not have it, now or later; `status` is HTTP's."""

    def __init__(self, status: int, words: str):
        super().__init__(words)
        self.status = status


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None  # a token goes to the address that was joined, and to no other


_opener = urllib.request.build_opener(_Stay)


def call(
    method: str,
    url: str,
    headers: dict[str, str],
    *,
    body: bytes | None = None,
    kind: str = "application/json",
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """What a room answers.

    Raises:
        Unreached: nothing, or that it should be tried again later.
        Refused: no.
    """
    with stream(method, url, headers, body=body, kind=kind, seconds=seconds) as reply:
        try:
            found = json.loads(reply.read())
        except (OSError, ValueError) as error:
            raise Unreached(f"what came is no answer of a live room ({error})") from None
    return found if isinstance(found, dict) else {}


def stream(
    method: str,
    url: str,
    headers: dict[str, str],
    *,
    body: bytes | None = None,
    kind: str = "application/json",
    seconds: float = SECONDS,
) -> Any:
    """The same, to be read as it comes; `seconds` is the longest silence."""
    about = headers | ({"Content-Type": kind} if body is not None else {})
    try:
        asked = urllib.request.Request(url, data=body, headers=about, method=method)
        return _opener.open(asked, timeout=seconds)
    except urllib.error.HTTPError as error:
        with error:
            words = _words(error)
        if error.code in (408, 425, 429) or error.code >= 500:
            raise Unreached(words) from None
        raise Refused(error.code, words) from None
    except (TimeoutError, OSError, ValueError, EOFError) as error:
        reason = getattr(error, "reason", error)
        raise Unreached(str(getattr(reason, "strerror", None) or reason)) from None
    except Exception as error:  # http.client's own, of which an answer that is none has many
        raise Unreached(f"{type(error).__name__}: {error}") from None


def _words(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(4096))["problem"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"the server said {error.code} {error.reason}"
