"""Networks trained with batch norm's statistics taken for constants on the way back."""

import numpy as np
import pytest
import torch

from coursekit.experiments import detached_statistics as experiment


@pytest.fixture
def batch():
    found = experiment.digits()
    return found.train[None, :16], found.train_labels[None, :16]


def by_autograd(params, x, labels, arm):
    """The same network in torch, statistics detached as the arm says."""
    t = {k: torch.tensor(p[0], requires_grad=True) for k, p in params.items()}
    h = torch.tensor(x[0])
    for k in range(sum(key.startswith("gamma") for key in params)):
        u = h @ t[f"W{k}"] + t[f"b{k}"]
        if arm.norm:
            mean = u.mean(0)
            var = ((u - mean) ** 2).mean(0)
            if not arm.var_path:
                var = var.detach()
            mean = mean if arm.mean_path else mean.detach()
            u = (u - mean) / torch.sqrt(var + experiment.EPS)
        h = torch.relu(t[f"gamma{k}"] * u + t[f"beta{k}"])
    logits = h @ t[f"W{k + 1}"] + t[f"b{k + 1}"]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels[0]))
    loss.backward()
    return loss.item(), {k: v.grad.numpy() for k, v in t.items() if v.grad is not None}


@pytest.mark.parametrize("name", experiment.ARMS)
def test_each_arm_is_what_detaching_its_statistics_gives(name, batch):
    arm, params = experiment.ARMS[name], experiment.start([1], depth=2, width=8)
    seen = experiment.one_pass(
        params, *batch, norm=arm.norm, mean_path=arm.mean_path, var_path=arm.var_path
    )
    loss, gradients = by_autograd(params, *batch, arm)
    assert seen.loss[0] == pytest.approx(loss)
    assert gradients.keys() == seen.gradients.keys() == params.keys()
    for key, gradient in gradients.items():
        np.testing.assert_allclose(seen.gradients[key][0], gradient, atol=1e-10, err_msg=key)


def test_replicas_never_meet():
    together, apart = experiment.start([3, 4]), experiment.start([4])
    both, _ = experiment.train(together, [3, 4], [0.1, 0.3], steps=3)
    alone, _ = experiment.train(apart, [4], [0.3], steps=3)
    for key, p in alone.items():
        np.testing.assert_allclose(both[key][1], p[0], atol=1e-12, err_msg=key)


def test_a_seed_decides_everything_and_seeds_differ():
    twice = [experiment.measure([5, 6], rates=(0.1,), steps=2) for _ in range(2)]
    for arm, history in twice[0].items():
        np.testing.assert_array_equal(history.loss, twice[1][arm].loss)
        assert history.loss.shape == (3, 1, 2)
        assert history.loss[0, 0, 0] != history.loss[0, 0, 1]


def test_arms_come_in_their_order_and_may_be_chosen():
    assert list(experiment.measure([0], rates=(0.1,), steps=1)) == list(experiment.ARMS)
    chosen = experiment.measure([0], rates=(0.1,), steps=1, arms=("no norm",))
    assert list(chosen) == ["no norm"]


def test_no_image_is_both_trained_and_tested_on():
    found = experiment.digits()
    assert (len(found.train), len(found.test)) == (1297, 500)
    assert len(np.unique(np.concatenate([found.train, found.test]), axis=0)) == 1797


@pytest.mark.parametrize("direction, share", [("ones", 1), ("x_hat", 1), ("other", 0)])
def test_what_is_removed_lies_along_one_and_x_hat(direction, share):
    x_hat = np.array([-3.0, -1.0, 1.0, 3.0]) / np.sqrt(5)
    g = {"ones": np.ones(4), "x_hat": x_hat, "other": np.array([1.0, -1.0, -1.0, 1.0])}[direction]
    seen = experiment.Pass(None, {}, [x_hat[None, :, None]], [g[None, :, None]])
    assert experiment.removed(seen)[0, 0] == pytest.approx(share)


def test_the_lesson_s_story_holds():
    found = experiment.measure(range(3), rates=(0.1,), steps=100)
    loss = {arm: h.loss[-20:].mean() for arm, h in found.items()}
    assert loss["both constant"] > 1.5 * loss["both paths"]
    assert loss["both constant"] < 0.6 * found["both constant"].loss[0].mean()  # it does fall
    grown = {arm: (h.bias[-1] / h.bias[0]).mean() for arm, h in found.items()}
    assert grown["mean constant"] > 1.5
    for arm in ("both paths", "variance constant"):
        assert grown[arm] == pytest.approx(1, abs=1e-3)
