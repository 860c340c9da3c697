"""What the leader's pages show, worked out of a snapshot: counts, diagnoses, who waits for help."""

from collections import Counter
from statistics import median
from typing import Any

from coursekit.workshop.course import Course, Work
from coursekit.workshop.snapshot import Snapshot
from coursekit.workshop.votes import histogram

FEWEST = 5  # whoever is fewer than these is shown to nobody but the leader
GO_ON = 0.75  # of those in the room have passed
WORST = 3
STATES = ("passed", "trying", "stuck", "not begun")


def now(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """How the room stands with the current exercise."""
    works = list(course.works)
    name = snapshot.current(works)
    counts = Counter(snapshot.of(name).values())
    people, passed = len(snapshot.names), counts["passed"]
    spent = [row.seconds / 60 for row in snapshot.rows(name) if row.passed is not None]
    return {
        "exercise": name,
        "work": course.works.get(name),
        "people": people,
        "counts": {state: counts[state] for state in STATES},
        "minutes": median(spent) if spent else None,
        "go_on": bool(people) and passed >= GO_ON * people,
        "help": sum(flag.kind == "need" for flag in snapshot.flags),
        "pace": snapshot.pace,
        "works": _choices(course),
    }


def why(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """The most frequent open diagnoses of the current exercise, each with what to say."""
    name = snapshot.current(list(course.works))
    work = course.works.get(name)
    open_rows = [row for row in snapshot.rows(name) if row.passed is None]
    held = Counter(row.diagnosis for row in open_rows if row.diagnosis)
    return {
        "exercise": name,
        "work": work,
        "open": len(open_rows),
        "unnamed": len(open_rows) - held.total(),
        "found": [
            {"name": d, "words": label(d), "count": n, "say": work.sentence(d) if work else ""}
            for d, n in held.most_common(WORST)
        ],
    }


def help_queue(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """Who needs help, who waited longest first; and who is done."""
    waiting = []
    for flag in snapshot.flags:
        standing = snapshot.standings.get((flag.learner_id, flag.exercise))
        waiting.append(
            {
                "kind": flag.kind,
                "learner": flag.learner_id,
                "name": snapshot.names.get(flag.learner_id, ""),
                "exercise": flag.exercise,
                "words": flag.words,
                "minutes": max(0, int((snapshot.when - flag.since) / 60)),
                "attempts": standing.attempts if standing else 0,
                "diagnosis": label(standing.diagnosis) if standing else "",
                "say": _say(course.works.get(flag.exercise), standing),
                "helper": flag.helper,
                "code": snapshot.shown.get(flag.learner_id),
            }
        )
    return {
        "need": [one for one in waiting if one["kind"] == "need"],
        "done": [one for one in waiting if one["kind"] == "done"],
    }


def room(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """Learners by exercises: each one's state, attempts and open diagnosis."""
    begun = {name for _, name in snapshot.standings}
    lessons = {course.works[name].lesson for name in begun if name in course.works}
    if current := course.works.get(snapshot.current(list(course.works))):
        lessons.add(current.lesson)
    columns = [work for work in course.works.values() if work.lesson in lessons]
    rows = []
    for learner, name in snapshot.names.items():
        cells = []
        for work in columns:
            standing: Any = snapshot.standings.get((learner, work.name))
            state = snapshot.state(learner, work.name)
            cells.append(
                {
                    "state": state,
                    "attempts": standing.attempts if standing else 0,
                    "diagnosis": label(standing.diagnosis)
                    if standing and state != "passed"
                    else "",
                }
            )
        rows.append({"name": name, "cells": cells})
    return {"columns": columns, "rows": rows}


def polls(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """The lessons' questions; of each round the number of answers, and once closed, which."""
    rounds = [
        {
            "question": course.questions.get(poll.question),
            "name": poll.question,
            "round": poll.round,
            "open": poll.closed is None,
            "answers": len(values := snapshot.guesses.get(poll.id, [])),
            # Hidden until it is closed: who sees what others guess, guesses that.
            "bars": histogram(values, course.questions.get(poll.question)) if poll.closed else [],
        }
        for poll in snapshot.polls
    ]
    return {"rounds": rounds[::-1], "questions": list(course.questions.values())}


def pace(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """What was last said of the pace, and how many are stuck."""
    about = now(snapshot, course)
    return {"said": snapshot.pace, "stuck": about["counts"]["stuck"], **about}


def cards(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """What was written on cards, by break, the last first."""
    found: dict[int, list[Any]] = {snapshot.room.break_number: []}
    for card in snapshot.cards:
        found.setdefault(card.break_number, []).append(card)
    return {"breaks": sorted(found.items(), reverse=True), "now": snapshot.room.break_number}


def projected(snapshot: Snapshot, course: Course) -> dict[str, Any]:
    """What a whole room may see: counts, and none of fewer than five people."""
    about, because = now(snapshot, course), why(snapshot, course)
    enough = about["people"] >= FEWEST
    shown = [one for one in because["found"] if one["count"] >= FEWEST]
    closed = [one for one in polls(snapshot, course)["rounds"] if not one["open"]]
    poll = closed[0] if closed and closed[0]["answers"] >= FEWEST else None
    found = {"enough": enough, "found": shown if enough else [], "poll": poll}
    return about | found | {"counts": hidden(about["counts"])}


def hidden(counts: dict[str, int]) -> dict[str, int | None]:
    """The counts without those of one to four people, and without one more if only one was so few.

    Who knows how many are in the room would else work it out.
    """
    small = [state for state, count in counts.items() if 0 < count < FEWEST]
    rest = [state for state, count in counts.items() if count >= FEWEST]
    if len(small) == 1 and rest:
        small.append(min(rest, key=lambda state: counts[state]))
    return {state: None if state in small else count for state, count in counts.items()}


def label(diagnosis: str) -> str:
    """A diagnosis in words."""
    return diagnosis.replace("+", " and ").replace("_", " ")


def _say(work: Work | None, standing: Any) -> str:
    return work.sentence(standing.diagnosis) if work and standing else ""


def _choices(course: Course) -> list[tuple[str, list[Work]]]:
    """The exercises to choose from, under their lessons' titles."""
    return [
        (title, [work for work in course.works.values() if work.lesson == lesson])
        for lesson, title in course.titles.items()
    ]
