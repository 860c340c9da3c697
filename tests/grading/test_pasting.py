"""A mistake pasted into a cell is still that mistake."""

import warnings

import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from grading.pasting import mistaken

LESSONS = ("mean_and_variance", "batchnorm_forward", "full_layer")  # of the benchmark under load
ASKED = [t for name in LESSONS for t in exercises.load(name).values() if isinstance(t, Exercise)]


@pytest.mark.parametrize("exercise", ASKED, ids=lambda exercise: exercise.name)
def test_a_pasted_mistake_is_known_by_its_name(exercise):
    pasted = {name: mistaken(exercise, one) for name, one in exercise.mistakes.items()}
    assert sum(map(bool, pasted.values())) >= 2
    for name, text in pasted.items():
        names: dict = {"__name__": "__main__"}
        if text:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # some divide by 0
                exec(f"import numpy as np\n{text}", names)
                answer = Local(names[exercise.name], name=exercise.name)
                assert judge(exercise, answer).diagnosis == name
