"""What an instructor's word does to a judged submission."""

import pytest

from coursekit.grading.gradebook.adjust import adjusted
from coursekit.grading.gradebook.policy import Policy
from grading.class_of import handed, result


@pytest.mark.parametrize(
    "status, question, earned",
    [("passed", False, 4), ("partial", False, 2), ("failed", False, 0), ("passed", True, 4),
     ("partial", True, 0), ("failed", True, 0), ("guessed", True, 4)],
)  # fmt: skip
def test_a_warm_up_with_points_earns_its_share_and_a_question_all_or_nothing(
    status, question, earned
):
    judged = result("keras_momentum", status, 0, 0, question=question)
    given = adjusted(handed("ada", "l", judged), Policy(questions={"keras_momentum": 4}), {})
    assert (given.score, given.max, given.shown) == (earned, 4, given.results)
