"""The thread that sends what is in the outbox: at once where it can, and later where it cannot."""

import threading
import time
from pathlib import Path

from coursekit.learning.live import member, outbox
from coursekit.learning.live.member import Member
from coursekit.workshop.calls import Refused, Unreached, call
from coursekit.workshop.wire import BATCH, BODY, body_of

FIRST_WAIT = 1.0  # seconds after which what could not be sent is tried again; then twice as many
LAST_WAIT = 60.0
MALFORMED = (400, 413, 415)  # what a room says of an event that it will not have later either


class Delivery:
    """Sends a workspace's outbox from a thread; a kernel that ends does not wait for it."""

    def __init__(self, workspace: Path, first: float = FIRST_WAIT):
        self.workspace, self._first = workspace, first
        self.forgotten = ""  # the token of which the room said that it is nobody's (any more)
        self._since = time.monotonic()  # when it said so
        self._new = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something is there to be sent; returns at once."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="coursekit-outbox", daemon=True)
            self._thread.start()
        self._new.set()

    def unknown(self, joined: Member) -> bool:
        """True where the room said that it does not know that learner.

        A hub's token is the same as long as its server runs, and the hub may know it again: after
        LAST_WAIT the room is asked once more.
        """
        waits = joined.how != "token" or time.monotonic() - self._since < LAST_WAIT
        return joined.token == self.forgotten and waits

    def _run(self) -> None:
        wait = self._first
        while True:
            try:
                self.send()
                wait, pause = self._first, None
            except Unreached:
                pause = wait
                wait = min(2 * wait, LAST_WAIT)
            except Exception:  # a thread that ends would never send again
                pause = LAST_WAIT
            self._new.wait(pause)
            self._new.clear()

    def send(self) -> int:
        """Send all that is waiting; how much that was.

        Raises:
            Unreached: the room cannot be reached. What was not taken stays in the outbox.
        """
        count = 0
        while True:
            joined = member.read(self.workspace)
            if joined is None or self.unknown(joined):
                return count
            found = list(outbox.waiting(self.workspace, BATCH, joined.of))
            if not found:
                return count
            done = self._some(joined, found)
            if not done:
                return count
            for path in done:
                path.unlink(missing_ok=True)
            count += len(done)

    def _some(self, joined: Member, found: list[tuple[Path, dict]]) -> list[Path]:
        """The files that need not be sent again: taken, or refused for what is in them."""
        body = body_of([event for _, event in found], time.time())
        if len(body) > BODY and len(found) > 1:
            return self._some(joined, found[: len(found) // 2])
        try:
            said = call("POST", f"{joined.url}/api/events", joined.headers, body=body)
            if said.get("kept") != len(found):
                raise Unreached("what answers is no live room")
        except Refused as refused:
            if refused.status == 401:  # the room has forgotten us, or its time is up
                self.forgotten, self._since = joined.token, time.monotonic()
                return []
            if refused.status not in MALFORMED:
                raise Unreached(str(refused)) from None
            if len(found) > 1:  # one of them is at fault
                return self._some(joined, found[:1])
        return [path for path, _ in found]
