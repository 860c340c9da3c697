"""The page of benchmarks says what was stored; the class under load is drawn by its seed."""

import json
from collections import Counter

from benchmarks import kernels
from benchmarks.homework import crowd, table
from benchmarks.homework.verdicts import differing, verdicts

STORED = json.loads(table.GRADING.read_text("utf-8"))
LOAD = {
    "where": {"cores": 2, "system": "Linux 6", "python": "3", "torch": "2", "numpy": "2"},
    "inputs": {"seed": 1, "students": 60, "lessons": {"a": "1", "b": "2"}, "hash": "0123"},
    "busy": 10,
    "submissions": 120,
    "answers": 600,
    "statuses": {"failed": 100, "passed": 500},
    "diagnosed": 90,
    "runs": [
        {"name": "quiet", "seconds": 9.5, "load": 1.2, "judge_failed": 0},
        {"name": "busy", "seconds": 99.5, "load": 13.1, "judge_failed": 2},
    ],
    "differing": {"busy": {"s/a.ipynb": [["graded", 3], ["timeout", 1]]}},
}


def test_the_page_is_what_was_stored():
    load, check = (
        json.loads(p.read_text("utf-8")) if p.exists() else {} for p in (table.LOAD, table.CHECK)
    )
    assert table.page(STORED, load, check) == table.PAGE.read_text("utf-8")


def test_the_page_tells_of_the_busy_machine_what_was_found():
    text = table.page(STORED, LOAD, {})
    assert "A class of 60 hands in 2 lessons: 120 notebooks with 600 answers" in text
    assert "100 failed, 500 passed; 90 were diagnosed." in text
    assert "\n| quiet | 1.2 | 9.5 s | 0 |  |\n| busy | 13.1 | 99.5 s | 2 | 1 |\n" in text
    assert table.page(STORED, {}, {}) == text[: text.index("\n## The same verdicts")]


def test_the_page_tells_how_long_a_learner_waits():
    row = {"lesson": "09_full_layer", "kind": "torch", "imports": 1, "first": 5, "later": 0.03}
    where, aims = LOAD["where"], kernels.AIMS
    check = {"kernels": 3, "where": where, "load": 1, "aims": aims, "rows": [row | {"same": 0.01}]}
    text = table.page(STORED, {}, check)
    line = "| 09_full_layer, torch | 1.00 s | 5.00 s | 2.00 × | 0.030 s | 0.20 × | 0.010 s |"
    assert line in text and text.startswith(table.page(STORED, {}, {}))


def test_a_seed_draws_the_same_class_with_answers_of_every_kind(tmp_path):
    lessons = ["mean_and_variance", "batchnorm_forward"]
    drawn = [crowd.hand_in(tmp_path / str(n), 6, lessons, seed) for n, seed in enumerate((1, 1, 2))]
    assert drawn[0] == drawn[1] != drawn[2]
    files = [path.relative_to(tmp_path / "0") for path in (tmp_path / "0").rglob("*.ipynb")]
    assert len(files) == 12
    assert all(
        (tmp_path / "0" / f).read_bytes() == (tmp_path / "1" / f).read_bytes() for f in files
    )


def test_kinds_are_drawn_by_their_weights():
    choice = {kind: [kind] for kind in crowd.KINDS}
    rng = crowd.random.Random(0)
    seen = Counter(crowd.drawn_from(choice, rng) for _ in range(2000))
    assert all(abs(seen[kind] / 20 - share) < 4 for kind, share in crowd.KINDS.items())


def test_whatever_differs_between_two_runs_is_named():
    exercise = {"name": "f", "status": "passed", "score": 1, "rung": "", "diagnosis": None}
    one = {"file": "s/a.ipynb", "status": "graded", "score": 1, "exercises": [exercise]}
    quiet = verdicts([one])
    assert differing(quiet, verdicts([one | {"seconds": 3}])) == {}
    assert differing(quiet, verdicts([])).keys() == {"s/a.ipynb", "s/a.ipynb: f"}
    named = one | {"exercises": [exercise | {"diagnosis": "eps_outside"}]}
    assert differing(quiet, verdicts([named])) == {
        "s/a.ipynb: f": [["passed", 1, "", None], ["passed", 1, "", "eps_outside"]]
    }
