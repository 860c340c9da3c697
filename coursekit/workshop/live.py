"""Who waits for something to happen in the room, and is told when it has."""

import asyncio
from contextlib import suppress

KEEPALIVE = 12  # seconds: proxies end a stream that is silent for longer than 15


class Topic:
    """A number that only grows; any thread may raise it, any task wait until it has grown."""

    def __init__(self, number: int = 0):
        self.number = number
        self._loop: asyncio.AbstractEventLoop | None = None
        self._grown: asyncio.Event | None = None

    def start(self) -> None:
        """Belong to the running loop from now on."""
        self._loop, self._grown = asyncio.get_running_loop(), asyncio.Event()

    def grow(self, number: int) -> None:
        """Raise the number, from whatever thread."""
        loop = self._loop
        if loop is None:
            self._raise(number)
            return
        with suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(self._raise, number)

    async def wait(self, after: int, seconds: float) -> int:
        """The number, once it is greater than `after` or the time is up."""
        assert self._grown is not None, "start comes first"
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.number <= after:
                    await self._grown.wait()
        return self.number

    def _raise(self, number: int) -> None:
        if number <= self.number:
            return
        self.number = number
        if self._grown is not None:
            self._grown.set()
            self._grown = asyncio.Event()
