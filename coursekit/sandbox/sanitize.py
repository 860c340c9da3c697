"""Text that comes out of a box, made fit to be shown: it may hold anything at all."""

import re

from coursekit.checking.guest.scene import FACTS, NAMES, Met, Scene
from coursekit.sandbox.wire.messages import Error

TEXT_LIMIT = 300
PART_LIMIT = 60  # characters of what is one of several


def plain(text: str) -> str:
    """One printable line of limited length, without addresses that differ from run to run."""
    text = re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", text[: 4 * TEXT_LIMIT])
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def identifier(text: str) -> str:
    """The name of an exception's class."""
    return "".join(c for c in text if c.isalnum() or c == "_")[:40] or "Exception"


def scene(error: Error) -> Scene:
    """What the box says met on the line that raised: a claim, like all that it says."""

    def part(text: str) -> str:
        return plain(text).replace("`", "'")[:PART_LIMIT]

    def met(said: Met) -> Met:
        return tuple((part(name), part(is_)) for name, is_ in said[:FACTS])

    names = tuple(map(part, error.names[:NAMES]))
    told = part(error.code), met(error.met), names, error.reached, met(error.before)
    return Scene(*told, part(error.squeezed))
