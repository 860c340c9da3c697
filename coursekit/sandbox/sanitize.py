"""Text that comes out of a box, made fit to be shown: it may hold anything at all."""

import re

TEXT_LIMIT = 300


def plain(text: str) -> str:
    """One printable line of limited length, without addresses that differ from run to run."""
    text = re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", text[: 4 * TEXT_LIMIT])
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def identifier(text: str) -> str:
    """The name of an exception's class."""
    return "".join(c for c in text if c.isalnum() or c == "_")[:40] or "Exception"
