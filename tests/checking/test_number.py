import numpy as np
import pytest

from coursekit.checking import REGISTRY, numeric, predict
from coursekit.checking.panel import element
from coursekit.errors import ExerciseError


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr("coursekit.checking.task.REGISTRY", dict(REGISTRY))


@pytest.mark.parametrize(
    "guess, words", [(2, "you were right"), (2.1, "close: 0.1 away"), (7, "off by 5")]
)
def test_a_guess_is_told_its_distance_and_only_a_right_one_gets_a_tick(guess, words):
    result = predict("toy_guess", "How much?", truth=lambda: 2.0, because="So it is.").judge(guess)
    assert words in result.message and "So it is." in result.message
    assert (result.status, result.rung) == (("passed" if guess == 2 else "guessed"), "")
    seen = f"{result!r} {element(result)}"
    assert ("✓" in seen) == ("answered" in seen) == ("ckp-passed" in seen) == (guess == 2)
    assert ("guessed, not right" in seen) == (guess != 2) and "✗" not in seen


def test_a_guess_within_what_serves_is_right_and_a_share_is_off_by_points():
    task = predict("toy_serves", "k?", truth=5.22, because="", scale=8, serves=0.75)
    assert "you were right" in task.judge(4.5).message
    assert "close: 1.22 away" in task.judge(4).message
    task = predict("toy_share", "How much?", truth=50, because="", unit=" %", scale=40)
    assert "the answer is 50 %; you were close: 8 points away" in task.judge(58).message


@pytest.mark.parametrize("guess", ["two", None, [1, 2], float("nan"), True])
def test_a_guess_that_is_no_number_asks_for_one(guess):
    result = predict("toy_guess", "How much?", truth=2.0, because="So it is.").judge(guess)
    assert result.status == "failed" and "2" not in result.message.replace(f"{guess!r}", "")


def test_a_number_is_judged_within_its_tolerance_and_a_slip_is_named():
    asked = numeric(
        "toy_number", "How far?", answer=2.0, because="Twice.", unit="m", slips={0.002: "In km?"}
    )
    assert asked.judge(2.01).passed and asked.judge(np.float32(2)).passed
    assert asked.judge(0.002).message == "In km?" and asked.judge(0.002).diagnosis == "0.002"
    assert "too large" in asked.judge(3).message and "in m" in asked.markdown()
    assert asked.judge(...).status == "unsolved"
    for wrong in ("2", None, float("nan"), [1, 2], np.inf):
        assert asked.judge(wrong).status == "failed"


def test_a_slip_that_would_count_as_right_is_refused():
    with pytest.raises(ExerciseError, match="would count as right"):
        numeric("toy_number", "How far?", answer=2.0, because="Twice.", slips={2.001: "No."})


def test_an_ellipsis_is_calm():
    asked = predict("toy_guess", "How much?", truth=2.0, because="So it is.")
    assert asked.judge(...).status == "unsolved"


def test_a_large_truth_is_told_in_full():
    task = predict("how_many", "How many?", truth=100352, because="Because.")
    assert "the answer is 100,352; you were off by 99,352" in task.judge(1000).message
