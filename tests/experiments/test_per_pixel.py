"""Batch norm with a mean for each pixel: what the arms share, and where they part."""

import numpy as np
import pytest
import torch

from coursekit.experiments import per_pixel as experiment

CHANNEL, PIXEL = (experiment.ARMS[i] for i in (3, 4))  # batches of 4


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_per_pixel_is_the_mistake_it_says_it_is():
    x = torch.randn(6, 3, 4, 5) * 3 + 1
    y = experiment.PerPixel(3, 4, 5)(x)
    wanted = (x - x.mean(0)) / (x.var(0, correction=0) + 1e-5).sqrt()
    torch.testing.assert_close(y, wanted, rtol=1e-4, atol=1e-5)


def test_the_arms_start_from_the_same_weights():
    nets = [experiment.network(norm, 3) for norm in experiment.NORMS]
    weights = [[p for p in net.parameters() if p.ndim > 1] for net in nets]
    for other in weights[1:]:
        for a, b in zip(weights[0], other, strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_a_moved_image_is_moved_by_one_pixel():
    x = torch.rand(2, 1, 3, 4)
    right, left = experiment.moved(x, 1), experiment.moved(x, -1)
    assert right.shape == left.shape == x.shape
    torch.testing.assert_close(right[..., 1:], x[..., :-1])
    torch.testing.assert_close(left[..., :-1], x[..., 1:])
    assert not right[..., 0].any() and not left[..., -1].any()


def test_a_seed_decides_everything():
    steps = {32: 2, 4: 2}
    first, second = (experiment.measure([5], steps=steps) for _ in range(2))
    assert list(first) == list(experiment.ARMS)
    for arm, rows in first.items():
        np.testing.assert_array_equal(rows, second[arm])
        assert rows.shape == (1, len(experiment.TESTS))


def test_the_lesson_s_story_holds_for_one_seed():
    found = experiment.measure([11], arms=(CHANNEL, PIXEL))
    gap = found[CHANNEL][0] - found[PIXEL][0]
    assert found[CHANNEL][0, 0] > 0.9 and (gap > 0.02).all()
