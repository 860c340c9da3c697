"""QK norm: its dialects, its bound, and attention that is computed elsewhere."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from norm_inputs import draw, gradients, tensors

from coursekit import layers, norms
from coursekit.catalog import NORMS

close = torch.testing.assert_close
ROW = NORMS["query_key"]


def heads(queries=5, keys=7, seed=0):
    """Queries and keys (2, 3, T or S, 4), and gammas (4,): more keys than queries."""
    args = draw(ROW, (2, 3, keys, 4), seed)
    return args | {"q": args["q"][:, :, :queries]}


@pytest.mark.parametrize("centered", [False, True])
def test_both_dialects_are_the_oracles_for_more_keys_than_queries(centered):
    args = heads()
    y, cache = norms.query_key_norm(*args.values(), centered=centered)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    leaves = tensors(args, requires_grad=True)
    expected = ROW.oracle(*leaves.values(), centered=centered)
    wanted = torch.autograd.grad(expected, list(leaves.values()), torch.tensor(dy))
    np.testing.assert_allclose(y, expected.detach(), rtol=1e-10)
    for ours, theirs in zip(norms.query_key_norm_backward(dy, cache), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    layer = layers.QueryKeyNorm(4, centered=centered).double()
    layer.load_state_dict(
        {"query_weight": leaves["gamma_q"].detach(), "key_weight": leaves["gamma_k"].detach()}
    )
    close(layer(leaves["q"], leaves["k"]), expected)
    assert ("centered" in repr(layer)) is centered


def test_one_number_in_place_of_both_scales_makes_it_g_times_the_cosine():
    q, k, *_ = heads().values()
    g = 3.7
    y, _ = norms.query_key_norm(q, k, np.full(4, g / 2), np.ones(4), eps=0.0)
    cosine = F.cosine_similarity(
        *(torch.tensor(a) for a in (q[..., None, :], k[..., None, :, :])), -1
    )
    np.testing.assert_allclose(y, g * cosine, rtol=1e-10)


def test_no_logit_passes_its_bound_however_large_the_queries_grow():
    q, k, gamma_q, gamma_k = heads().values()
    bound = 2 * np.abs(gamma_q * gamma_k).max()
    for size in (1, 1e3, 1e6):
        y, _ = norms.query_key_norm(size * q, size * k, gamma_q, gamma_k)
        assert np.abs(y).max() <= bound
    y, _ = norms.query_key_norm(k, k, np.ones(4), np.ones(4), eps=0.0)
    np.testing.assert_allclose(
        np.diagonal(y, 0, -2, -1), 2
    )  # reached: a query compared with itself


def test_attention_with_its_queries_and_keys_is_a_softmax_of_its_logits():
    q, k, *_ = tensors(heads()).values()
    layer, v = layers.QueryKeyNorm(4).double(), torch.cos(k)
    close(layer(q, k).softmax(-1) @ v, F.scaled_dot_product_attention(*layer.normalized(q, k), v))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_and_an_empty_batch_come_out_as_they_went_in(dtype):
    q, k, *_ = tensors(heads()).values()
    layer, half = layers.QueryKeyNorm(4), [(300 * a).to(dtype) for a in (q, k)]
    y = layer(*half)
    assert y.dtype == dtype and {a.dtype for a in layer.normalized(*half)} == {dtype}
    close(y.float(), layer(*(a.float() for a in half)), rtol=8e-3, atol=8e-3)
    assert layer(q[:0].to(dtype), k[:0].to(dtype)).shape == (0, 3, 5, 7)
    assert layer.to(dtype)(*half).dtype == dtype


def test_a_step_of_the_layer_leaves_the_length_of_a_query_to_its_norm():
    q, k, *_ = tensors(heads(), requires_grad=True).values()
    dq, dk = gradients(layers.QueryKeyNorm(4, eps=0.0).double()(q, k), {"q": q, "k": k})
    close((q * dq).sum(-1), torch.zeros(2, 3, 5, dtype=q.dtype))
    close((k * dk).sum(-1), torch.zeros(2, 3, 7, dtype=q.dtype))
