"""Every layer on every device, and nine planted bugs that must not get past these tests."""

import pytest
import torch
from devices import device_fixture
from norm_inputs import ACTIVATIONS, CONVOLUTIONS, INPUTS, ROWS, draw, make_layer, tensors
from placement import run_everywhere, run_on_meta, stray_tensors
from torch import nn

from coursekit import layers
from coursekit.layers.tracked import TrackedNorm

device = device_fixture()
every_row = pytest.mark.parametrize("norm", ROWS, ids=lambda norm: norm.name)
every_activation = pytest.mark.parametrize("norm", ACTIVATIONS, ids=lambda norm: norm.name)


def layer_and_inputs(norm):
    args = {k: a.float() if a.is_floating_point() else a for k, a in tensors(draw(norm)).items()}
    layer = make_layer(norm, args).float()
    if norm in CONVOLUTIONS:
        return layer, [torch.ones(2, 3, 6, 6).cumsum(0)]
    names = {"weight": ("g", "v"), "spectral": ("w",)}
    wanted = names.get(norm.name, INPUTS)
    return layer, [args[name] for name in wanted if name in args]


@every_row
def test_every_layer_works_where_it_is_put(norm, device):
    layer, inputs = layer_and_inputs(norm)
    run_everywhere(layer, inputs, device)


@every_row
def test_every_layer_works_without_numbers(norm):
    run_on_meta(*layer_and_inputs(norm))


@every_row
def test_no_layer_hides_a_tensor_from_to(norm):
    layer, inputs = layer_and_inputs(norm)
    layer(*inputs)
    assert stray_tensors(layer) == []


def test_a_mask_and_equal_weights_work_where_they_are_put(device):
    layer = layers.BatchNorm(3, momentum=None)
    x = torch.arange(5.0 * 3 * 4).view(5, 3, 4).sin()
    mask = torch.arange(4) < torch.tensor([4, 1, 3, 2, 4])[:, None]
    run_everywhere(layer, [x, mask], device)


def test_a_small_network_learns_where_it_is_put(device):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(32, 6, generator=generator).to(device)
    target = (x[:, 0] > 0).long()
    model = nn.Sequential(nn.Linear(6, 16), layers.BatchNorm(16), nn.ReLU(), nn.Linear(16, 2))
    model = model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(12):
        optimizer.zero_grad()
        losses.append(nn.functional.cross_entropy(model(x), target))
        losses[-1].backward()
        optimizer.step()
    assert losses[-1].item() < 0.3 * losses[0].item()


class Planted(nn.Module):
    """A right batch norm, in which each subclass breaks one thing."""

    def __init__(self, C=3):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.register_buffer("running_mean", torch.zeros(C))
        self.register_buffer("running_var", torch.ones(C))
        self.eps = torch.tensor(1e-5).item()

    def scale(self):
        return self.weight

    def statistics(self, x):
        if not self.training:
            return self.running_mean, self.running_var
        mean, var = x.mean(0), x.var(0, correction=0)
        with torch.no_grad():
            self.running_mean.lerp_(mean, 0.1)
            self.running_var.lerp_(var, 0.1)
        return mean, var

    def forward(self, x):
        mean, var = self.statistics(x)
        order = torch.arange(len(x)).flip(0)  # legal: a CPU index
        x = x[order][order]
        return self.scale() * (x - mean) / (var + self.eps).sqrt()


class BufferAsAttribute(Planted):
    def __init__(self):
        super().__init__()
        del self.running_mean
        self.running_mean = torch.zeros(3)


class BufferReboundInTraining(BufferAsAttribute):
    def statistics(self, x):
        if self.training:
            self.running_mean = x.detach().mean(0)
        return super().statistics(x)


class OnesInForward(Planted):
    def scale(self):
        return self.weight * torch.ones(3)


class FullInForward(Planted):
    def statistics(self, x):
        mean, var = super().statistics(x)
        return mean, var + torch.full((3,), 1e-5)


class NumpyDetour(Planted):
    def statistics(self, x):
        mean, var = super().statistics(x)
        return mean, torch.from_numpy(var.detach().numpy())


class HardCodedCuda(Planted):
    def scale(self):
        return self.weight.cuda()


class DeviceRememberedAtInit(Planted):
    def __init__(self):
        super().__init__()
        self.device = self.weight.device

    def scale(self):
        return self.weight * torch.ones(3, device=self.device)


class ParametersInList(Planted):
    def __init__(self):
        super().__init__()
        self.parts = [nn.Parameter(torch.ones(3))]

    def scale(self):
        return self.weight * self.parts[0]


class DoubleInForward(Planted):
    def scale(self):
        return self.weight * torch.ones(3, dtype=torch.float64, device=self.weight.device)


BUGS = Planted.__subclasses__() + BufferAsAttribute.__subclasses__()
X = torch.arange(15.0).view(5, 3).sin()


def test_the_layer_that_the_bugs_are_planted_in_is_right(device):
    run_everywhere(Planted(), [X], device)
    run_on_meta(Planted(), [X])
    assert stray_tensors(Planted()) == []


def test_there_are_nine_bugs():
    assert len(BUGS) == 9


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_every_planted_bug_is_caught_on_an_accelerator(bug, device):
    if device.type == "cpu" and bug not in (HardCodedCuda, DoubleInForward):
        run_everywhere(bug(), [X], device)  # this is why it goes unnoticed
        return
    if bug is HardCodedCuda and torch.cuda.is_available():
        pytest.skip("a hard-coded .cuda() is right on CUDA")
    with pytest.raises((RuntimeError, TypeError, AssertionError)):
        run_everywhere(bug(), [X], device)


@pytest.mark.parametrize("bug", [BufferAsAttribute, BufferReboundInTraining, ParametersInList])
def test_the_scan_finds_tensors_that_are_neither_parameter_nor_buffer(bug):
    assert len(stray_tensors(bug())) >= 1


@pytest.mark.parametrize(
    "bug", [b for b in BUGS if b not in (HardCodedCuda, DoubleInForward)], ids=lambda b: b.__name__
)
def test_meta_catches_all_but_the_dtype_at_once(bug):
    with pytest.raises((RuntimeError, TypeError, AssertionError)):
        run_on_meta(bug(), [X])


def test_all_tracked_layers_were_tried():
    tried = {norm.module for norm in ACTIVATIONS}
    assert set(TrackedNorm.__subclasses__()) <= tried
