"""Networks of many replicas: their initial weights, and the norms inside them."""

import numpy as np
import pytest
import torch

from coursekit import layers
from coursekit.devices import generator
from coursekit.errors import ArgumentError
from coursekit.training import Problem, mlp, normal
from coursekit.training.network import INITS, NORMS, Linear


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    return Problem(rng.standard_normal((40, 6)), np.arange(40) % 3, np.ones((4, 6)), np.zeros(4))


def first_weights(net):
    return [m.weight for m in net if isinstance(m, Linear)]


def test_a_seed_means_the_same_weights_whoever_is_trained_beside_it(problem):
    together, alone = mlp([7, 8, 7], problem, width=5), mlp([8], problem, width=5)
    for many, one in zip(first_weights(together), first_weights(alone), strict=True):
        torch.testing.assert_close(many[1:2], one, rtol=0, atol=0)
        torch.testing.assert_close(many[0], many[2], rtol=0, atol=0)
        assert (many[0] != many[1]).any()


def test_depth_counts_hidden_layers(problem):
    shapes = [tuple(w.shape) for w in first_weights(mlp([1], problem, depth=2, width=5))]
    assert shapes == [(1, 6, 5), (1, 5, 5), (1, 5, 3)]


@pytest.mark.parametrize("name, std", [("torch", 3**-0.5), ("lecun", 1), ("he", 2**0.5)])
def test_named_inits_have_the_std_they_promise_over_root_fan_in(name, std):
    weight, bias = INITS[name](generator(0), 400, 300)
    assert float(weight.std()) == pytest.approx(std / 20, rel=0.01)
    assert abs(float(weight.mean())) < 3e-3 and weight.shape == (400, 300)
    assert (bias == 0).all() == (name != "torch") and bias.shape == (300,)


def test_the_torch_init_is_what_nn_linear_draws():
    ours, bias = INITS["torch"](generator(0), 100, 2000)
    theirs = torch.nn.Linear(100, 2000).requires_grad_(False)
    for mine, other in ((ours, theirs.weight), (bias, theirs.bias)):
        assert float(mine.abs().max()) == pytest.approx(float(other.abs().max()), rel=0.01)
        assert float(mine.std()) == pytest.approx(float(other.std()), rel=0.05)


def test_each_replica_may_have_its_own_init(problem):
    net = mlp([3, 3], problem, init=[normal(0.1), normal(0.2)])
    for weight in first_weights(net):
        torch.testing.assert_close(2 * weight[0], weight[1])


@pytest.mark.parametrize("name, layer", [("batch", layers.BatchNorm), ("layer", layers.LayerNorm)])
def test_a_norm_treats_each_replica_as_the_course_s_own_layer_would(name, layer):
    x = torch.randn(3, 8, 5, generator=generator(0), dtype=torch.float64) * 4 + 2
    many = NORMS[name](3, 5).double()
    ones = [layer(5).double() for _ in range(3)]
    for step in range(3):
        expected = torch.stack([one(x[r] + step) for r, one in enumerate(ones)])
        torch.testing.assert_close(many(x + step), expected, rtol=1e-9, atol=1e-9)
    many.eval()
    expected = torch.stack([one.eval()(x[r]) for r, one in enumerate(ones)])
    torch.testing.assert_close(many(x), expected, rtol=1e-9, atol=1e-9)


def test_a_norm_and_an_activation_may_be_made_by_the_caller(problem):
    net = mlp([1], problem, depth=1, act=torch.nn.ELU, norm=lambda R, D: torch.nn.Dropout(0.5))
    assert [type(m).__name__ for m in net] == ["Linear", "Dropout", "ELU", "Linear"]


@pytest.mark.parametrize("option", ["act", "norm", "init"])
def test_an_unknown_name_is_answered_with_the_names_there_are(problem, option):
    with pytest.raises(ArgumentError, match=f"{option} is 'swish'; choose one of "):
        mlp([1], problem, **{option: "swish"})


def test_a_list_of_inits_needs_one_for_each_replica(problem):
    with pytest.raises(ArgumentError, match="one for each of 3 replicas; got 2"):
        mlp([1, 2, 3], problem, init=[normal(1), normal(2)])
