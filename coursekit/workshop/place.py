"""Where a room can be reached."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where the room is: the address for learners, the path before all of ours, and whether TLS."""

    public: str = "http://127.0.0.1:8000"
    prefix: str = "/"
    tls: bool = False
