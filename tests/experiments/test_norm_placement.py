"""Pre, post, peri."""

import torch

from coursekit.experiments.norm_placement import PLACES, Block, measure


def test_places_are_what_they_are_called():
    class Double(torch.nn.Module):
        def forward(self, x):
            return 2 * x

    x = torch.randn(1, 5, 64, generator=torch.Generator().manual_seed(0)) * 3 + 1
    norm = Block("pre", Double(), 1).first
    expected = {"pre": x + 2 * norm(x), "post": norm(3 * x), "peri": x + norm(2 * norm(x))}
    for place in PLACES:
        torch.testing.assert_close(Block(place, Double(), 1)(x), expected[place])


def test_each_place_is_measured_three_ways():
    assert {p: v.shape for p, v in measure([1, 2]).items()} == {p: (3, 2) for p in PLACES}
