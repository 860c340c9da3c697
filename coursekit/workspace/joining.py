"""What `coursekit lab` is told of a live room, apart from what it passes on to Jupyter."""

from collections.abc import Sequence

from coursekit.errors import WorkshopError


def joining(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The room's address in --join CODE@host or --join=CODE@host, and what is left for Jupyter.

    Raises:
        WorkshopError: there is none behind it.
    """
    address, rest, given = None, [], iter(words)
    for word in given:
        name, equals, value = word.partition("=")
        if name != "--join":
            rest.append(word)
            continue
        address = value if equals else next(given, "")
        if not address or address.startswith("-"):
            raise WorkshopError("--join takes the code and the address: --join CODE@host")
    return address, rest
