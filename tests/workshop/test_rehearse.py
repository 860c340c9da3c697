"""The evening before: simulated learners in a real room, with the exercises' own mistakes."""

import random
import re
import sys
import time

import pytest
from rooms import form, served

from coursekit import exercises
from coursekit.checking import Numeric, Predict, Quiz
from coursekit.workshop.course import course
from coursekit.workshop.crowd import GOOD, UNCLEAR, guess
from coursekit.workshop.learner import Learner
from coursekit.workshop.wire import is_answer

REHEARSE = (sys.executable, "-m", "coursekit", "workshop", "rehearse", "--learners", "12")


def test_a_rehearsal_fills_the_room(tmp_path):
    with served(tmp_path, "--speed", "2000", lessons="01", command=REHEARSE) as room:
        leader, until = room.leader(), time.monotonic() + 60
        while True:
            rows = leader.get("/after.json").json()
            if rows and rows[0]["begun"] == 12 and any(row["diagnoses"] for row in rows):
                break
            assert time.monotonic() < until, rows
            time.sleep(0.2)
        known = {task.name: task for task in exercises.load("mean_and_variance").values()}
        for row in rows:
            for one in row["diagnoses"]:
                assert one["name"] in known[row["exercise"]].mistakes
        form(leader, "open", question="quiz_var_axes")  # a rehearsal has its polls and cards, too
        while answers(leader) < 6 or not has_cards(leader):
            assert time.monotonic() < until, (answers(leader), leader.get("/cards").text)
            time.sleep(0.2)
        said = re.search(r"(Wait|Go on):\s+(\d+) of (\d+) ha", leader.get("/now").text)
        assert said[3] == "12" and said[1] == ("Go on" if int(said[2]) >= 9 else "Wait")


def answers(leader):
    return int(re.search(r">(\d+) answer", leader.get("/polls").text)[1])


def has_cards(leader):
    page = leader.get("/cards").text
    return any(words in page for words in (*GOOD, *UNCLEAR) if words)


@pytest.mark.parametrize("lesson", sorted(exercises.names()))
def test_whatever_is_asked_is_answered_as_a_room_takes_it_and_better_the_second_time(lesson):
    for task in exercises.load(lesson).values():
        if not isinstance(task, Quiz | Predict | Numeric):
            continue
        first, again = ([guess(task, n, random.Random(seed)) for seed in range(60)] for n in (0, 1))
        assert all(map(is_answer, first + again)), task.name
        right = guess(task, 9, random.Random(0))
        assert 0 < first.count(right) < again.count(right) < 60 and len({*first}) > 1, task.name


def test_two_with_one_seed_do_the_same_and_each_ends():
    works = list(course(("01",)).works.values())
    one, same, other = (Learner("", "", works, seed) for seed in (1, 1, 2))
    assert list(one.events()) == list(same.events()) != list(other.events())
    assert {event["kind"] for _, event in one.events()} >= {"check", "done"}
