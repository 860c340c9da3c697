"""Wrong answers that behave alike have one name, whatever their style; others have another."""

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Local, judge
from coursekit.checking.behaviour import behaviour
from coursekit.checking.trace import Step, Trace, observe

TASK = exercises.load("batchnorm_forward")["batch_norm"]


def whole_std(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var() + eps) + beta


def whole_std_by_sums(x, gamma, beta, eps=1e-5):
    centred = x - x.mean(0)
    spread = np.sqrt(((x - x.sum() / x.size) ** 2).sum() / x.size + eps)
    return np.stack([gamma * row / spread + beta for row in centred])


def no_spread(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) + beta


def raises(x, gamma, beta, eps=1e-5):
    return x @ x


def of(function, seed=3):
    return behaviour(observe(TASK, Local(function, name="batch_norm"), seed))


def test_two_styles_of_one_mistake_behave_alike():
    assert of(whole_std) == of(whole_std_by_sums)
    assert len({of(whole_std), of(no_spread), of(raises), of(TASK.right)}) == 4


@pytest.mark.parametrize("task", [t for t in exercises.load("batchnorm_forward").values()
                                  if hasattr(t, "alternatives")], ids=lambda t: t.name)  # fmt: skip
def test_every_right_answer_behaves_as_the_right_one(task):
    names = {
        name: behaviour(observe(task, Local(f, name=task.name), 3))
        for name, f in ({"": task.right} | task.alternatives).items()
    }
    assert len(set(names.values())) == 1, names


def test_a_wrong_verdict_carries_it_and_a_right_one_does_not():
    assert judge(TASK, Local(whole_std, name="batch_norm"), seed=3).behaviour == of(whole_std)
    assert judge(TASK, Local(raises, name="batch_norm"), seed=3).behaviour == of(raises)
    assert judge(TASK, Local(TASK.right, name="batch_norm"), seed=3).behaviour == ""


ODD = [
    None, "text", True, {"b": 1, "a": [np.nan, np.inf]}, (), 0.0, np.zeros(3), np.zeros((0, 2)),
    object(), 1e300, 1e-300,
]  # fmt: skip


@pytest.mark.parametrize("value", ODD)
def test_any_value_has_one(value):
    made = [Trace((Step("y", value),), None, "", frozenset()) for _ in range(2)]
    assert behaviour(made[0]) == behaviour(made[1])
