"""Whatever stands in cells, a class is graded to its end, each file is told once, and others' work
keeps its points.

    python -m pytest tests/grading/test_fuzz_cells.py      the same few classes
    CLASSES=100 python -m pytest ...                       new ones, for three minutes
"""

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coursekit import exercises
from coursekit.checking.explain import unsteady_story
from coursekit.checking.source.forbidden import forbidden_use, returns
from coursekit.checking.source.reach import read
from coursekit.grading import grade
from coursekit.grading.intake.cells import CodeCell
from coursekit.grading.intake.transform import tell
from coursekit.grading.reports.forms import LONGEST, tokens
from grading.nearly_python import CELLS, answers
from grading.pasting import notebook

CLASSES = int(os.environ.get("CLASSES", "4"))
PLAIN = {"deadline": None, "suppress_health_check": list(HealthCheck)}
PLAIN |= {"derandomize": "CLASSES" not in os.environ}  # a long run looks for others
TEXTS = settings(max_examples=100 * CLASSES, **PLAIN)
RUNS = settings(max_examples=CLASSES, phases=[Phase.generate], **PLAIN)  # shrinking takes hours
BANNED = exercises.load("mean_and_variance")["batch_mean"].banned
LESSONS = ("start_here", "mean_and_variance")
ASKED = ("batch_mean", "batch_var", "moments", "stable_var32", "standardize")
OTHERS = ("imports", "heights", "check-batch_mean", "quiz_var_axes", "predict_outlier")
BOOKS = st.fixed_dictionaries(
    {name: st.one_of(answers(name), answers(name), answers(name), CELLS) for name in ASKED},
    optional=dict.fromkeys(OTHERS, CELLS),
)


@TEXTS
@given(CELLS)
def test_a_cell_is_python_line_by_line_or_said_to_be_none(source):
    told = tell(source)
    if not told.problem:
        assert read(told.text) is not None
        same = source.replace("\r\n", "\n").replace("\r", "\n")
        assert not told.text or told.text.count("\n") == same.count("\n")
        forbidden_use(told.text, "batch_mean", BANNED)
        assert returns(told.text, "batch_mean") in (True, False)
        unsteady_story("batch_mean", told.text)
    assert told.problem.isprintable()
    cell = CodeCell(1, source)
    assert cell.gives("batch_mean") in (True, False)
    assert len(tokens(source)) <= 10 * LONGEST


def right(lesson):
    """The lesson with the course's own answers."""
    tasks = exercises.load(lesson).values()
    return {task.name: task.worked_answer() for task in tasks if hasattr(task, "worked_answer")}


@pytest.mark.needs("bwrap")
@RUNS
@given(st.lists(st.tuples(st.sampled_from(LESSONS), BOOKS), min_size=8, max_size=8))
def test_a_class_of_odd_cells_is_graded_to_its_end(books):
    with tempfile.TemporaryDirectory() as home:
        handed = {f"odd{n}/{lesson}": (lesson, book) for n, (lesson, book) in enumerate(books)}
        handed |= {
            f"honest{n}/{lesson}": (lesson, right(lesson)) for n in (0, 1) for lesson in LESSONS
        }
        for name, (lesson, book) in handed.items():
            path = Path(home, "in", f"{name}.ipynb")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notebook(lesson, book), "utf-8")
        report = grade(Path(home, "in"), Path(home, "out"), jobs=2, timeout=2, total=8, seed=1)
        assert report.exit_code in (0, 1) and not report.problems, report.problems
        told = json.loads(Path(home, "out", "results.json").read_text("utf-8"))["submissions"]
        assert sorted(one["file"] for one in told) == sorted(f"{name}.ipynb" for name in handed)
        for one in told:
            words = f"{one}\n{handed[one['file'].removesuffix('.ipynb')]}"
            page = Path(home, "out", one["page"]).read_text("utf-8")
            assert not [c for c in page if c < " " and c not in "\n\t"], words
            assert all(c.isprintable() for c in "".join([one["reason"], *one["notes"]])), words
            assert one["status"] != "judge_failed", words
            assert all(e["status"] != "judge_failed" for e in one["exercises"]), words
            if one["student"] == "honest":
                assert one["score"] == one["max"] and one["status"] == "graded", words
        assert not [c for c in report.summary() if not (c.isprintable() or c == "\n")]
