"""Layers as people write them: 25 known batch norm bugs, each refused by name; no false alarm."""

import numpy as np
import pytest
import torch
from broken_layers import BUGS
from right_layers import RIGHT
from torch import nn

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.panel import text

EXERCISE = exercises.load("full_layer")["BatchNorm"]
ONE_D = exercises.load("running_statistics")["BatchNorm1d"]
assert isinstance(EXERCISE, Exercise) and isinstance(ONE_D, Exercise)


def check(layer, seed=0):
    return judge(EXERCISE, Local(layer, name="BatchNorm"), seed=seed)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_of_the_25_bugs_is_refused(bug):
    result = check(bug)
    assert len(BUGS) == 25 and not result.passed and result.score < result.max, text(result)


@pytest.mark.parametrize("seed", range(3))
def test_at_least_23_of_the_25_are_named_by_the_first_diagnosis(seed):
    found = {bug: check(bug, seed).diagnosis for bug in BUGS}
    wrong = {bug.__name__: found[bug] for bug, name in BUGS.items() if found[bug] != name}
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("layer", RIGHT, ids=lambda layer: layer.__name__)
def test_a_right_layer_in_any_style_raises_no_alarm(layer, seed):
    result = check(layer, seed)
    assert result.passed, text(result)


def test_torchs_layer_loads_the_exercises_state_and_gives_its_own_back():
    rng = torch.Generator().manual_seed(0)
    mine, theirs = EXERCISE.right(3, eps=0.1), nn.BatchNorm2d(3, eps=0.1)
    for layer in mine, theirs:
        layer.load_state_dict({"weight": torch.randn(3, generator=rng)}, strict=False)
        for _ in range(3):
            layer(5 + torch.randn(4, 3, 2, 2, generator=rng))
    x = torch.randn(2, 3, 4, 4, generator=rng)
    for giver, taker in (mine, nn.BatchNorm2d(3, eps=0.1)), (theirs, EXERCISE.right(3, eps=0.1)):
        taker.load_state_dict(giver.state_dict())
        torch.testing.assert_close(taker.eval()(x), giver.eval()(x))


def test_the_numpy_layer_of_lesson_07_computes_what_torchs_does():
    rng = np.random.default_rng(0)
    mine, theirs = ONE_D.right(4, 0.3, 0.37), nn.BatchNorm1d(4, 0.3, 0.37).double()
    for step in range(6):
        if step == 4:
            mine.eval(), theirs.eval()
        x = rng.normal(3, 2, (5, 4))
        expected = theirs(torch.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(mine(x), expected, rtol=1e-10)
    for name, value in mine.state_dict().items():
        np.testing.assert_allclose(value, theirs.state_dict()[name].numpy(), rtol=1e-10)
