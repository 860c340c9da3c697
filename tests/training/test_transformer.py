"""Transformers of replicas."""

import pytest
import torch

from coursekit.training import Transformer, digits, letters
from coursekit.training.transformer import PLACES, Attention, Placed


def rows(R, n=6):
    return torch.tensor(digits().x[:n]).expand(R, -1, -1)


def test_a_replica_does_not_depend_on_who_stands_beside_it():
    alone = Transformer([5], digits(), tokens=8, qk=True)(rows(1))
    beside = Transformer([4, 5], digits(), tokens=8, qk=True)(rows(2))
    torch.testing.assert_close(alone[0], beside[1])


def test_places_are_what_they_are_called():
    class Double(torch.nn.Module):
        def forward(self, x):
            return 2 * x + 1

    x = torch.randn(1, 5, 6, generator=torch.Generator().manual_seed(0)) * 3 + 1
    blocks = {place: Placed(place, Double(), 1, 6, _layer) for place in PLACES}
    norm = blocks["pre"].first
    expected = {
        "pre": x + 2 * norm(x) + 1,
        "post": norm(3 * x + 1),
        "out": x + norm(2 * x + 1),
        "peri": x + norm(2 * norm(x) + 1),
    }
    for place, block in blocks.items():
        torch.testing.assert_close(block(x), expected[place])


def _layer(R, D):
    from coursekit.training.network import LayerNorm

    return LayerNorm(R, D)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_torchs(causal):
    source = torch.Generator().manual_seed(0)
    attention = Attention([source], 8, 5, heads=2, causal=causal, qk=False)
    x = torch.randn(1, 15, 8, generator=source)
    q, k, v = attention.mixed(x).view(3, 5, 3, 2, 4).permute(2, 0, 3, 1, 4)
    y = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
    torch.testing.assert_close(attention(x), attention.out(y.transpose(1, 2).reshape(1, 15, 8)))


def test_no_letter_sees_a_later_one():
    problem = letters(16)
    net = Transformer([1], problem, tokens=16, words=int(problem.x.max()) + 1).eval()
    x = torch.tensor(problem.x[:1])[None]
    other = x.clone()
    other[..., 9:] = 0
    torch.testing.assert_close(net(x)[:, :9], net(other)[:, :9])
    assert not torch.equal(net(x)[:, 9:], net(other)[:, 9:])


def test_normalized_queries_and_keys_bound_the_logits():
    for qk in (False, True):
        net = Transformer([1], digits(), tokens=8, qk=qk).eval()
        with torch.no_grad():
            for module in net.modules():
                if isinstance(module, Attention):
                    module.mixed.weight.mul_(100)
        net(rows(1))
        assert (net.largest_logit().item() <= 8**0.5 + 1e-4) == qk
