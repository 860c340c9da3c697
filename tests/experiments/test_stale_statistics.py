"""One training, several running averages: what evaluation makes of the same weights."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from coursekit.devices import generator
from coursekit.experiments import stale_statistics as experiment


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trained_by_torch(seed, momentum, steps):
    """The same training, written out, with PyTorch's own running average."""
    (x, y), source = experiment.images("train"), generator(1000 + seed)
    net = experiment.network(seed)
    for norm in experiment.norms(net):
        norm.momentum = momentum
    optimizer = torch.optim.SGD(net.parameters(), lr=experiment.LR, momentum=0.9)
    for _ in range(steps):
        rows = torch.randint(len(x), (experiment.BATCH,), generator=source).to(x.device)
        optimizer.zero_grad()
        F.cross_entropy(net(x[rows]), y[rows]).backward()
        optimizer.step()
    return net


@pytest.mark.parametrize("momentum", [0.9, 0.001])
def test_one_training_serves_every_momentum(momentum):
    moment = next(experiment.train(3, checkpoints=(6,)))
    theirs = trained_by_torch(3, momentum, 6)
    for mine, other in zip(moment.net.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=0, atol=0)
    for stored, norm in zip(moment.stored[momentum], experiment.norms(theirs), strict=True):
        torch.testing.assert_close(stored.mean, norm.running_mean)
        torch.testing.assert_close(stored.var, norm.running_var)


def test_forgetting_eval_is_measured_without_leaving_a_trace():
    net = experiment.network(0)
    before = [norm.running_mean.clone() for norm in experiment.norms(net)]
    experiment.accuracy(net, 16, "sorted by class")
    for mean, norm in zip(before, experiment.norms(net), strict=True):
        torch.testing.assert_close(mean, norm.running_mean, rtol=0, atol=0)


def test_a_batch_of_everything_does_not_care_about_the_order():
    net = experiment.network(0)
    shuffled, ordered = (experiment.accuracy(net, 500, order) for order in experiment.ORDERS)
    assert shuffled == pytest.approx(ordered, abs=0.005)


def test_batches_of_one_class_hold_one_class():
    x, y = experiment.images("train")
    for digit, batch in enumerate(experiment.batches_of_one_class()):
        assert len(batch) == experiment.BATCH
        rows = (x[:, None] == batch[None, :5]).flatten(2).all(2).any(1)
        assert set(y[rows].tolist()) == {digit}


def test_a_seed_decides_everything():
    options = {"checkpoints": (2, 3), "sizes": (250,)}
    first, second = (experiment.measure([5], **options) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    assert first.stored.shape == (1, 2, len(experiment.MOMENTA))
    assert first.forgotten.shape == (1, len(experiment.ORDERS), 1)


def test_the_lesson_s_story_holds_for_one_seed():
    found = experiment.measure([11], checkpoints=(60,), sizes=(16, 64))
    quick, _, _, slow = found.stored[0, 0]
    shuffled, ordered = found.forgotten[0, :, 0]
    assert found.batch[0, 0] > 0.93 and found.fresh[0, 0] > 0.93 and quick > 0.9
    assert slow < 0.75 and ordered < 0.4 < 0.9 < shuffled


def test_the_start_can_be_taken_out_of_an_average():
    moment = next(experiment.train(4, checkpoints=(5,), momenta=(0.1,)))
    batches = [next(experiment.train(4, checkpoints=(n,), momenta=(1.0,))) for n in range(1, 6)]
    weights = np.array([0.9**4, 0.9**3, 0.9**2, 0.9, 1.0])
    last = experiment.without_start(moment.stored[0.1], 0.1, 5)[-1]
    seen = torch.stack([b.stored[1.0][-1].var for b in batches])
    wanted = (torch.tensor(weights / weights.sum(), dtype=seen.dtype)[:, None] * seen.cpu()).sum(0)
    torch.testing.assert_close(last.var.cpu(), wanted)


def test_effects_are_what_evaluation_loses_in_points():
    momenta, sizes = len(experiment.MOMENTA), len(experiment.SIZES)
    stored = np.full((2, 3, momenta), 0.9)
    stored[:, 1, experiment.MOMENTA.index(0.01)] = 0.5
    forgotten = np.full((2, 2, sizes), 0.8)
    found = experiment.Finding(
        stored, stored, np.full((2, 3), 0.9), np.full((2, 3), 0.9), np.full(2, 0.7), forgotten
    )
    said = {name: value.round(6).tolist() for name, value in experiment.effects(found).items()}
    assert said["lost with momentum 0.01"] == [40, 40] and said["lost with momentum 0.1"] == [0, 0]
    assert said["won by fresh statistics over momentum 0.01"] == [40, 40]
    assert said["lost with test batches of one class"] == [10, 10]
    assert said["lost with statistics from batches of one class"] == [20, 20]
