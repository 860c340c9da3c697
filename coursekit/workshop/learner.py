"""One simulated learner: joins, tries, makes the exercises' own mistakes, asks for help, passes."""

import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.workshop.calls import Refused, Unreached, call
from coursekit.workshop.course import Work
from coursekit.workshop.wire import body_of

RIGHT_AT_ONCE = 0.3
NAMELESS = 0.15  # of wrong answers: a mistake that nobody wrote down
HELP = 0.12


@dataclass
class Learner:
    """Args:
    works: the exercises, in order.
    seed: of what is done; two with one seed do the same.
    """

    url: str
    code: str
    works: Sequence[Work]
    seed: int
    token: str = ""
    waiting: list[dict[str, Any]] = field(default_factory=list)  # not yet taken by the room
    _one: Any = field(default_factory=threading.Lock, repr=False, compare=False)

    def events(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """What is done, each with the seconds of a person's time before it."""
        draw = random.Random(self.seed)
        quick = draw.lognormvariate(0, 0.35)  # some are fast and some are slow, all day
        for work in self.works:
            spent, held = 0.0, list(work.sentences)
            for attempt in range(1, 9):
                pause = 60 * work.minutes * quick * draw.uniform(0.2, 0.6)
                spent += pause
                passed = draw.random() < RIGHT_AT_ONCE + 0.12 * (attempt - 1)
                # The first that an exercise lists are the most frequent: weights fall with rank.
                weights = [1 / (rank + 1) for rank in range(len(held))]
                named = held and draw.random() > NAMELESS
                diagnosis = draw.choices(held, weights)[0] if named and not passed else ""
                yield (
                    pause,
                    {
                        "kind": "check",
                        "exercise": work.name,
                        "outcome": "passed" if passed else "failed",
                        "diagnosis": diagnosis,
                        "attempt": attempt,
                        "seconds": spent,
                    },
                )
                if passed:
                    break
                if draw.random() < HELP:
                    words = draw.choice(["", "Which axis?", "It says NaN.", "I am lost here."])
                    yield 1.0, {"kind": "need", "exercise": work.name, "text": words}
            yield 1.0, {"kind": "done", "exercise": work.name}

    def join(self) -> None:
        """Come in.

        Raises:
            Unreached: the room cannot be reached.
            Refused: it does not let anybody in.
        """
        self.token = str(self.post("join", json.dumps({"code": self.code}).encode())["token"])

    def do(self, event: dict[str, Any]) -> None:
        """Do something; it is sent now, or with what is done next."""
        with self._one:
            self.waiting.append({"key": uuid.uuid4().hex, "at": time.time(), **event})
        self.deliver()

    def deliver(self) -> None:
        """Send what is waiting, as a notebook would."""
        with self._one:  # the crowd's thread sends, too
            while self.waiting:
                some = self.waiting[:50]
                try:
                    self.post("events", body_of(some, time.time()))
                except (Unreached, Refused):
                    return
                del self.waiting[: len(some)]

    def post(self, what: str, body: bytes) -> dict[str, Any]:
        """What the room answers; raises as `join` does."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return call("POST", f"{self.url}/api/{what}", headers, body=body)


def play(learner: Learner, stop: threading.Event, speed: float) -> None:
    """Be that learner until all is done or `stop` is set; a room that is away is waited for."""
    draw = random.Random(-learner.seed - 1)
    if stop.wait(draw.uniform(0, 30) / speed):
        return
    while not learner.token:
        try:
            learner.join()
        except (Unreached, Refused):
            if stop.wait(1.0):
                return
    for pause, event in learner.events():
        if stop.wait(pause / speed):
            return
        learner.do(event)
    while learner.waiting and not stop.wait(1.0):
        learner.deliver()
