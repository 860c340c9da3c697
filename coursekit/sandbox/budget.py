"""How long something may still take."""

from dataclasses import dataclass

from coursekit.checking.limits.guard import PATIENCE


@dataclass
class Budget:
    """Seconds that may still be used: of the processor, and of waiting for it."""

    computing: float
    waiting: float

    @classmethod
    def of(cls, seconds: float) -> "Budget":
        return cls(seconds, PATIENCE * seconds)

    def spend(self, computed: float, waited: float) -> None:
        self.computing -= computed
        self.waiting -= waited

    @property
    def left(self) -> float:
        """Seconds of computing that may be asked for now."""
        return min(self.computing, self.waiting / PATIENCE)
