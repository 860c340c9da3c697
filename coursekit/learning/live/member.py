"""Which room a workspace has joined, and by which token: a small file that its owner reads."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from coursekit.files import write_whole

FILE = Path(".coursekit", "workshop.json")
ROOM = "COURSEKIT_WORKSHOP"  # a JupyterHub sets it: the room's address


@dataclass(frozen=True)
class Member:
    """Args:
    url: the room's address, without a / at its end.
    how: "Bearer" with a token of the room's own, "token" with the kernel's of a JupyterHub.
    left: it was left, and nothing is sent any more.
    who: tells the learner from every other, of every room; "" where the room does not say.
    """

    url: str
    token: str
    name: str = ""
    how: str = "Bearer"
    left: bool = False
    who: str = ""

    @property
    def of(self) -> str:
        """Whose what is kept here is: what was done in one room is no other's business."""
        return f"{self.url} {self.who or self.name}"

    @property
    def headers(self) -> dict[str, str]:
        """What shows who asks."""
        return {"Authorization": f"{self.how} {self.token}"}


def read(workspace: Path, environment: Mapping[str, str] = os.environ) -> Member | None:
    """The room that the workspace is in; None where it is in none, or has left it."""
    try:
        stored = json.loads((workspace / FILE).read_text("utf-8"))
        about = {name: stored[name] for name in ("url", "token", "name", "how", "left")}
        found: Member | None = Member(**about, who=stored.get("who", ""))
        if not all(isinstance(stored[name], str) for name in ("url", "token", "how")):
            found = None
    except (OSError, ValueError, KeyError, TypeError):
        found = None
    url, token = environment.get(ROOM, ""), environment.get("JUPYTERHUB_API_TOKEN", "")
    if of_hub(environment) and (found is None or found.how == "token"):
        left = found is not None and found.left  # the token is new with each server
        who = environment.get("JUPYTERHUB_USER", "")
        found = Member(url.rstrip("/"), token, "", "token", left, who)
    return None if found is None or found.left else found


def of_hub(environment: Mapping[str, str] = os.environ) -> bool:
    """True if this machine's JupyterHub has a room."""
    return bool(environment.get(ROOM) and environment.get("JUPYTERHUB_API_TOKEN"))


def write(workspace: Path, member: Member) -> None:
    """Keep it, for the owner alone.

    Raises:
        OSError: the workspace cannot be written.
    """
    stored = asdict(member) | ({"token": ""} if member.how == "token" else {})
    path = workspace / FILE
    path.parent.mkdir(exist_ok=True)
    write_whole(path, json.dumps(stored, indent=1), private=True)
