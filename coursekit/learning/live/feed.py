"""The thread that hears what the leader sends down, and keeps what a panel is to show of it."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coursekit.learning.live import member
from coursekit.learning.live.member import Member
from coursekit.workshop.calls import Refused, stream

SILENCE = 40.0  # seconds without a word, not even a ping, after which the line is dead
LAST_WAIT = 30.0


class Feed:
    """Args:
    heard: is given each thing that came, from this thread.
    """

    def __init__(self, workspace: Path, heard: Callable[[dict[str, Any]], object]):
        self.workspace, self.heard = workspace, heard
        self._number = 0  # of the last that was heard
        self._of = ""  # whose that number is
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen from now on; returns at once."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="coursekit-news", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        wait = 1.0
        while (joined := member.read(self.workspace)) is not None:
            begun = time.monotonic()
            try:
                self._listen(joined)
            except Refused:
                return  # the next join starts another
            except Exception:  # whatever it was: a line that is cut is taken up again
                pass
            wait = 1.0 if time.monotonic() - begun > SILENCE else min(2 * wait, LAST_WAIT)
            time.sleep(wait)

    def _listen(self, joined: Member) -> None:
        if self._of != joined.of:
            self._of, self._number = joined.of, 0
        headers = joined.headers | {"Last-Event-ID": str(self._number)}
        with stream("GET", f"{joined.url}/api/stream", headers, seconds=SILENCE) as reply:
            for line in reply:
                if member.read(self.workspace) is None:
                    return
                if line.startswith(b"data:"):
                    self._take(line[5:])

    def _take(self, data: bytes) -> None:
        try:
            one = json.loads(data)
            self._number = max(self._number, int(one["id"]))
        except (ValueError, KeyError, TypeError):
            return
        self.heard(one)
