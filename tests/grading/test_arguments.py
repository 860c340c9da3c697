"""What the arguments of a run may be."""

from pathlib import Path

import pytest

from coursekit.errors import GradeError
from coursekit.grading import arguments
from coursekit.grading.gather import Told


@pytest.mark.parametrize(
    "change, words",
    [({"jobs": 0}, "--jobs must be above 0"), ({"timeout": float("nan")}, "--timeout must be"),
     ({"total": float("inf")}, "--total must be"), ({"seed": -1}, "--seed must be from 0")],
)  # fmt: skip
def test_numbers_that_mean_nothing_are_refused(change, words):
    good = {"jobs": 1, "timeout": 1.0, "total": 1.0, "seed": 0}
    arguments.check(**good)
    with pytest.raises(GradeError, match=words):
        arguments.check(**good | change)


def test_what_an_instructor_keeps_beside_submissions_is_passed_over():
    told = Told(Path("r.csv"), ["01=t.csv"], Path("p.toml"))
    over = arguments.passed_over(Path("out"), (Path("pack.py"),), "sqlite:///b.db", told)
    names = {str(path) for path in over}
    places = ["2024", "sqlite:////2025/x.db", "postgresql://me@host/2023"]
    assert [*map(str, arguments.gradebooks(places))] == [
        str(Path("2024/gradebook.db").resolve()), "/2025/x.db",
    ]  # fmt: skip
    assert names >= {"out", "pack.py", "b.db", "b.db-wal", "r.csv", "t.csv", "p.toml"}
