"""Events are taken in: each once, however often and in whatever order it comes."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select

from coursekit.workshop.store import put, put_once
from coursekit.workshop.tables import events, flags, guesses, polls, shown, standings
from coursekit.workshop.wire import Event


def take(connection: Connection, learner: int, sent: Iterable[Event]) -> int:
    """Keep a learner's events; how many of them are new."""
    now, new = time.time(), 0
    for event in sent:
        happened = now - event.age
        row = {
            "kind": event.kind,
            "exercise": event.exercise,
            "outcome": event.outcome,
            "diagnosis": event.diagnosis,
            "attempt": event.attempt,
            "seconds": event.seconds,
            "happened": happened,
            "received": now,
        }
        if put_once(connection, events, {"learner_id": learner, "key": event.key}, row):
            new += 1
            _USE[event.kind](connection, learner, event, happened)
    return new


def _check(connection: Connection, learner: int, event: Event, happened: float) -> None:
    key = {"learner_id": learner, "exercise": event.exercise}
    old = connection.execute(select(standings).filter_by(**key)).one_or_none()
    passed = happened if event.outcome == "passed" else None
    new: dict[str, Any] = {
        "attempts": 1,
        "passed": passed,
        "first": happened,
        "last": happened,
        "outcome": event.outcome,
        "diagnosis": event.diagnosis,
        "seconds": event.seconds,
    }
    if old is not None:
        first_pass = min(filter(None, (old.passed, passed)), default=None)
        new["attempts"] = old.attempts + 1
        new["passed"] = first_pass
        new["first"], new["last"] = min(old.first, happened), max(old.last, happened)
        if happened < old.last:  # what is late tells nothing of how it stands now
            new["outcome"], new["diagnosis"] = old.outcome, old.diagnosis
        if old.passed is not None and first_pass == old.passed:
            new["seconds"] = old.seconds  # what came after the pass was no work towards it
        elif passed is None:
            new["seconds"] = max(old.seconds, event.seconds)
    put(connection, standings, key, new)


def _flag(connection: Connection, learner: int, event: Event, happened: float) -> None:
    old = connection.execute(select(flags).filter_by(learner_id=learner)).one_or_none()
    if old is not None and old.since > happened:
        return
    values = {"kind": event.kind, "exercise": event.exercise, "words": event.text, "helper": ""}
    put(connection, flags, {"learner_id": learner}, values | {"since": happened})


def _show(connection: Connection, learner: int, event: Event, happened: float) -> None:
    row = {"exercise": event.exercise, "attempt": event.attempt, "code": event.text}
    connection.execute(insert(shown).values(learner_id=learner, happened=happened, **row))
    flag = connection.scalar(select(flags.c.kind).filter_by(learner_id=learner))
    if flag != "need":  # who shows code to a helper waits for one
        _flag(connection, learner, replace(event, kind="need", text=""), happened)


def _guess(connection: Connection, learner: int, event: Event, happened: float) -> None:
    """A guess counts in the round that was open when it was made; the last one there counts."""
    asked = select(polls.c.id).where(
        polls.c.question == event.exercise,
        polls.c.opened <= happened,
        polls.c.closed.is_(None) | (polls.c.closed >= happened),
    )
    poll = connection.scalar(asked.order_by(polls.c.round.desc()).limit(1))
    if poll is None:
        return
    key = {"learner_id": learner, "poll_id": poll}
    old = connection.execute(select(guesses).filter_by(**key)).one_or_none()
    if old is None or old.happened <= happened:
        put(connection, guesses, key, {"value": event.text, "happened": happened})


_USE = {"check": _check, "need": _flag, "done": _flag, "show": _show, "guess": _guess}
