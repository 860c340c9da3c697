"""What a notebook calls in a live room: join, need_help, done, show_code, card, submit, leave.

None of them raises at a learner but submit and feedback, which raise a WorkshopError. Only what
asks the room for an answer waits for one: join, leave, card, submit, feedback and what_is_kept. A
card is not kept until later, for what is kept has a name; it says so where it did not arrive.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coursekit.learning.handin import feedback as feedback
from coursekit.learning.handin import submit as submit
from coursekit.learning.history import workspace_folder
from coursekit.learning.live import member, outbox, place, session
from coursekit.learning.live.member import Member
from coursekit.learning.live.session import SENT, UNPLACED, here, not_in
from coursekit.workshop.calls import Refused, Unreached, call
from coursekit.workshop.wire import WORDS

NOWHERE = "A room is joined from a workspace; `coursekit lab` makes one and opens it."


def join(address: str = "", *, name: str = "", back: str = "") -> None:
    """Join the live room of the workshop that you are in; says what is sent from then on.

    Args:
        address: "CODE@host", as it stands on the wall; nothing on a JupyterHub that has a room.
        name: what you want to be called; the room makes a name up if you give none.
        back: the words that you were given when you first joined, on another machine.
    """
    folder = workspace_folder()
    if folder is None:
        return print(UNPLACED if member.of_hub() else NOWHERE)
    print(join_in(folder, address, name, back))


def join_in(
    folder: Path, address: str, name: str = "", back: str = "", *, listen: bool = True
) -> str:
    """The same for a workspace that is named; what to say of it.

    Args:
        listen: False where this process is no kernel, and others will send and hear.
    """
    try:
        said = _join(folder, address, name, back)
        if listen and member.read(folder) is not None:
            session.start(folder, anew=True)
        return said
    except place.Unread as error:
        return f"{error}."
    except (Unreached, Refused) as error:
        return f"The room could not be joined: {error}. Nothing else is affected; try again."
    except OSError as error:
        return f"The room could not be joined: {error.strerror or error}."


def _join(folder: Path, address: str, name: str, back: str) -> str:
    if not address:
        joined = member.read(folder) or _again(folder)
        if joined is None:
            return not_in()
        return _begin(folder, Member(**{**vars(joined), "left": False}), "")
    code, url = place.read(address)
    joined = member.read(folder)
    if joined is not None and joined.url == url and not back and _knows(joined):
        return f"You are in, as {joined.name or 'before'}."
    given = {"code": code, "name": name, "back": back}
    found = call("POST", f"{url}/api/join", {}, body=json.dumps(given).encode())
    try:
        new = Member(url, str(found["token"]), str(found["name"]), who=str(found.get("who", "")))
    except KeyError:
        raise Unreached("what answers there is no live room") from None
    return _begin(folder, new, str(found.get("back", "")))


def _begin(folder: Path, new: Member, back: str) -> str:
    member.write(folder, new)
    outbox.empty(folder, but=new.of)  # of a room that was joined before, this one hears nothing
    other = f' (on another machine: join("…", back="{back}"))' if back else ""
    return "\n".join([f"You are in, as {new.name or 'yourself'}{other}.", *SENT])


def _again(folder: Path) -> Member | None:
    """The room of the JupyterHub, though it was left."""
    (folder / member.FILE).unlink(missing_ok=True)
    return member.read(folder)


def _knows(joined: Member) -> bool:
    try:
        call("GET", f"{joined.url}/api/me", joined.headers)
    except Refused:
        return False
    return True


def leave() -> None:
    """Leave the room; what you sent is deleted there, and nothing is sent any more."""
    folder, joined = here()
    if folder is None or joined is None:
        return print(not_in())
    try:
        outbox.empty(folder)
        member.write(folder, Member(**{**vars(joined), "left": True}))
        print(_left(folder, joined))
    except OSError as error:
        print(f"You are still in: {error.strerror or error}. Run it again.")
    except BaseException:  # interrupted: without the token nothing could be deleted any more
        member.write(folder, joined)
        raise


def _left(folder: Path, joined: Member) -> str:
    door = "join()" if joined.how == "token" else 'join("CODE@host")'
    again = f"{door} comes in again, as somebody new."
    try:
        call("DELETE", f"{joined.url}/api/me", joined.headers)
    except (Unreached, Refused) as error:
        if getattr(error, "status", 0) == 401:
            return f"You have left the room, which keeps nothing of you (any more). {again}"
        member.write(folder, joined)
        return f"Nothing is deleted yet: the room did not do it ({error}). Run it again."
    return f"You have left the room, and what you sent is deleted there. {again}"


def need_help(words: str = "", /) -> None:
    """Put a note up that you need help, with words or without, and go on working."""
    print(session.flag("need", text=str(words)[:WORDS]))


def done() -> None:
    """Put a note up that you are done; it takes the place of the one that asks for help."""
    print(session.flag("done"))


def show_code(answer: Callable, /) -> None:
    """Show your function's code to a helper: once, as it is now."""
    print(session.show(getattr(answer, "__name__", ""), answer))


def card(good: str = "", unclear: str = "", /) -> None:
    """Two answers for the break, without your name: what went well, and what is unclear."""
    about = {"good": str(good)[:WORDS], "unclear": str(unclear)[:WORDS]}
    folder, joined = here()
    if folder is None or joined is None:
        return print(not_in())
    try:
        call("POST", f"{joined.url}/api/card", joined.headers, body=json.dumps(about).encode())
        print("Your card is there, without your name.")
    except (Unreached, Refused) as error:
        print(f"Your card did not arrive: {error}. Nothing of it was kept; run it again later.")


def what_is_kept() -> dict[str, Any]:
    """All that the room keeps of you."""
    _, joined = here()
    if joined is None:
        print(not_in())
        return {}
    try:
        return call("GET", f"{joined.url}/api/me", joined.headers)
    except (Unreached, Refused) as error:
        print(f"The room did not say: {error}.")
        return {}
