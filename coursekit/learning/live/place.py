"""The address that a learner types: CODE@host, CODE@host:port/path, CODE@https://host."""

import re

SHAPE = 'join("CODE@host"), with the code and the address that stand on the wall'


class Unread(ValueError):
    """What was typed is no such address; says what is needed."""


def read(typed: str) -> tuple[str, str]:
    """The code, and the room's address without a / at its end.

    Raises:
        Unread: it has no code or no address.
    """
    code, _, rest = str(typed).strip().strip("\"'").partition("@")
    letters = "".join(c for c in code.upper() if c.isalpha())
    if not rest or not letters:
        raise Unread(f"{SHAPE}, is needed; got {str(typed)[:60]!r}")
    url = rest.strip().rstrip("/")
    if "://" not in url:
        url = f"http://{url}"
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(?:/[^\s?#@\\]*)?", url):
        raise Unread(f"{SHAPE}, is needed; {rest[:60]!r} is no address")
    return letters, url
