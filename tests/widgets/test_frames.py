"""What the explorables say is true: their frames against NumPy, torch and the course's layers."""

import numpy as np
import pytest
import torch
from widgets.states import some_states

from coursekit import norms
from coursekit.widgets import EXPLORABLES
from coursekit.widgets.axes_cube import SHAPE
from coursekit.widgets.batch_sandbox import features
from coursekit.widgets.graph import EPS, GAMMA, forward
from coursekit.widgets.signal_depth import GAINS, LAYERS, measure


def tried(name):
    explorable = EXPLORABLES[name]
    return [(state, explorable.frame(state)) for state in some_states(explorable)]


def said(name, **change):
    explorable = EXPLORABLES[name]
    return explorable.frame(explorable.first | change)["words"]


def test_dot_plot_agrees_with_torch():
    for state, frame in tried("dot_plot"):
        x = torch.tensor(state["points"][: state["n"]], dtype=torch.float64)
        assert frame["mean"] == pytest.approx(x.mean().item())
        assert frame["by_n"] == pytest.approx(x.std(correction=0).item())
        assert frame["by_less"] == pytest.approx(x.std(correction=1).item())


def test_two_values_lie_where_the_bar_by_n_ends():
    frame = EXPLORABLES["dot_plot"].frame({"n": 2, "points": [14, 32]})
    assert (frame["mean"] - frame["by_n"], frame["mean"] + frame["by_n"]) == (14, 32)


def test_cancellation_is_what_float32_does():
    for _, frame in tried("cancellation"):
        one = np.float32(frame["square_mean"]) - np.float32(frame["mean_square"])
        assert frame["one"] == one
        assert frame["gap"] == np.spacing(np.float32(frame["square_mean"]))
        assert frame["two"] == pytest.approx(frame["truth"], rel=0.02)
        assert frame["one"] % (frame["gap"] / 2) == 0, "one pass answers in steps"


def test_the_farther_from_zero_the_worse_is_one_pass():
    frames = [EXPLORABLES["cancellation"].frame({"power": p}) for p in (0, 3, 4)]
    errors = [abs(frame["one"] - frame["truth"]) for frame in frames]
    assert errors[0] < 1e-5 < 0.01 < errors[1] < 0.1 < 1 < errors[2]


def test_the_sandbox_agrees_with_torch():
    for state, frame in tried("batch_sandbox"):
        x = torch.tensor(features(state["ordinary"], state["constant"]))
        eps = 10.0 ** state["log10_eps"]
        if state["norm"] == "batch":
            y = torch.nn.functional.batch_norm(x, None, None, training=True, eps=eps)
        else:
            y = torch.nn.functional.layer_norm(x, (4,), eps=eps)
        column = 0 if state["feature"] == "ordinary" else 3
        np.testing.assert_allclose(frame["y"], y[:, column], atol=1e-9)


def test_in_the_sandbox_everyone_moves_under_batch_norm_and_nobody_else_under_layer_norm():
    moved = {"ordinary": [0.5, 4.0, -3.0, 1.5, -6.0, 20.0]}
    assert "6 of 6 outputs moved" in said("batch_sandbox", **moved)
    assert "1 of 6 outputs moved" in said("batch_sandbox", **moved, norm="layer")
    for state, frame in tried("batch_sandbox"):
        if state["norm"] == "batch":
            assert np.abs(frame["y"]).max() <= 5**0.5


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_cells_with_one_letter_are_normalized_together(groups):
    x = np.random.default_rng(0).normal(3, 2, SHAPE)
    one, zero = np.ones(SHAPE[1]), np.zeros(SHAPE[1])
    layers = {
        "batch": norms.batch_norm(x, one, zero, 0.0)[0],
        "layer": norms.layer_norm(x, np.ones(SHAPE[1:]), np.zeros(SHAPE[1:]), 0.0)[0],
        "instance": norms.instance_norm(x, one, zero, 0.0)[0],
        "group": norms.group_norm(x, one, zero, groups, 0.0)[0],
    }
    for method, expected in layers.items():
        state = EXPLORABLES["axes_cube"].first | {"method": method, "groups": str(groups)}
        frame = EXPLORABLES["axes_cube"].frame(state)
        ids, y = np.array(frame["ids"]).reshape(SHAPE), np.empty(SHAPE)
        for k in range(frame["count"]):
            mine = x[ids == k]
            assert mine.size == frame["size"]
            y[ids == k] = (mine - mine.mean()) / mine.std()
        np.testing.assert_allclose(y, expected, rtol=1e-9)


