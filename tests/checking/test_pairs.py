from coursekit import exercises
from coursekit.checking import Local, judge
from coursekit.checking.pairs import OTHERS, likely
from coursekit.checking.trace import observe

BATCH_NORM = exercises.find("batch_norm")


def names(exercise, function):
    """The pairs that are tried for a wrong answer, after each mistake by itself was."""
    answer = Local(function, name=exercise.name)
    judge(exercise, answer)
    return [both.name for both in likely(exercise, observe(exercise, answer, 0), 0)]


def test_the_pair_itself_is_among_the_likely_ones():
    both = BATCH_NORM.behaviour("eps_outside+beta_forgotten")
    assert "eps_outside+beta_forgotten" in names(BATCH_NORM, both)
    result = judge(BATCH_NORM, Local(both, name="batch_norm"))
    assert result.diagnosis == "eps_outside+beta_forgotten"
    assert "as if two things came together" in str(result)


def test_what_spoils_an_observation_that_is_right_is_no_part_of_a_pair():
    def late(x, gamma, beta, eps=1e-6):  # wrong only where eps is left out
        return BATCH_NORM.right(x, gamma, beta, eps)

    assert all("default_" in name for name in names(BATCH_NORM, late))


def test_pairs_of_a_layer_are_tried_by_the_hundred_not_by_the_thousand():
    exercise = exercises.find("BatchNorm1d")

    class Odd(exercise.right):
        def __call__(self, x):
            return super().__call__(x) * 1.5

    tried = names(exercise, Odd)
    assert len(list(exercise.pairs())) > 900 and len(tried) < 300 + OTHERS


def test_a_right_answer_has_no_pairs():
    assert names(BATCH_NORM, BATCH_NORM.right) == []
