"""Codes, tokens and what is kept of them: a hash, so that a stolen database opens no room."""

import hashlib
import secrets

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which a projector makes 1 and 0
CODE_LETTERS = 6
BACK_LETTERS = 12


def code() -> str:
    """A room's code, which is projected: six letters."""
    return _letters(CODE_LETTERS)


def back() -> str:
    """What brings a learner back on another machine: three times four letters."""
    whole = _letters(BACK_LETTERS)
    return "-".join(whole[at : at + 4] for at in range(0, BACK_LETTERS, 4))


def token() -> str:
    """What a machine shows to be known: it is sent with every request, and never seen."""
    return secrets.token_urlsafe(32)


def kept(secret: str) -> str:
    """The hash under which a secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def plain(typed: str) -> str:
    """A code as it was made, from what somebody typed."""
    return "".join(c for c in typed.upper() if c.isascii() and c.isalpha())[:40]


def same(one: str, other: str) -> bool:
    """True if two secrets are equal; the time that it takes tells nothing."""
    return secrets.compare_digest(one.encode(), other.encode())


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
