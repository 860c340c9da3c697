"""Polls of the lessons' own questions: opened, closed, asked again; and what came out."""

import time
from collections import Counter

from sqlalchemy import Connection, func, insert, select, update

from coursekit.workshop.course import Asked
from coursekit.workshop.tables import polls
from coursekit.workshop.wire import as_number

BINS = 8


def open_poll(connection: Connection, question: str) -> None:
    """Ask a question, the first time or again; whatever else is asked is closed."""
    close_all(connection)
    asked = select(func.max(polls.c.round)).where(polls.c.question == question)
    number = (connection.scalar(asked) or 0) + 1
    row = {"question": question, "round": number, "opened": time.time()}
    connection.execute(insert(polls).values(**row))


def close_all(connection: Connection) -> None:
    """Close what is asked; only now is it shown what was guessed."""
    connection.execute(update(polls).where(polls.c.closed.is_(None)).values(closed=time.time()))


def histogram(values: list[str], question: Asked | None) -> list[tuple[str, int]]:
    """What was answered, and how often: every option of a choice, numbers in up to eight groups."""
    if question is not None and question.options:
        letters = Counter(letter for value in values for letter in set(value))
        return [(letter, letters[letter]) for letter in question.options]
    numbers = sorted(number for number in map(as_number, values) if number is not None)
    if len(set(numbers)) <= BINS:
        return [(f"{number:g}", count) for number, count in sorted(Counter(numbers).items())]
    # By rank first, so that one wild guess does not put all others into one bar.
    low, high = numbers[len(numbers) // 20], numbers[-1 - len(numbers) // 20]
    if not (high - low) / BINS > 0:  # they are as good as equal
        low, high = numbers[0], numbers[-1]
    width = (high - low) / BINS
    held = (min(max(number, low), high) for number in numbers)
    groups = Counter(min(int((number - low) / width), BINS - 1) for number in held)
    edges = [low + width * n for n in range(BINS + 1)]
    return [(f"{edges[n]:.3g} to {edges[n + 1]:.3g}", groups[n]) for n in range(BINS)]
