"""One submission's code, alive in a box: loaded cell by cell, asked, started anew if it dies."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from coursekit.checking import AnswerCrashed, AnswerError, AnswerTimeout, Unsolved
from coursekit.checking.limits import guard
from coursekit.checking.limits.guard import PATIENCE
from coursekit.sandbox.box import Box, Limits
from coursekit.sandbox.budget import Budget
from coursekit.sandbox.callbacks import Lent
from coursekit.sandbox.channel import Channel, HostGone, HostLate
from coursekit.sandbox.loaded import Cell as Cell
from coursekit.sandbox.loaded import Loaded, line_of
from coursekit.sandbox.sanitize import identifier, plain, scene
from coursekit.sandbox.wire import messages as m
from coursekit.sandbox.wire.frame import WireError
from coursekit.sandbox.zygotes import start_host

GRACE = 1.0  # seconds in which the host may interrupt the code by itself and live on
STARTS = 12  # a submission that ends its process more often than this is given up
ASK_LIMIT = 10_000  # calls of judge's functions during one call

Stopped = TypeVar("Stopped", AnswerTimeout, AnswerCrashed)


class Session:
    """The submission as the judge meets it. Use as a context manager.

    `events` lists what it did to its process: ("timeout" | "crashed" | "oom", words).
    """

    def __init__(
        self,
        box: Box,
        cells: Sequence[Cell],
        *,
        limits: Limits,
        watch: Sequence[str] = (),
        imports: tuple[str, ...] = (),
    ):
        self.box, self.cells, self.limits = box, cells, limits
        self.watch, self.imports = list(watch), imports
        self.loaded = Loaded()
        self.showing = self.loaded  # of a later start nothing is told: it may know hidden inputs
        self.events: list[tuple[str, str]] = []
        self.subject = ""  # what is being asked, for the events' words
        self.skipped: set[int] = set()  # cells that killed or hung a host
        self.budget = Budget.of(limits.total)  # the judge's own work does not count
        self.last = (0.0, 0.0)  # seconds that the last request computed and took
        self.again = False  # the judge or the machine may have failed: nothing to keep
        self.host: Channel | None = None
        self.starts = self.number = 0
        self.ours = 0.0  # seconds of the judge's own work during one request
        self.lent = Lent()  # judge's functions in the learner's hands

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    def load(self) -> Loaded:
        """Run the cells in order; one that raises, hangs or crashes costs only itself.

        Raises:
            SandboxError: no box can be started at all.
        """
        try:
            self.alive()
        except (AnswerTimeout, AnswerCrashed):
            pass  # told in `events`, and again by each answer that is asked for
        self.showing = Loaded()
        return self.loaded

    def alive(self) -> None:
        """See that a host is up, with the cells run.

        Raises:
            AnswerTimeout, AnswerCrashed: the submission has used up its time or its starts.
            SandboxError: no box can be started at all.
        """
        while self.host is None:
            if self.budget.left <= 0:
                raise self._used_up()
            if self.starts >= STARTS:
                words = "the code ended its own process again and again"
                raise self._event("crashed", AnswerCrashed(words))
            self.starts += 1
            self.host = start_host(self.box, self.limits, self.imports)
            self._run_cells()

    def request(
        self, make: Callable[[int, float], Any], buffers: list[bytes], seconds: float
    ) -> tuple[Any, bytes]:
        """Send the request that `make(number, seconds)` builds; return its reply and the body.

        Raises:
            Unsolved, AnswerError: the learner's code raised.
            AnswerTimeout, AnswerCrashed: there is no reply, and the host is gone.
        """
        self.last = (0.0, 0.0)
        self.alive()
        assert self.host
        seconds = min(seconds, self.budget.left)
        if seconds <= 0:
            raise self._used_up()
        self.number += 1
        try:
            reply, body = self._exchange(self.host, make(self.number, seconds), buffers, seconds)
        except HostLate:
            self.drop()
            raise self._late(waited=True) from None
        except HostGone as gone:
            self.drop()
            if gone.status == "timeout":
                raise self._late() from None
            raise self._event(gone.status, AnswerCrashed(str(gone), again=gone.again)) from None
        except WireError as nonsense:
            raise self.nonsense(str(nonsense)) from None
        if getattr(reply, "number", None) != self.number:
            raise self.nonsense("it answered out of turn")
        if isinstance(reply, m.Raised):
            if reply.error.late:  # it may have left threads and children that go on
                self.drop()
            raise self._told(reply.error)
        return reply, body

    def nonsense(self, how: str) -> AnswerCrashed:
        """End a host that breaks the rules of the wire; to be raised."""
        self.drop()
        return self._event("crashed", AnswerCrashed(f"what came back cannot be read: {how}"))

    def drop(self) -> None:
        """End the host; the next request starts another."""
        if self.host is not None:
            self.host.close()
            self.host = None

    def _exchange(
        self, host: Channel, message: Any, buffers: list[bytes], seconds: float
    ) -> tuple[Any, bytes]:
        """Send a request and wait for its reply; the wait is the submission's time.

        What it says it computed is believed, up to the wait: whoever lies has the wait's limit.
        """
        begun, self.ours, computed = time.monotonic(), 0.0, seconds
        patience = PATIENCE * seconds + GRACE
        try:
            host.send(message, buffers, begun + patience)
            reply, body = self._listen(host, begun + patience)
            computed = getattr(reply, "spent", 0.0)
            return reply, body
        finally:
            took = max(0.0, time.monotonic() - begun - self.ours)
            self.last = (min(max(0.0, computed), took), took)
            self.budget.spend(*self.last)

    def _listen(self, host: Channel, end: float) -> tuple[Any, bytes]:
        """The reply; until it comes, call the judge's functions that the learner's code calls."""
        for _ in range(ASK_LIMIT):
            reply, body = host.receive(end + self.ours)
            if not isinstance(reply, m.Ask):
                return reply, body
            begun = time.monotonic()
            answer = self.lent.answer(reply, body)
            self.ours += time.monotonic() - begun
            host.send(*answer, end + self.ours)
        raise WireError(f"a function of the judge's was called more than {ASK_LIMIT} times")

    def _run_cells(self) -> None:
        """Run the cells; where one takes the host with it, the next start leaves that one out."""
        for cell in self.cells:
            if cell.number in self.skipped:
                continue
            self.subject = f"cell {cell.number}"
            try:
                reply = self._run(cell)
            except (AnswerTimeout, AnswerCrashed, AnswerError, Unsolved) as stop:
                self.skipped.add(cell.number)
                self.showing.stopped[cell.number] = str(stop)
                self.drop()
                return
            self._record(cell.number, reply)

    def _run(self, cell: Cell) -> m.Ran:
        def run(number: int, seconds: float) -> m.Run:
            return m.Run(number, cell.number, cell.source, seconds, self.watch)

        reply, _ = self.request(run, [], self.limits.exercise)
        if not isinstance(reply, m.Ran):
            raise self.nonsense("it answered another question")
        return reply

    def _record(self, cell: int, ran: m.Ran) -> None:
        loaded = self.showing
        for name in ran.defined:
            if name in self.watch and cell not in loaded.defined.setdefault(name, []):
                loaded.defined[name].append(cell)
        said = [f"cell {cell}: {plain(note)}" for note in ran.notes[:20]]
        loaded.notes += [note for note in said if note not in loaded.notes]
        if ran.error is not None:
            stop = self._told(ran.error)
            at = f"{stop.where} raised " if isinstance(stop, AnswerError) and stop.where else ""
            loaded.stopped[cell] = f"{at}{stop}" or "NotImplementedError"
            if ran.error.late:
                self.skipped.add(cell)

    def _told(self, error: m.Error) -> Exception:
        """The exception that stands for what the host says was raised."""
        if error.late:
            return self._late(error.waited)
        if error.unsolved:
            return Unsolved()
        kind = identifier(error.kind)
        if kind == "MemoryError":
            words = f"its {self.limits.memory >> 20} MiB of memory did not suffice"
            self._event("oom", AnswerCrashed(words))
        message = re.sub(r" \(<cell \d+>, line \d+\)$", "", plain(error.message))
        kinds = [identifier(name) for name in error.kinds[:20]]
        where, seen = line_of(self.cells, error.cell, error.line), scene(error)
        return AnswerError(kind, message, where, kinds, lambda: seen)

    def _late(self, waited: bool = False) -> AnswerTimeout:
        if self.budget.left <= 0:
            return self._used_up()
        words = f"no answer within {self.limits.exercise:g} s"
        if waited:
            words = guard.waited(PATIENCE * self.limits.exercise)
        return self._event("timeout", AnswerTimeout(words, again=waited))

    def _used_up(self) -> AnswerTimeout:
        waited = self.budget.computing > 0
        seconds = self.limits.total * (PATIENCE if waited else 1)
        words = f"the submission's {seconds:g} s were used up"
        words += ", most of which it waited" if waited else ""
        return self._event("timeout", AnswerTimeout(words, again=waited))

    def _event(self, status: str, error: Stopped) -> Stopped:
        self.again = self.again or error.again
        event = (status, f"{self.subject}: {error}" if self.subject else str(error))
        if event not in self.events:
            self.events.append(event)
        return error
