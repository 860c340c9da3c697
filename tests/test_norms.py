"""The NumPy reference against the catalog's oracles, complex steps, and the facts of the field."""

import numpy as np
import pytest
import torch
from norm_inputs import ROWS, SHAPE, draw, shapes, tensors

from coursekit import norms
from coursekit.errors import ArgumentError, ShapeError
from coursekit.norms import branches, checks, core, local
from coursekit.norms.core import widen

CASES = [
    pytest.param(norm, shape, id=f"{norm.name}-{len(shape)}d")
    for norm in ROWS
    for shape in shapes(norm)
]


def forward_and_backward(norm, args, seed=1):
    y, cache = norm.forward(*args.values(), **norm.example)
    dy = np.random.default_rng(seed).standard_normal(y.shape)
    grads = norm.backward(dy, cache)
    return y, dy, grads if isinstance(grads, tuple) else (grads,)


@pytest.mark.parametrize("norm, shape", CASES)
def test_forward_and_every_gradient_match_the_oracle(norm, shape):
    args = draw(norm, shape)
    y, dy, grads = forward_and_backward(norm, args)
    leaves = tensors(args, requires_grad=True)
    expected = norm.oracle(*leaves.values(), **norm.example)
    expected.backward(tensors({"dy": dy})["dy"])
    np.testing.assert_allclose(y, expected.detach(), rtol=1e-9, atol=1e-12)
    for ours, (name, leaf) in zip(grads, leaves.items(), strict=False):
        np.testing.assert_allclose(ours, leaf.grad, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize(
    "norm", [n for n in ROWS if n.name != "batch_renorm"], ids=lambda n: n.name
)
def test_every_gradient_matches_a_complex_step(norm, monkeypatch):
    """Im f(x + ih) / h has no cancellation, so h can be 1e-30 and the slope exact.

    Not batch renorm: its r and d are constants to the gradient, but not to a step. A norm of
    complex numbers is refused, so the refusal is taken out: the formulas themselves are analytic.
    """
    for module in (branches, checks, local):
        monkeypatch.setattr(module, "check_real", lambda a, name="": None)
    monkeypatch.setattr(core, "check_floating", lambda x, name="": None)
    args = draw(norm)
    options = dict(norm.example) | ({"steps": 0} if norm.name == "spectral" else {})
    y, cache = norm.forward(*args.values(), **options)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    grads = norm.backward(dy, cache)
    rng = np.random.default_rng(2)
    for name, grad in zip(args, grads if isinstance(grads, tuple) else (grads,), strict=False):
        direction = rng.standard_normal(args[name].shape)
        stepped = args | {name: args[name] + 1e-30j * direction}
        slope = norm.forward(*stepped.values(), **options)[0].imag / 1e-30
        np.testing.assert_allclose((grad * direction).sum(), (slope * dy).sum(), rtol=1e-9)


def test_a_backward_gives_one_gradient_per_differentiable_argument():
    constants = {"labels", "running_mean", "running_var", "u"}
    for norm in ROWS:
        learned = [a for a in norm.arguments if a not in constants]
        learned = learned[:1] if norm.name in ("spectral", "frozen_batch") else learned
        args = draw(norm)
        _, _, grads = forward_and_backward(norm, args)
        assert [g.shape for g in grads] == [args[a].shape for a in learned], norm.name


@pytest.mark.parametrize("norm", ROWS, ids=lambda n: n.name)
def test_no_pass_writes_into_its_arguments(norm):
    args = draw(norm)
    before = {name: a.copy() for name, a in args.items()}
    for a in args.values():
        a.setflags(write=False)
    forward_and_backward(norm, args)
    assert all(np.array_equal(a, before[name]) for name, a in args.items())


@pytest.mark.parametrize("norm", ROWS, ids=lambda n: n.name)
def test_strides_do_not_matter(norm):
    args = draw(norm)
    strided = {name: np.asfortranarray(a) for name, a in args.items()}
    y, _, grads = forward_and_backward(norm, args)
    y_strided, _, grads_strided = forward_and_backward(norm, strided)
    np.testing.assert_allclose(y_strided, y, rtol=1e-12, atol=1e-12)
    for a, b in zip(grads_strided, grads, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("norm", ROWS, ids=lambda n: n.name)
def test_output_keeps_the_precision_of_x(norm, dtype):
    args = draw(norm, dtype=dtype)
    y, _ = norm.forward(*args.values(), **norm.example)
    wide = {name: a.astype(np.float64) if a.dtype == dtype else a for name, a in args.items()}
    expected, _ = norm.forward(*wide.values(), **norm.example)
    assert y.dtype == dtype
    tolerance = 3e-2 if dtype == np.float16 else 1e-4
    np.testing.assert_allclose(y, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", ["batch", "layer", "instance", "group", "rms", "filter_response"])
def test_values_whose_squares_overflow_float16_are_normalized(name):
    norm = next(n for n in ROWS if n.name == name)
    args = {
        k: np.float16(300) * a if k == "x" else a for k, a in draw(norm, dtype=np.float16).items()
    }
    y, _ = norm.forward(*args.values(), **norm.example)
    assert np.isfinite(y).all()


@pytest.mark.parametrize("name", ["batch", "layer", "instance", "group"])
def test_a_mean_of_10_000_costs_no_digits_of_the_variance(name):
    """E[x^2] - E[x]^2 in float32 gives a variance of -16, 0 or 16 here, and then NaN."""
    norm = next(n for n in ROWS if n.name == name)
    args = draw(norm, (64, 4, 3, 8), dtype=np.float32)
    args["x"] = args["x"] + np.float32(1e4)
    wide = {k: a.astype(np.float64) for k, a in args.items()}
    y, _ = norm.forward(*args.values(), **norm.example)
    expected, _ = norm.forward(*wide.values(), **norm.example)
    np.testing.assert_allclose(y, expected, atol=1e-2)


@pytest.mark.parametrize("C", [1, 10_000])
def test_one_channel_and_ten_thousand(C):
    x = np.random.default_rng(0).standard_normal((5, C)) * 3 + 2
    y, _ = norms.batch_norm(x, np.ones(C), np.zeros(C), eps=0)
    np.testing.assert_allclose(y.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(0), 1, rtol=1e-12)


def test_group_norm_runs_from_layer_norm_to_instance_norm():
    args = draw(next(n for n in ROWS if n.name == "group"))
    one, _ = norms.group_norm(*args.values(), groups=1)
    x_hat, _ = norms.normalize(args["x"], (1, 2, 3))
    spread = (1, -1, 1, 1)
    expected = args["gamma"].reshape(spread) * x_hat + args["beta"].reshape(spread)
    np.testing.assert_allclose(one, expected, rtol=1e-12)
    each, _ = norms.group_norm(*args.values(), groups=SHAPE[1])
    instance, _ = norms.instance_norm(*args.values())
    np.testing.assert_allclose(each, instance, rtol=1e-12)


def test_two_values_per_channel_become_signs_and_pass_almost_no_gradient():
    x = np.array([[1.0, -4.0], [2.0, 9.0]])
    y, cache = norms.batch_norm(x, np.ones(2), np.zeros(2), eps=1e-12)
    np.testing.assert_allclose(y, [[-1, -1], [1, 1]], atol=1e-9)
    dx, _, _ = norms.affine_norm_backward(np.array([[0.3, -0.2], [0.9, 1.4]]), cache)
    assert np.abs(dx).max() < 1e-9


def test_eps_caps_the_gain_of_a_constant_feature():
    x = np.full((8, 1), 3.0)
    y, cache = norms.batch_norm(x, np.ones(1), np.zeros(1))
    dy = np.random.default_rng(0).standard_normal((8, 1))
    dx, _, _ = norms.affine_norm_backward(dy, cache)
    np.testing.assert_allclose(y, 0)
    np.testing.assert_allclose(dx, (dy - dy.mean(0)) / np.sqrt(1e-5))


def test_batch_renorm_runs_from_batch_norm_to_its_eval_form():
    args = draw(next(n for n in ROWS if n.name == "batch_renorm"))
    x, gamma, beta, mean, var = args.values()
    tight, _ = norms.batch_renorm(*args.values(), r_max=1, d_max=0)
    np.testing.assert_allclose(tight, norms.batch_norm(x, gamma, beta)[0], rtol=1e-12)
    free, _ = norms.batch_renorm(*args.values(), r_max=1e9, d_max=1e9)
    evaluated, _ = norms.batch_norm_eval(x, gamma, beta, mean, var)
    np.testing.assert_allclose(free, evaluated, rtol=1e-10)


def test_batch_norm_eval_and_its_gradient_match_torch():
    args = draw(next(n for n in ROWS if n.name == "batch_renorm"))
    y, cache = norms.batch_norm_eval(*args.values(), eps=0.1)
    leaves = tensors(args, requires_grad=True)
    x, gamma, beta, mean, var = leaves.values()
    expected = torch.nn.functional.batch_norm(
        x, mean.detach(), var.detach(), gamma, beta, training=False, eps=0.1
    )
    dy = np.random.default_rng(1).standard_normal(y.shape)
    expected.backward(torch.tensor(dy))
    np.testing.assert_allclose(y, expected.detach(), rtol=1e-12)
    grads = norms.batch_norm_eval_backward(dy, cache)
    for ours, leaf in zip(grads, (x, gamma, beta), strict=True):
        np.testing.assert_allclose(ours, leaf.grad, rtol=1e-10, atol=1e-10)


def test_power_iteration_finds_the_largest_singular_value():
    w = np.random.default_rng(0).standard_normal((5, 3, 2, 4))
    u, v = np.ones(5), np.ones(24)
    _, cache = norms.spectral_norm(w, u, v, steps=500)
    np.testing.assert_allclose(cache.sigma, np.linalg.svd(w.reshape(5, -1))[1][0], rtol=1e-9)


def test_weight_gradients_stay_off_the_normalized_direction():
    v, g = draw(next(n for n in ROWS if n.name == "weight")).values()
    _, cache = norms.weight_norm(v, g)
    dv, _ = norms.weight_norm_backward(np.random.default_rng(1).standard_normal(v.shape), cache)
    np.testing.assert_allclose((v * dv).sum((1, 2, 3)), 0, atol=1e-13)


def test_update_running_weighs_the_new_batch_by_momentum():
    assert norms.update_running(10.0, 20.0) == pytest.approx(11.0)
    assert norms.update_running(10.0, 20.0, momentum=0.37) == pytest.approx(13.7)


def test_widen_raises_only_half_precision():
    assert [widen(np.ones(1, kind)).dtype for kind in ("f2", "f4", "f8")] == ["f4", "f4", "f8"]


@pytest.mark.parametrize("norm", ROWS, ids=lambda n: n.name)
@pytest.mark.parametrize("which", range(3))
def test_complex_numbers_are_refused_whichever_argument_holds_them(norm, which):
    args = draw(norm)
    name = [name for name, a in args.items() if a.dtype.kind == "f"][which % len(args)]
    with pytest.raises(ArgumentError, match=r"must be real; got complex128"):
        norm.forward(*(args | {name: args[name] * 1j}).values(), **norm.example)


@pytest.mark.parametrize("norm", ROWS, ids=lambda n: n.name)
@pytest.mark.parametrize("other", [list, "tensor"])
def test_what_is_no_array_is_refused_in_words(norm, other):
    args = draw(norm)
    first = next(iter(args))
    given = tensors(args)[first] if other == "tensor" else np.asarray(args[first]).tolist()
    with pytest.raises(ArgumentError, match="must be a NumPy array"):
        norm.forward(*(args | {first: given}).values(), **norm.example)


@pytest.mark.parametrize("norm", ROWS, ids=lambda n: n.name)
def test_in_float16_forward_and_backward_are_those_of_float64_rounded(norm):
    """Values of 300, whose squares float16 has not, and gradients whose sum it has not."""
    args = draw(norm, (510, 4, 3, 2), dtype=np.float16)
    first = next(iter(args))
    args[first] = args[first] * np.float16(100)
    dy_of = np.random.default_rng(1).uniform(50, 100, norm_output(norm, args)).astype(np.float16)
    found = [both_ways(norm, args, dy_of)]
    wide = {k: a.astype(np.float64) if a.dtype.kind == "f" else a for k, a in args.items()}
    found.append(both_ways(norm, wide, dy_of.astype(np.float64)))
    assert found[0][0].dtype == found[0][1].dtype == np.float16
    for half, exact in zip(*found, strict=True):
        size = np.abs(exact).max()
        np.testing.assert_allclose(half.astype(float), exact, rtol=3e-3, atol=3e-3 * size)


def norm_output(norm, args):
    return norm.forward(*args.values(), **norm.example)[0].shape


def both_ways(norm, args, dy):
    y, cache = norm.forward(*args.values(), **norm.example)
    grads = norm.backward(dy, cache)
    return [y, *(grads if isinstance(grads, tuple) else (grads,))]


@pytest.mark.parametrize("axes", [(0,), (0, 2)], ids=str)
def test_float32_sums_over_three_million_rows_are_right(axes):
    """Float32 stalls at 2 ** 24: plain sums give a mean of 98 here, and a std of 0.4."""
    rng = np.random.default_rng(0)
    shape = {1: (3_000_000, 2), 2: (1_500_000, 2, 2)}[len(axes)]
    x = rng.standard_normal(shape, np.float32) + np.float32(100)
    gamma, beta = np.ones(2, np.float32), np.zeros(2, np.float32)
    y, cache = norms.batch_norm(x, gamma, beta)
    assert np.abs(y.astype(float).mean(axes)).max() < 1e-5
    np.testing.assert_allclose(y.astype(float).std(axes), 1, atol=1e-4)
    dx, dgamma, dbeta = norms.affine_norm_backward(np.ones_like(y), cache)
    np.testing.assert_allclose(dbeta, x.size / 2, rtol=1e-6)
    assert np.abs(dgamma).max() < 30 and np.abs(dx).max() < 1e-5


@pytest.mark.parametrize("offset", [1e4, 1e5, 1e6])
@pytest.mark.parametrize("name", ["batch", "layer", "instance", "group", "channel_layer"])
def test_an_offset_costs_no_more_than_the_rounding_of_x(name, offset):
    norm = next(n for n in ROWS if n.name == name)
    args = draw(norm, (64, 4, 3, 8), dtype=np.float32)
    args["x"] = args["x"] + np.float32(offset)
    wide = {k: a.astype(np.float64) for k, a in args.items()}
    y, _ = norm.forward(*args.values(), **norm.example)
    expected, _ = norm.forward(*wide.values(), **norm.example)
    np.testing.assert_allclose(y, expected, atol=1e-5, rtol=1e-5)


def test_batch_renorm_averages_standard_deviations_over_10_steps():
    """Algorithm 1: sigma, not its square. The average of the squares is larger here by a fifth."""
    rng = np.random.default_rng(0)
    gamma, beta = rng.uniform(0.5, 2, (2, 3))
    mean, var = np.zeros(3), np.ones(3)
    mu, sigma = np.zeros(3), np.sqrt(np.ones(3) + 0.1)
    for step in range(10):
        x = rng.standard_normal((4, 3)) * 2 ** (step % 3) + 1
        y, _ = norms.batch_renorm(x, gamma, beta, mean, var, 1.5, 0.5, eps=0.1)
        m, s = x.mean(0), np.sqrt(x.var(0) + 0.1)
        r, d = np.clip(s / sigma, 1 / 1.5, 1.5), np.clip((m - mu) / sigma, -0.5, 0.5)
        np.testing.assert_allclose(y, gamma * ((x - m) / s * r + d) + beta, rtol=1e-9)
        mean = norms.update_running(mean, x.mean(0))
        var = norms.update_renorm(var, x.var(0), eps=0.1)
        mu, sigma = mu + 0.1 * (m - mu), sigma + 0.1 * (s - sigma)
    y, _ = norms.batch_norm_eval(x, gamma, beta, mean, var, eps=0.1)
    np.testing.assert_allclose(y, gamma * (x - mu) / sigma + beta, rtol=1e-9)


@pytest.mark.parametrize("one_plus", [False, True])
@pytest.mark.parametrize("cast_first", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_every_dialect_of_rms_norm_is_its_oracle(one_plus, cast_first, dtype):
    norm = next(n for n in ROWS if n.name == "rms")
    dialect = {"one_plus": one_plus, "cast_first": cast_first}
    args = draw(norm, dtype=dtype)
    y, cache = norm.forward(*args.values(), **dialect)
    expected = norm.oracle(*tensors(args).values(), **dialect)
    assert y.dtype == expected.numpy().dtype
    np.testing.assert_allclose(y, expected, rtol=2e-3 if dtype == np.float16 else 1e-12)
    if dtype == np.float64:
        leaves = tensors(args, requires_grad=True)
        norm.oracle(*leaves.values(), **dialect).backward(torch.cos(leaves["x"]).detach())
        for ours, leaf in zip(
            norm.backward(np.cos(args["x"]), cache), leaves.values(), strict=True
        ):
            np.testing.assert_allclose(ours, leaf.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("labels", [[-1, 0, 1], [0, 1, 3], [0.0, 1.0, 2.0], [True, False, True]])
def test_labels_that_choose_no_row_are_refused(labels):
    table = np.ones((3, 2))
    with pytest.raises(ArgumentError, match=r"integers in 0 \.\. 2"):
        norms.conditional_batch_norm(np.ones((3, 2)), table, table, np.array(labels))


def test_an_eps_of_none_is_torchs():
    x = np.random.default_rng(0).standard_normal((4, 32)) * 1e-7
    for dtype in (np.float32, np.float64):
        y, _ = norms.rms_norm(x.astype(dtype), np.ones(32, dtype), eps=None)
        expected = torch.nn.functional.rms_norm(torch.tensor(x.astype(dtype)), (32,))
        np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_adaptive_clipping_is_torch_s_renormalization_by_each_output_s_own_length():
    rng = np.random.default_rng(0)
    w, grad = rng.standard_normal((2, 5, 3, 2, 4)) * np.geomspace(0.1, 9, 5)[:, None, None, None]
    w[2], limit, eps = 0.0, 0.3, 0.05
    clipped = norms.clip_adaptively(grad, w, limit, eps)
    for own, before, after in zip(w, grad, clipped, strict=True):
        most = limit * max(np.linalg.norm(own), eps)
        asked = torch.renorm(torch.tensor(before.reshape(1, -1)), 2, 0, most).numpy()
        np.testing.assert_allclose(after.reshape(1, -1), asked, rtol=1e-5)
    assert norms.clip_adaptively(*(a.astype(np.float32) for a in (grad, w))).dtype == np.float32


def test_adaptive_clipping_leaves_short_gradients_and_refuses_what_it_cannot_use():
    w = np.ones((3, 4))
    np.testing.assert_array_equal(norms.clip_adaptively(0.001 * w, w), 0.001 * w)
    with pytest.raises(ShapeError, match="so grad must be, too"):
        norms.clip_adaptively(w[:2], w)
    with pytest.raises(ShapeError, match="out, "):
        norms.clip_adaptively(w[0], w[0])
    for limit, eps in ((0, 1e-3), (0.1, 0), (-1, 1e-3)):
        with pytest.raises(ArgumentError, match="above 0"):
            norms.clip_adaptively(w, w, limit, eps)


def test_a_scaled_weight_needs_one_length_for_each_output():
    with pytest.raises(ShapeError, match="so g must be"):
        norms.scaled_weight_standardization(np.ones((3, 4)), np.ones(3))


def test_a_scaled_weight_is_as_long_as_g_whatever_the_fan_in():
    for n in (4, 100):
        w = np.random.default_rng(0).normal(3, 2, (5, n))
        g = np.arange(1.0, 6)[:, None]
        w_bar, _ = norms.scaled_weight_standardization(w, g, eps=0.0)
        np.testing.assert_allclose(np.linalg.norm(w_bar, axis=1), g[:, 0])


def test_a_branch_that_starts_at_zero_has_a_gradient_for_its_number_alone():
    x, dy = np.random.default_rng(0).standard_normal((2, 3, 4))
    _, cache = norms.skip_init(x, np.array(0.0))
    dx, dalpha = norms.skip_init_backward(dy, cache)
    assert not dx.any() and dalpha == pytest.approx((dy * x).sum())
