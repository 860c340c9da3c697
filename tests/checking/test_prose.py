import pytest

from coursekit.checking import REGISTRY, manual
from coursekit.errors import ExerciseError


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr("coursekit.checking.task.REGISTRY", dict(REGISTRY))


def test_prose_is_collected_and_not_judged():
    asked = manual("toy_prose", "Why?", rubric=("names the axis",), points=3)
    result = asked.judge("Because of the axis.")
    assert (result.status, result.score, result.max) == ("manual", 0, 3)
    assert asked.judge("  ").status == asked.judge(...).status == "unsolved"
    assert "names the axis" in asked.markdown()
    with pytest.raises(ExerciseError, match="rubric"):
        manual("toy_prose", "Why?", rubric=())
