"""The thread that sends what is in the outbox: at once where it can, and later where it cannot."""

import json
import threading
import time
from pathlib import Path

from coursekit.learning.live import member, outbox
from coursekit.learning.live.calls import Refused, Unreached, call
from coursekit.learning.live.member import Member
from coursekit.workshop.wire import BATCH, BODY

FIRST_WAIT = 1.0  # seconds after which what could not be sent is tried again; then twice as many
LAST_WAIT = 60.0


class Delivery:
    """Sends a workspace's outbox from a thread; a kernel that ends does not wait for it."""

    def __init__(self, workspace: Path, first: float = FIRST_WAIT):
        self.workspace, self._first = workspace, first
        self.problem = ""  # why the last try failed, "" where it did not
        self._new = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something is there to be sent; returns at once."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="coursekit-outbox", daemon=True)
            self._thread.start()
        self._new.set()

    def _run(self) -> None:
        wait = self._first
        while True:
            try:
                self.send()
                self.problem, wait, pause = "", self._first, None
            except Unreached as error:
                self.problem, pause = str(error), wait
                wait = min(2 * wait, LAST_WAIT)
            except Exception as error:  # a thread that ends would never send again
                self.problem, pause = f"{type(error).__name__}: {error}", LAST_WAIT
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
            found = list(outbox.waiting(self.workspace, BATCH)) if joined else []
            if joined is None or not found:
                return count
            done = self._some(joined, found)
            if not done:
                return count
            for path in done:
                path.unlink(missing_ok=True)
            count += len(done)

    def _some(self, joined: Member, found: list[tuple[Path, dict]]) -> list[Path]:
        """The files that need not be sent again: taken, or refused for what is in them."""
        body = json.dumps({"sent": time.time(), "events": [event for _, event in found]}).encode()
        if len(body) > BODY and len(found) > 1:
            return self._some(joined, found[: len(found) // 2])
        try:
            call("POST", f"{joined.url}/api/events", joined.headers, body=body)
        except Refused as refused:
            if refused.status == 401:  # the room has forgotten us, or its time is up
                self.problem = str(refused)
                return []
            if len(found) > 1:  # one of them is at fault
                return self._some(joined, found[:1])
        return [path for path, _ in found]
