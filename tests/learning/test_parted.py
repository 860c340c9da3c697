"""check(BatchNorm1d, part=…): one part, and a word to whoever asks for one that is none."""

import pytest

from coursekit import check, exercises
from coursekit.learning.history import attempts_at

LAYER = exercises.find("BatchNorm1d")
PARTS = ", ".join(LAYER.parts)


def moments(x):
    return x


@pytest.mark.parametrize(
    "part, words",
    [
        (
            "evaluaton",
            f"has no part 'evaluaton'; its parts are {PARTS}. Did you mean 'evaluation'?",
        ),
        ("gradients", f"has no part 'gradients'; its parts are {PARTS}."),
        (3, f"has no part 3; its parts are {PARTS}."),
        (["state"], f"has no part ['state']; its parts are {PARTS}."),
    ],
)
def test_an_unknown_part_is_told_with_those_that_there_are(part, words):
    BatchNorm1d = LAYER.right
    result = check(BatchNorm1d, part=part)
    assert result.message == f"BatchNorm1d {words}" and result.status == "missing"
    assert result.next == 'check(BatchNorm1d, part="state")'


def test_what_has_no_parts_is_checked_as_a_whole():
    assert "moments has no parts" in check(moments, part="mean").message
    assert check("quiz_moves", "a", part="x").next == "check('quiz_moves', …)"


def test_a_part_is_no_attempt_and_the_whole_is():
    class BatchNorm1d(LAYER.right):
        def __call__(self, x):
            raise NotImplementedError

    before = attempts_at("BatchNorm1d")
    state = check(BatchNorm1d, part="state")
    assert state.passed and (state.score, state.max, state.part) == (1, 1, "state")
    assert check(BatchNorm1d, part="forward").status == "unsolved"
    assert attempts_at("BatchNorm1d") == before
    assert check(BatchNorm1d).score == 1 and attempts_at("BatchNorm1d") == before + 1


def test_a_part_is_judged_anew_after_it_was_changed_and_names_its_mistake():
    wrong = LAYER.mistakes["affine_forgotten"].function
    result = check(wrong, part="forward")
    assert result.diagnosis == "affine_forgotten" and result.score == 0
    assert check(wrong, part="statistics").passed
    assert check(LAYER.alternatives["LayerByColumns"], part="forward").part in ("", "forward")
