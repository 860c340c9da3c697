"""Replicas trained side by side come out as if each had been trained alone."""

from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from devices import device_fixture

from coursekit.errors import ArgumentError
from coursekit.training import Problem, Trainer, digits, mlp, sweep, train
from coursekit.training.network import Linear
from coursekit.training.run import batches

device = device_fixture()
STEPS, EVERY = 40, 8
OWN = {
    "none": lambda D: torch.nn.Identity(),
    "batch": torch.nn.BatchNorm1d,
    "layer": torch.nn.LayerNorm,
}


@pytest.fixture(scope="module")
def problem():
    """Three classes in six dimensions, in float64."""
    rng = np.random.default_rng(0)
    y, y_test = rng.integers(3, size=(2, 90))
    centres = rng.standard_normal((3, 6))
    x, x_test = (centres[k] + 0.5 * rng.standard_normal((90, 6)) for k in (y, y_test))
    return Problem(x, y, x_test, y_test)


def plain_torch(problem, seed, lr, *, norm, act):
    """One seed as one would write it without this package: torch's modules and torch's SGD."""
    drawn = [m for m in mlp([seed], problem, depth=3, width=8) if isinstance(m, Linear)]
    layers = []
    for linear in drawn:
        layer = torch.nn.Linear(*linear.weight.shape[1:])
        layer.weight.data, layer.bias.data = linear.weight[0].T.clone(), linear.bias[0, 0].clone()
        layers += [layer, OWN[norm](layer.out_features), act()]
    net = torch.nn.Sequential(*layers[:-2]).double()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    x, y, x_test, y_test = map(torch.tensor, problem)
    losses, scores = [], []
    for rows in islice(batches(seed, 90, 16), STEPS):
        loss = torch.nn.functional.cross_entropy(net.train()(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if len(losses) % EVERY == 0:
            scores.append((net.eval()(x_test).argmax(1) == y_test).double().mean().item())
    return losses, scores


@pytest.mark.parametrize("norm", OWN)
@pytest.mark.parametrize("act", [torch.nn.ReLU, torch.nn.Tanh])
def test_side_by_side_is_one_by_one(problem, norm, act):
    seeds, lrs = [3, 4, 5, 3], [0.05, 0.05, 0.2, 0.01]
    build = partial(mlp, depth=3, width=8, norm=norm, act=act)
    run = train(build, problem, seeds=seeds, lr=lrs, steps=STEPS, every=EVERY, batch=16)
    assert run.loss.shape == (4, STEPS) and run.at.tolist() == [8, 16, 24, 32, 40]
    for r, (seed, lr) in enumerate(zip(seeds, lrs, strict=True)):
        losses, scores = plain_torch(problem, seed, lr, norm=norm, act=act)
        np.testing.assert_allclose(run.loss[r], losses, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(run.accuracy[r], scores)
    assert (run.loss[:, -1] < run.loss[:, 0]).all()  # and they have learned something


@pytest.mark.parametrize("norm", ["none", "layer"])
def test_a_replica_that_diverges_touches_no_other(problem, norm):
    build = partial(mlp, depth=3, width=8, norm=norm)
    options = {"steps": STEPS, "every": 4, "batch": 16}
    alone = train(build, problem, seeds=[1, 2], lr=0.05, **options)
    beside = train(build, problem, seeds=[1, 9, 2], lr=[0.05, 1e200, 0.05], **options)
    np.testing.assert_array_equal(beside.loss[[0, 2]], alone.loss)
    np.testing.assert_array_equal(beside.accuracy[[0, 2]], alone.accuracy)
    assert beside.diverged.tolist()[::2] == [-1, -1] == alone.diverged.tolist()


def test_divergence_is_recorded_at_the_step_that_saw_it(problem):
    run = train(partial(mlp, width=8), problem, seeds=[1, 2], lr=[0.05, 1e200], steps=6, every=1)
    step = run.diverged[1]
    assert 1 <= step < 6 and np.isfinite(run.loss[1, :step]).all()
    assert np.isnan(run.loss[1, step:]).all() and np.isnan(run.accuracy[1, step:]).all()


def test_a_network_ruined_by_its_very_last_step_counts_as_diverged(problem):
    run = train(partial(mlp, width=8), problem, seeds=[1], lr=1e200, steps=1)
    assert np.isfinite(run.loss).all() and np.isnan(run.accuracy).all()
    assert run.diverged.tolist() == [1]


def test_a_sweep_is_every_seed_at_every_rate(problem):
    build, options = partial(mlp, width=8), {"steps": 9, "every": 3, "batch": 16}
    run = sweep(build, problem, seeds=[1, 2, 3], lrs=[0.1, 0.01], **options)
    assert run.loss.shape == (2, 3, 9) and run.accuracy.shape == (2, 3, 3)
    one = train(build, problem, seeds=[2], lr=0.01, **options)
    np.testing.assert_allclose(run.loss[1, 1], one.loss[0], rtol=1e-12)
    assert run.diverged.shape == (2, 3)


def test_the_last_step_is_measured_also_where_it_is_no_multiple(problem):
    run = train(partial(mlp, width=8), problem, seeds=[1], lr=0.1, steps=7, every=3)
    assert run.at.tolist() == [3, 6, 7]


def test_an_epoch_shows_every_row_once_in_an_order_of_the_seed():
    first, second = (list(islice(batches(seed, 23, 5), 8)) for seed in (1, 2))
    epochs = [torch.cat(first[:4]), torch.cat(first[4:])]
    assert [len(set(e.tolist())) for e in epochs] == [20, 20]  # 3 rows wait for the next epoch
    assert epochs[0].tolist() != epochs[1].tolist() != torch.cat(second[4:]).tolist()
    torch.testing.assert_close(torch.stack(first), torch.stack(list(islice(batches(1, 23, 5), 8))))


def test_a_batch_larger_than_the_data_is_refused(problem):
    with pytest.raises(ArgumentError, match="a batch of 91 needs as many rows; there are 90"):
        train(mlp, problem, seeds=[1], lr=0.1, steps=1, batch=91)


def test_a_list_of_rates_needs_one_for_each_seed(problem):
    with pytest.raises(ArgumentError, match="one for each of 3 seeds; got 2"):
        train(mlp, problem, seeds=[1, 2, 3], lr=[0.1, 0.2], steps=1)


@pytest.mark.parametrize("norm", OWN)
def test_every_device_gives_the_cpu_s_numbers(device, monkeypatch, problem, norm):
    build, options = partial(mlp, depth=1, width=5, norm=norm), {"steps": 4, "every": 2}
    monkeypatch.setenv("COURSEKIT_DEVICE", "cpu")
    with torch.utils._python_dispatch._disable_current_modes():
        here = train(build, problem, seeds=[1, 2], lr=0.1, **options)
    monkeypatch.setenv("COURSEKIT_DEVICE", str(device))
    there = train(build, problem, seeds=[1, 2], lr=0.1, **options)
    assert next(there.net.parameters()).device.type == device.type
    np.testing.assert_allclose(there.loss, here.loss, rtol=1e-9)
    np.testing.assert_allclose(there.accuracy, here.accuracy)


def test_a_trainer_can_be_stepped_by_hand(problem):
    net = mlp([1, 2], problem, width=8)
    trainer = Trainer(net, problem, seeds=[1, 2], lr=0.1)
    losses = torch.stack([trainer.step() for _ in range(5)], dim=1)
    run = train(partial(mlp, width=8), problem, seeds=[1, 2], lr=0.1, steps=5)
    np.testing.assert_array_equal(losses.cpu().numpy(), run.loss)


def test_digits_are_learned_and_no_image_is_both_trained_and_tested_on():
    found = digits()
    assert (found.x.shape, found.x_test.shape) == ((1297, 64), (500, 64))
    assert len(np.unique(np.vstack([found.x, found.x_test]), axis=0)) == 1797
    assert abs(found.x.mean()) < 1e-4 and found.x.std() == pytest.approx(1, abs=1e-4)
    counts = np.bincount(found.y_test)
    assert counts.min() >= 48 and counts.max() <= 52
    run = train(mlp, found, seeds=range(3), lr=0.03, steps=80)
    assert (run.accuracy > 0.9).all()
