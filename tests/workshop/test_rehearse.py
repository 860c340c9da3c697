"""The evening before: simulated learners in a real room, with the exercises' own mistakes."""

import re
import sys
import time

from rooms import served

from coursekit import exercises
from coursekit.workshop.course import course
from coursekit.workshop.learner import Learner

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
        said = re.search(r"(Wait|Go on):\s+(\d+) of (\d+) ha", leader.get("/now").text)
        assert said[3] == "12" and said[1] == ("Go on" if int(said[2]) >= 9 else "Wait")


def test_two_with_one_seed_do_the_same_and_each_ends():
    works = list(course(("01",)).works.values())
    one, same, other = (Learner("", "", works, seed) for seed in (1, 1, 2))
    assert list(one.events()) == list(same.events()) != list(other.events())
    assert {event["kind"] for _, event in one.events()} >= {"check", "done"}
