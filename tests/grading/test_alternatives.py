"""Every alternative right answer, pasted into a learner's notebook, gets all points in the box.

Pasted means: its own source under the exercise's name, and what it needs beside it. So the search
for forbidden names is tried on every honest style too.
"""

import pytest

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import discover
from grading.pasting import notebook, pasted

pytestmark = pytest.mark.needs("bwrap")
REFUSED = {"BatchNorm": {"OnTopOfTorchs"}}  # torch's own layer: the oracle, not an answer to give
DRAWN = {"named"}  # its answers are words that a seed draws; sandbox/test_both_ways.py sends them


@pytest.mark.parametrize("lesson", exercises.names())
def test_every_alternative_scores_all(lesson, tmp_path):
    asked = [
        t
        for t in exercises.load(lesson).values()
        if isinstance(t, Exercise) and t.name not in DRAWN
    ]
    styles = {
        t.name: [f for n, f in t.alternatives.items() if n not in REFUSED.get(t.name, ())]
        for t in asked
    }
    asked_of = {}
    for k in range(max(map(len, styles.values()), default=0)):
        answers = {n: pasted(fs[k], n) for n, fs in styles.items() if k < len(fs)}
        path = tmp_path / f"style{k:02}" / f"00_{lesson}.ipynb"
        path.parent.mkdir()
        path.write_text(notebook(lesson, answers), "utf-8")
        asked_of[path.parent.name] = answers
    for submission in discover(tmp_path) if styles else ():
        answers = asked_of[submission.student]
        report = examine(submission, Settings(seed=5))
        wrong = [(r.exercise, r.status, r.message) for r in report.results
                 if r.exercise in answers and not r.passed]  # fmt: skip
        assert not wrong, f"{submission.student}: {wrong}"
        assert {r.exercise for r in report.results} >= answers.keys()
        assert report.status == "graded", report.reason
