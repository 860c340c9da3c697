"""What an exercise hands out can be had from any cell; what hands out nothing is refused."""

import pytest

from coursekit.errors import UnknownExercise
from coursekit.learning import received


def test_what_an_exercise_comes_with_can_be_had_whatever_became_of_its_cell():
    assert received("mend_batch_norm").__name__ == "mend_batch_norm"
    for name in ("batch_norm", "quiz_moves", "nothing"):
        with pytest.raises(UnknownExercise, match=f"no exercise called '{name}' comes with"):
            received(name)
