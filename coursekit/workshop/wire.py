"""What a notebook sends to a live room and the room accepts: sizes, kinds, and the fields of each.

Both sides read this, so nothing heavier than the standard library is imported.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

BODY = 64 * 1024  # bytes of one request, but one that hands in
NOTEBOOK = 8 * 1024 * 1024
BATCH = 50  # events of one request
CODE = 20_000  # characters of an answer that is shown to a helper
WORDS = 280  # of what is said to a helper
NAME = 40
LESSON = 100  # bytes of its name: what is handed in becomes a file that is called so
OLDEST = 30 * 86400.0  # seconds: an outbox may have waited for long
SLACK = 32  # bytes by which a time may be longer than another
LONGEST = 86400.0  # seconds spent on one exercise
LARGEST = 1e100  # of a number that is guessed: what lies between two of them is a number, too

KINDS = ("check", "guess", "need", "done", "show")
OUTCOMES = ("passed", "partial", "failed", "forbidden", "error", "timeout", "manual")
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_NAME = re.compile(r"[^\W\d]\w{0,99}(?:\+[^\W\d]\w{0,99})?")  # one mistake, or two together
_LETTERS = re.compile(r"[a-z]{1,8}")


class Malformed(ValueError):
    """What came is none of what is sent; says what is wrong, in words that quote nothing."""


@dataclass(frozen=True)
class Event:
    """One thing that a learner did.

    Args:
        key: the same for every try to deliver it, and for nothing else.
        kind: one of KINDS.
        age: seconds between it and the request, both by the learner's clock.
        seconds: spent on the exercise so far.
        text: the words of a call for help, the code that is shown, or the answer to a question.
    """

    key: str
    kind: str
    age: float = 0.0
    exercise: str = ""
    outcome: str = ""
    diagnosis: str = ""
    attempt: int = 0
    seconds: float = 0.0
    text: str = ""


def body_of(events: list[dict[str, Any]], sent: float) -> bytes:
    """The request that brings events: their letters as they are, so that any event fits in it."""
    text = json.dumps({"sent": sent, "events": events}, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def hold(event: dict[str, Any]) -> None:
    """Hold an event against what a room takes, before it is sent.

    Raises:
        Malformed: no room would have it.
    """
    body = body_of([event], event.get("at", 0.0))  # and sent later, as a number as long
    read_events(body)
    if len(body) > BODY - SLACK:
        raise Malformed(f"it is longer than {BODY // 1024} kB")


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object.

    Raises:
        Malformed: it is none.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed("the body is no JSON") from None
    if not isinstance(value, dict):
        raise Malformed("the body is no JSON object")
    return value


def read_events(body: bytes) -> list[Event]:
    """The events in a request's body, or none of them.

    Raises:
        Malformed: a part of it is not as it is sent. Nothing of it is to be kept then.
    """
    whole = read_object(body)
    found, sent = whole.get("events"), _number(whole, "sent")
    if not isinstance(found, list) or not 1 <= len(found) <= BATCH:
        raise Malformed(f"a list of 1 to {BATCH} events is needed")
    return [_event(one, sent) for one in found]


def _event(one: Any, sent: float) -> Event:
    if not isinstance(one, dict):
        raise Malformed("an event is no object")
    key, kind = one.get("key"), one.get("kind")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Malformed("an event has no key of 8 to 64 letters and digits")
    if kind not in KINDS:
        raise Malformed(f"an event is none of {', '.join(KINDS)}")
    event = Event(
        key,
        kind,
        # A clock that is wrong is wrong by the same amount both times; one set in between is held.
        age=min(max(sent - _number(one, "at", sent), 0.0), OLDEST),
        exercise=_text(one, "exercise", 100),
        outcome=_text(one, "outcome", 20),
        diagnosis=_text(one, "diagnosis", 201),
        attempt=int(min(max(_number(one, "attempt"), 0), 10_000)),
        seconds=min(max(_number(one, "seconds"), 0.0), LONGEST),
        text=_text(one, "text", CODE if kind == "show" else WORDS),
    )
    _check(event)
    return event


def _check(event: Event) -> None:
    if event.exercise and not _NAME.fullmatch(event.exercise):
        raise Malformed("an exercise is no name")
    if not event.exercise and event.kind in ("check", "guess", "show"):
        raise Malformed("an event names no exercise")
    if event.diagnosis and not _NAME.fullmatch(event.diagnosis):
        raise Malformed("a diagnosis is no name")
    if event.kind == "check" and event.outcome not in OUTCOMES:
        raise Malformed("an outcome is not known")
    if event.kind == "guess" and not is_answer(event.text):
        raise Malformed("an answer is neither letters nor a number")


def is_answer(text: str) -> bool:
    """True for the letters of a choice, or a number of up to LARGEST, as text."""
    try:
        float(text)
    except ValueError:
        return _LETTERS.fullmatch(text) is not None
    return as_number(text) is not None  # "infinity" has letters alone, and is read as a number


def is_lesson(text: str) -> bool:
    """True for letters, digits and _, of which a file can have its name on any system."""
    letters = text.isidentifier() or text.replace("_", "").isalnum()
    return letters and len(text.encode()) <= LESSON


def as_number(text: str) -> float | None:
    """The number that an answer is; None where it is none, or none of up to LARGEST."""
    try:
        number = float(text) if len(text) <= 40 else math.nan
    except ValueError:
        return None
    return number if abs(number) <= LARGEST else None


def clean(text: str, longest: int) -> str:
    """One line of it: without control characters, surrounding space and what is too long."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:longest]


def _text(one: dict[str, Any], name: str, longest: int) -> str:
    value = one.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise Malformed(f"{name} is no text of up to {longest} characters")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates, which no database holds
        raise Malformed(f"{name} is no text") from None
    if "\0" in value:
        raise Malformed(f"{name} has a character that is none")
    return value


def _number(one: dict[str, Any], name: str, default: float = 0.0) -> float:
    value = one.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{name} is no number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Malformed(f"{name} is no finite number")
    return number


def _refuse(_: str) -> None:
    raise ValueError
