"""What an answer takes, and what is done with what it returned."""

import pytest
import torch

from coursekit.checking.guest.objects import act, parameters, vjp


class Signs:
    """Says nothing of its own signature."""

    @property
    def __signature__(self):
        raise RuntimeError("it must not be asked")

    def __call__(self, x):
        return x


@pytest.mark.parametrize("function, told", [
    (lambda x, y=1, *z, k=2, **w: 0, ["x", "y=", "*z", "k=", "**w"]),
    (lambda: 0, []),
    (len, ["obj"]),
    (type("C", (), {}), []),
    (dict, None),
    (Signs(), None),
])  # fmt: skip
def test_parameters_are_named_with_their_stars_and_defaults(function, told):
    assert parameters(function) == told


def test_gradients_are_those_of_the_input_and_of_each_parameter():
    layer = torch.nn.Linear(2, 1)
    x, dy = torch.ones(3, 2), torch.ones(3, 1)
    told = vjp(layer, x, dy)
    assert [*told] == ["y", "x", "weight", "bias"] and not told["y"].requires_grad
    assert torch.equal(told["bias"], torch.tensor([3.0]))
    assert torch.equal(told["x"], layer.weight.detach().expand(3, 2))


def test_what_asks_for_no_gradient_has_none_and_raises_nothing():
    layer = torch.nn.Linear(2, 1)
    layer.bias.requires_grad_(False)
    x, dy = torch.ones(3, 2), torch.ones(3, 1)
    told = vjp(layer, x, dy)
    assert [*told] == ["y", "x", "weight", "bias"] and told["bias"] is None
    assert torch.equal(told["weight"], torch.full((1, 2), 3.0))
    cut_off = vjp(lambda x: layer(x).detach(), x, dy)
    assert torch.equal(cut_off["x"], torch.zeros(3, 2))


def test_what_is_not_known_is_not_done():
    assert act(max, "call", "", (1, 2), {}) == 2
    with pytest.raises(ValueError, match="nothing is called 'fly' here"):
        act(max, "fly", "", (), {})
