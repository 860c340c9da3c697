"""What simulated learners do because they are asked: they answer a poll, and write a card."""

import heapq
import json
import random
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from sqlalchemy import select

from coursekit import exercises
from coursekit.checking import Numeric, Predict, Quiz, Task
from coursekit.workshop import room
from coursekit.workshop.calls import Refused, Unreached
from coursekit.workshop.learner import Learner
from coursekit.workshop.store import Store
from coursekit.workshop.tables import polls

LOOK_SECONDS = 0.2
ANSWERING = (5.0, 60.0)  # seconds of a person's time until a poll is answered
WRITING = (20.0, 300.0)  # and until a card is written
ANSWERS, WRITES = 0.9, 0.4  # of all do so
RIGHT, LEARNED = 0.4, 0.25  # of answers the first time, and more each time it is asked again
OFF = (-1.0, -0.5, 0.5, 1.0, 2.0)  # by how many times what is far
GOOD = ("", "the pictures", "the hints", "working in pairs", "it says what is wrong")
UNCLEAR = ("", "why eps is inside the root", "which axis is which", "too fast for me", "the shapes")


def guess(task: Task, again: int, draw: random.Random) -> str:
    """An answer to a question as learners may give it, asked for the first time (0) or again.

    Returns:
        its letters or its number, as text; "" for a question that has neither.
    """
    right = draw.random() < RIGHT + LEARNED * again
    if isinstance(task, Quiz):
        wrong = [letter for letter in task.options if letter not in task.answer]
        return task.answer if right or not wrong else draw.choice(wrong)
    if isinstance(task, Predict):
        truth, far = task.value, task.scale
    elif isinstance(task, Numeric):
        truth, far = float(task.answer), abs(float(task.answer)) or 1.0
    else:
        return ""
    return f"{truth if right else truth + far * draw.choice(OFF):.2g}"


class Crowd:
    """Looks what is asked in a room, and has its learners answer, each in their own time."""

    def __init__(self, store: Store, learners: Sequence[Learner], speed: float, seed: int = 0):
        self.store, self.learners, self.speed = store, learners, speed
        self._draw = random.Random(seed)
        self._poll, self._break = 0, 0  # the last that were seen
        self._due: list[tuple[float, int, Learner, dict[str, Any]]] = []
        self._number = count()  # tells apart what is due at the same moment

    def run(self, stop: threading.Event) -> None:
        """Go on until `stop` is set; what goes wrong once is tried again."""
        while not stop.wait(LOOK_SECONDS):
            with suppress(Exception):
                self.look()
                self.act()

    def look(self) -> None:
        """See what is asked; who answers it, what and when is decided now."""
        with self.store.reading() as connection:
            poll = connection.execute(select(polls).where(polls.c.closed.is_(None))).first()
            number = room.read(connection).break_number
        if poll is not None and poll.id != self._poll:
            self._poll = poll.id
            task = exercises.find(poll.question)
            for learner in self._some(ANSWERS):
                if task and (text := guess(task, poll.round - 1, self._draw)):
                    event = {"kind": "guess", "exercise": poll.question, "text": text}
                    self._plan(ANSWERING, learner, event)
        if number != self._break:
            self._break = number
            for learner in self._some(WRITES):
                words = {"good": self._draw.choice(GOOD), "unclear": self._draw.choice(UNCLEAR)}
                self._plan(WRITING, learner, words)

    def act(self) -> None:
        """Do what is due."""
        while self._due and self._due[0][0] <= time.monotonic():
            _, _, learner, what = heapq.heappop(self._due)
            if not learner.token:  # who is not in yet is late with it
                self._plan(ANSWERING, learner, what)
            elif "kind" in what:
                learner.do(what)
            else:
                with suppress(Unreached, Refused):
                    learner.post("card", json.dumps(what).encode())

    def _some(self, share: float) -> list[Learner]:
        return [learner for learner in self.learners if self._draw.random() < share]

    def _plan(self, within: tuple[float, float], learner: Learner, what: dict[str, Any]) -> None:
        when = time.monotonic() + self._draw.uniform(*within) / self.speed
        heapq.heappush(self._due, (when, next(self._number), learner, what))
