"""How often something may be done: a bucket of tries for each key, which fills up with time."""

import time
from collections import OrderedDict
from collections.abc import Callable

KEYS = 10_000  # that are remembered


class Pace:
    """Args:
    burst: how many at once.
    each: seconds after which one more may be done.
    """

    def __init__(self, burst: int, each: float, clock: Callable[[], float] = time.monotonic):
        self.burst, self.each, self._clock = burst, each, clock
        self._free: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until one more may be done; 0 where it may now."""
        left = self._left(key)
        return 0.0 if left >= 1 else (1 - left) * self.each

    def count(self, key: str) -> None:
        """One was done."""
        self._free[key] = (self._left(key) - 1, self._clock())
        self._free.move_to_end(key)
        while len(self._free) > KEYS:
            self._free.popitem(last=False)

    def _left(self, key: str) -> float:
        left, when = self._free.get(key, (float(self.burst), 0.0))
        return min(self.burst, left + (self._clock() - when) / self.each)
