"""Networks that read digits whose contrast and brightness have changed."""

import numpy as np
import pytest
import torch

from coursekit.data import digit_split
from coursekit.devices import generator
from coursekit.experiments import contrast_shift as experiment


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_arms_start_from_the_same_weights():
    nets = [experiment.network(experiment.ARMS[n], 3) for n in ("no norm", "batch norm")]
    first, second = ([m for m in net if isinstance(m, torch.nn.Conv2d)] for net in nets)
    for a, b in zip(first, second, strict=True):
        torch.testing.assert_close(a.weight, b.weight, rtol=0, atol=0)


@pytest.mark.parametrize("shift", ["contrast x 1/4", "brightness + 1", "each image its own"])
def test_an_instance_norm_in_front_does_not_see_contrast_and_brightness(shift):
    net = experiment.network(experiment.Arm("none", 0.1, input_norm=True), 0).eval()
    x = digit_split().test[:50]
    other = experiment.shifted(x, shift, generator(0))
    assert (other - x).abs().max() > 0.1
    with torch.no_grad():
        torch.testing.assert_close(net(other), net(x), rtol=1e-2, atol=5e-2)


@pytest.mark.parametrize("padding, sees_it", [("zeros", True), ("replicate", False)])
def test_zeros_beyond_the_edge_tell_instance_norm_the_brightness(padding, sees_it):
    net = experiment.network(experiment.Arm("instance", 0.1, padding=padding), 0).eval()
    x = digit_split().test[:50]
    with torch.no_grad():
        moved = (net(x + 1) - net(x)).abs().max()
    assert float(moved) > 0.5 if sees_it else float(moved) < 0.05


def test_each_image_gets_a_contrast_of_its_own():
    x = torch.rand(200, 1, 8, 8, generator=generator(1))
    y = experiment.varied(x, generator(2))
    ratio = torch.log(y.std((1, 2, 3)) / x.std((1, 2, 3)))
    assert float(ratio.std()) == pytest.approx(0.8, rel=0.2)


def test_a_seed_decides_everything():
    twice = [
        experiment.measure([5], steps=3, arms=("batch norm", "batch norm, varied contrast"))
        for _ in range(2)
    ]
    for arm, rows in twice[0].items():
        np.testing.assert_array_equal(rows, twice[1][arm])
        assert rows.shape == (1, len(experiment.SHIFTS))


def test_the_lesson_s_story_holds_for_one_seed():
    arms = ("batch norm", "batch norm, instance norm first")
    found = experiment.measure([11], arms=arms)
    shifts = list(experiment.SHIFTS)
    plain, repaired = (dict(zip(shifts, found[arm][0], strict=True)) for arm in arms)
    assert plain["as trained"] > 0.95 and plain["contrast x 1/4"] < 0.5
    assert min(repaired[s] for s in shifts[:-1]) > 0.94
    assert repaired["inverted"] < 0.3


def test_effects_compare_arms_on_the_shift_that_they_name():
    def arm(quarter, own):
        row = dict.fromkeys(experiment.SHIFTS, 1.0)
        row |= {"contrast x 1/4": quarter, "each image its own": own}
        return np.array([[*row.values()]] * 2)

    found = {
        "batch norm": arm(0.2, 0.5),
        "layer norm": arm(0.4, 0.6),
        "instance norm": arm(0.9, 0.8),
        "batch norm, instance norm first": arm(1.0, 0.9),
    }
    said = {name: value.round(6).tolist() for name, value in experiment.effects(found).items()}
    assert said["batch norm: lost to contrast x 1/4"] == [80, 80]
    assert said["own contrast, instance - batch norm"] == [30, 30]
    assert said["own contrast, instance norm first - batch norm"] == [40, 40]