def test_the_strip_is_the_order_of_memory():
    x = torch.arange(72).reshape(SHAPE)
    cube = EXPLORABLES["axes_cube"]
    last = x.contiguous(memory_format=torch.channels_last).permute(0, 2, 3, 1).reshape(-1)
    assert cube.frame(cube.first | {"layout": "NHWC"})["order"] == last.tolist()
    assert cube.frame(cube.first)["order"] == list(range(72))


def test_the_gradient_on_the_circle_is_that_of_the_layer():
    for state, frame in tried("gradient_circle"):
        x_hat = torch.tensor(frame["x_hat"], dtype=torch.float64)
        assert x_hat.sum().item() == pytest.approx(0, abs=1e-9)
        assert x_hat.norm().item() == pytest.approx(3**0.5)
        x = (7 + state["sigma"] * x_hat).requires_grad_()
        y = torch.nn.functional.batch_norm(x[:, None], None, None, training=True, eps=1e-12)
        y.backward(torch.tensor(frame["dy"], dtype=torch.float64)[:, None])
        np.testing.assert_allclose(frame["dx"], x.grad, atol=1e-6)


def test_the_graph_agrees_with_autograd_whole_and_cut():
    for state, frame in tried("graph"):
        x = torch.tensor([1.0, 2.0, state["last"]], dtype=torch.float64, requires_grad=True)
        mu = x.mean()
        centered = x - (mu.detach() if state["cut"] in ("mean", "both") else mu)
        inv_std = 1 / (centered.square().mean() + EPS).sqrt()
        x_hat = centered * (inv_std.detach() if state["cut"] in ("var", "both") else inv_std)
        (GAMMA * x_hat).backward(torch.tensor(frame["grad"]["y"], dtype=torch.float64))
        np.testing.assert_allclose(frame["grad"]["x"], x.grad, atol=1e-12)
        expected = forward(x.detach().numpy())
        assert frame["value"] == {k: v.tolist() for k, v in expected.items()}


def test_a_sum_loss_teaches_nothing():
    assert "gradient is 0.00, 0.00, 0.00" in said("graph", upstream="sum")


def test_the_running_mean_is_that_of_torch():
    for state, frame in tried("ema_playground"):
        momentum = None if state["rule"] == "average" else frame["momentum"]
        layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
        for value in frame["batch"]:
            layer(torch.tensor([[value], [value]], dtype=torch.float64))
        assert frame["running"][-1] == pytest.approx(layer.running_mean.item())


def test_descent_diverges_exactly_past_the_limit():
    for state, frame in tried("descent"):
        w = np.array(state["start"])
        for point, loss in zip(frame["path"], frame["loss"], strict=True):
            np.testing.assert_allclose(point, w, rtol=1e-8, atol=1e-12)
            assert loss == pytest.approx((frame["hessian"] * w**2).sum() / 2, rel=1e-7)
            w = w - 10.0 ** state["log10_rate"] * np.array(frame["hessian"]) * w
        diverges = 10.0 ** state["log10_rate"] > frame["limit"]
        assert ("diverges" in frame["words"]) == diverges
        if state["start"][1]:
            assert (frame["loss"][-1] > frame["loss"][-2]) == diverges


def test_a_signal_keeps_its_size_at_the_gain_theory_names():
    size, shape = measure()
    for gain in (0, 3, 8):
        last, first = size["relu none"][gain][-1], size["relu none"][gain][0]
        factor = 10 ** ((last - first) / (LAYERS - 1))
        assert factor == pytest.approx(GAINS[gain] / 2**0.5, rel=0.05)
    norm = np.array(size["relu batch"])
    assert np.abs(norm - norm[0]).max() < 0.02, "with batch norm the gain does not matter"
    assert np.abs(np.array(shape["tanh none"]).sum(-1) - 100).max() <= 3
