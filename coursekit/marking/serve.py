"""Serve the page on this machine until Ctrl-C, then write the reports anew."""

import json
from collections.abc import Callable
from pathlib import Path

from coursekit.grading import by_hand
from coursekit.grading.gradebook import Gradebook, locate
from coursekit.grading.last_run import write_if_whole
from coursekit.marking import app
from coursekit.marking.desk import Desk
from coursekit.terminal import say
from coursekit.workshop import listening, secret

HOST = "127.0.0.1"  # and no other: these are a class's answers and points


def serve(
    place: str, *, by: str | None = None, port: int = 0, tell: Callable[[str], object] = say
) -> int:
    """Serve the page, and return the exit code when it is stopped.

    Args:
        place: the folder of a gradebook's reports, or its URL.
        by: who marks, as it is kept; the account's name if absent.
        port: 0 for any that is free.

    Raises:
        GradeError: there is no such gradebook, or nothing in it is graded; no such name can be.
        WorkshopError: the port is taken.
    """
    by = by_hand.login() if by is None else by_hand.marker(by)
    with Gradebook.open(locate(place)) as book:
        kept = json.loads(book.recall("settings") or "{}")
        desk = Desk(book, by, [Path(pack) for pack in kept.get("packs", ())])
        left = sum(question.left for question in desk.questions())
        if not desk.answers():
            tell("Nothing in this gradebook is marked by hand.")
            return 0
        token = secret.token()
        sock = listening.bound(HOST, port, "name another with --port")
        try:
            tell(f"To mark  {left} answers, as {by}")
            tell(f"Open     http://{HOST}:{sock.getsockname()[1]}/#{token}")
            tell("Stop     Ctrl-C: each mark is kept at once, and the reports are written then")
            code = listening.run(app.make(desk, token), sock)
        finally:
            sock.close()
        if desk.changed:
            whole = write_if_whole(book, place, "coursekit mark")
            tell("The reports are written." if whole else "The next `grade` writes the reports.")
    return code
