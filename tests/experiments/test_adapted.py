"""Statistics of new images."""

import pytest
import torch

from coursekit.experiments import adapted as experiment
from coursekit.training import digits, mlp


def test_a_line_moves_pixels_as_it_says_and_black_and_white_are_where_they_were():
    x = torch.tensor([[-1.0, 3.0, 1.0]])
    for line, wanted in (((0.5, 0.0), [-1, 1, 0]), ((1.0, 0.5), [1, 5, 3])):
        assert experiment.shifted(x, line, 3.0, None).tolist() == [wanted]
    assert experiment.shifted(x, (1.0, 0.0), 3.0, None).tolist() == x.tolist()


def test_adapting_stores_the_statistics_of_those_images_and_nothing_else():
    net = mlp([1, 2], digits(), depth=1, width=8, norm="batch")
    before = experiment.statistics(net)
    x = torch.tensor(digits().x[:20])
    with torch.no_grad():
        experiment.adapt(net, x)
        (norm,) = (m for m in net.modules() if isinstance(m, experiment.BatchNorm))
        hidden = x @ net[0].weight[1] + net[0].bias[1]
        torch.testing.assert_close(norm.running_mean[1, 0], hidden.mean(0))
        torch.testing.assert_close(norm.running_var[1, 0], hidden.var(0))
        assert norm.momentum == 0.1 and not net.training
        experiment.restore(net, before)
    assert all(torch.equal(a, b) for a, b in zip(before, net.buffers(), strict=True))


def test_what_all_images_share_is_taken_out_and_what_each_has_is_not():
    found = experiment.measure([1, 2], steps=60)
    plain, *shifts = (found[s]["adapted"] for s in ("as trained", "low contrast"))
    assert shifts[0] == pytest.approx(plain, abs=1.0)
    effects = experiment.effects(found)
    assert (effects["low contrast: adapted - as stored"] > 10).all()
    assert (effects["as trained: lost by adapting to threes"] > 10).all()
    assert (effects["own contrast each: adapted - as stored"] < 10).all()
