"""Initial weights, ten layers deep."""

from functools import partial

import numpy as np
import pytest
import torch

from coursekit.exercises.signals_through_depth.dead_fraction import dead_fraction
from coursekit.exercises.signals_through_depth.forward_stats import forward_stats
from coursekit.exercises.signals_through_depth.init_std import init_std
from coursekit.exercises.signals_through_depth.lsuv_scale import lsuv_scale
from coursekit.experiments import initialization as experiment
from coursekit.training import Problem, digits, mlp
from coursekit.training.network import Linear


@pytest.fixture(scope="module")
def problem():
    return digits()


def weights(net, replica=0):
    return [m.weight[replica].detach().numpy() for m in net if isinstance(m, Linear)]


@pytest.mark.parametrize("init, act", [("he", "relu"), ("lecun", "tanh")])
def test_the_arms_draw_what_the_exercise_asks_for(problem, init, act):
    drawn = np.concatenate([w.ravel() for w in weights(mlp(range(9), problem, init=init))[:3]])
    assert drawn.std() == pytest.approx(init_std.right(64, act), rel=0.02)


def test_activations_are_those_of_the_exercise(problem):
    net = mlp([3, 4], problem, depth=4, width=20)
    seen = experiment.activations(net, problem, rows=50)
    assert [h.shape for h in seen] == [(2, 50, 20)] * 4 + [(2, 50, 10)]
    expected = forward_stats.right(weights(net, 1)[:4], problem.x[:50], lambda z: np.maximum(z, 0))
    np.testing.assert_allclose([(h[1].mean(), h[1].std()) for h in seen[:4]], expected, rtol=1e-4)


def test_lsuv_is_the_exercise_layer_by_layer(problem):
    ours = weights(experiment.lsuv([7], problem, depth=3, width=16, act="tanh"))
    h = problem.x[: experiment.ROWS]
    for W, raw in zip(ours, weights(mlp([7], problem, depth=3, width=16)), strict=True):
        np.testing.assert_allclose(W, lsuv_scale.right(raw, h), rtol=1e-3, atol=1e-6)
        h = np.tanh(h @ W)


def test_gradients_are_those_of_each_replica_s_own_loss(problem):
    net = mlp([1, 2], problem, depth=2, width=8)
    sizes = experiment.gradient_sizes(net, problem, rows=30)
    x, y = torch.tensor(problem.x[:30]), torch.tensor(problem.y[:30])
    for r in range(2):
        torch.nn.functional.cross_entropy(net(x.expand(2, -1, -1))[r], y).backward()
        found = [m.weight.grad[r].norm() for m in net if isinstance(m, Linear)]
        np.testing.assert_allclose(sizes[r], found, rtol=1e-4)


def test_a_rate_is_chosen_by_training_loss_and_never_one_that_diverges(problem):
    build = partial(mlp, depth=2, width=16)
    few = Problem(problem.x, problem.y, problem.x_test, (problem.y_test + 1) % 10)  # wrong on test
    options = {"steps": 30, "rates": (1e-4, 0.03, 1e30), "seeds": (1, 2)}
    chosen, misled = (experiment.tuned(build, p, **options) for p in (problem, few))
    assert chosen.rate == misled.rate == 0.03 and np.isinf(chosen.loss[2])
    np.testing.assert_array_equal(chosen.loss, misled.loss)


def test_the_steps_to_a_target_are_the_first_that_reach_it():
    accuracy = np.array([[0.1, 0.95, 0.8], [0.1, 0.2, 0.3], [0.9, np.nan, np.nan]])
    assert experiment.steps_to(accuracy, np.array([10, 20, 30]), 0.9).tolist() == [20, np.inf, 10]


def test_the_lesson_s_verdicts_hold_for_one_seed(problem):
    start = partial(experiment.at_the_start, problem=problem, seeds=[0, 1])
    default, he = start("PyTorch's default"), start("He")
    spread = [experiment.activations(net, problem)[-1].std(1).mean() for net in (default, he)]
    assert spread[0] < 1e-3 < 0.1 < spread[1]
    dead = [dead_fraction.right(experiment.activations(n, problem)[9][0], 0) for n in (default, he)]
    assert dead[0] > 0.35 > dead[1]
    sigmoid = experiment.gradient_sizes(start("1/√n", act="sigmoid"), problem)
    assert (np.log10(sigmoid[:, 9] / sigmoid[:, 0]) > 4.5).all()
    found = experiment.compare(["PyTorch's default", "He"], problem, seeds=[0, 1], steps=100)
    last = {arm: run.accuracy[:, -1] for arm, (_, run) in found.items()}
    assert (last["PyTorch's default"] < 0.2).all() and (last["He"] > 0.8).all()
