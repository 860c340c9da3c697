"""Requests over HTTP, with the standard library alone, and what an answer means."""

import json
import urllib.error
import urllib.request
from typing import Any

SECONDS = 10.0
UNTRUSTED = (
    "the certificate there is none that this machine trusts ({}). If it is the room's own, set "
    "SSL_CERT_FILE to a copy of it before Jupyter, or this command, is started"
)
LATER = (408, 425, 429)  # and whatever is 500 or more


class _Clause(Exception):
    """Its words are part of a sentence, whose full stop is whose who says it."""

    def __init__(self, words: str = ""):
        super().__init__(words.rstrip(". "))


class Unreached(_Clause):
    """No answer came, or one that says: later. What was sent may be sent again."""


class Refused(_Clause):
    """It will not be had, now or later; `status` is HTTP's.

    Args:
        ours: a room said so, in its own words. Any proxy or portal in between says 302, 403 or 404.
    """

    def __init__(self, status: int, words: str, *, ours: bool = False):
        super().__init__(words)
        self.status, self.ours = status, ours


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None  # a token goes to the address that it is for, and to no other


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
        Unreached: nothing, or that it should be tried again later; or what answers is no room.
        Refused: no.
    """
    found = fetch(method, url, headers, body=body, kind=kind, seconds=seconds)
    try:
        read = json.loads(found)
    except (ValueError, RecursionError) as error:
        raise Unreached(f"what came is no answer of a live room ({error})") from None
    if not isinstance(read, dict):
        raise Unreached("what came is no answer of a live room")
    return read


def fetch(
    method: str,
    url: str,
    headers: dict[str, str],
    *,
    body: bytes | None = None,
    kind: str = "application/json",
    seconds: float = SECONDS,
) -> bytes:
    """The same, as bytes."""
    with stream(method, url, headers, body=body, kind=kind, seconds=seconds) as reply:
        return read_all(reply)


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
    try:
        return ask(method, url, headers, body=body, kind=kind, seconds=seconds)
    except Refused as refused:
        if refused.ours:
            raise
        raise Unreached(str(refused)) from None


def ask(
    method: str,
    url: str,
    headers: dict[str, str],
    *,
    body: bytes | None = None,
    kind: str = "application/json",
    seconds: float = SECONDS,
) -> Any:
    """What any server answers, a room or not; it goes to no other address than that one.

    Raises:
        Unreached: nothing, or that it should be tried again later.
        Refused: no, or that it is elsewhere.
    """
    about = headers | ({"Content-Type": kind} if body is not None else {})
    try:
        asked = urllib.request.Request(url, data=body, headers=about, method=method)
        return _opener.open(asked, timeout=seconds)
    except urllib.error.HTTPError as error:
        with error:
            words, ours = _words(error)
        if error.code in LATER or error.code >= 500:
            raise Unreached(words) from None
        raise Refused(error.code, words, ours=ours) from None
    except (TimeoutError, OSError, ValueError, EOFError) as error:
        reason = getattr(error, "reason", error)
        words = str(getattr(reason, "strerror", None) or reason)
        if hasattr(reason, "verify_code"):  # ssl's; a browser's Python may be without the module
            words = UNTRUSTED.format(words)
        raise Unreached(words) from None
    except Exception as error:  # http.client's own, of which an answer that is none has many
        raise Unreached(f"{type(error).__name__}: {error}") from None


def read_all(reply: Any) -> bytes:
    """The rest of an answer.

    Raises:
        Unreached: the line was cut before its end.
    """
    try:
        found: bytes = reply.read()
    except Exception as error:  # OSError, and http.client's own
        raise Unreached(f"the answer was cut short ({type(error).__name__}: {error})") from None
    return found


def _words(error: urllib.error.HTTPError) -> tuple[str, bool]:
    """What is said, and whether a room said it."""
    try:
        return str(json.loads(error.read(4096))["problem"]), True
    except Exception:  # no JSON, none of ours, or cut
        return f"the server said {error.code} {error.reason}", False
