"""The exercise MendInputNorm of the lesson full_layer."""

# To mypy a buffer is a Tensor or a Module.
# mypy: disable-error-code="operator,assignment"

import torch
from torch import nn

from coursekit.checking import exercise
from coursekit.checking.local import copy
from coursekit.exercises.full_layer.inputs import another, dtypes, images, kind_of, names_in


def a_fitted_life(answer, rng):
    """New, fitted, saved, loaded into another one, copied, and in another precision."""
    answer.doing = "MendInputNorm(3)"
    layer = answer(3, 0.3)
    yield "a new layer", kind_of(layer), "structure"
    if not hasattr(layer, "vjp"):
        return
    x = images(rng, 4, 3)
    yield "a new layer's output", layer(x)
    answer.doing = "fit, 6 samples × 3 features"
    layer.do("fit", images(rng, 6, 3))
    yield "output after fit", layer(x)
    yield "mean and std", {name: layer.get(name) for name in ("mean", "std")}, "state"
    answer.doing = "fit once more, 5 samples × 3 features"
    layer.do("fit", images(rng, 5, 3))
    yield "output after another fit", layer(x)
    found = layer.vjp(x, images(rng, 4, 3))
    found.pop("y")
    yield "gradients", found, "gradients"
    yield from moved(answer, layer, x)


def moved(answer, layer, x):
    """What goes along: saved and loaded, copied, in float64."""
    answer.doing = "state_dict()"
    state = copy(layer.do("state_dict"))
    yield "names in state_dict()", names_in(state), "state"
    if not isinstance(state, dict):
        return
    answer.doing = "loading the state_dict() into a new layer"
    other = another(answer, 3, 0.3)
    other.do("load_state_dict", state)
    yield "a new layer with the state of the old one", other(x), "state"
    answer.doing = "copy.deepcopy(layer)"
    yield "a deep copy", layer.copy()(x), "state"
    answer.doing = "double()"
    layer.do("double")
    both = {name: layer.get(name) for name in ("mean", "std")}
    yield "dtypes of mean and std after double()", dtypes(both), "state"
    yield "dtype of the output after double()", dtypes({"output": layer(x.double())}), "state"


def any_data(answer, rng):
    """One feature or several, two samples or more to fit."""
    D, N = int(rng.integers(1, 7)), int(rng.integers(2, 9))
    layer, other = (another(answer, D, float(rng.choice([0.1, 0.3, 1.0]))) for _ in range(2))
    layer.do("fit", images(rng, N, D))
    x = images(rng, int(rng.integers(1, 5)), D)
    yield "output", layer(x)
    other.do("load_state_dict", copy(layer.do("state_dict")))
    yield "output of a layer with the same state", other(x), "state"


class MendInputNorm(nn.Module):
    """Normalize (N, D) by the data that fit(x) was shown: (x − mean) / std, std = √(var + eps).

    mean and std, 0 and 1 before fit, are saved and moved with the layer; no optimizer gets them.
    """

    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.register_buffer("mean", torch.zeros(num_features))
        self.register_buffer("std", torch.ones(num_features))

    def fit(self, x):
        self.mean = x.mean(0)
        self.std = torch.sqrt(x.var(0, correction=0) + self.eps)

    def forward(self, x):
        return (x - self.mean) / self.std


layer = exercise(
    script=a_fitted_life,
    domain=any_data,
    hints=(
        "The output is right in the program that called fit. Think of another program, which only "
        "gets the file that the first one saved.",
        "Print state_dict() after fit. Is everything in it that forward reads, settings aside?",
        'self.register_buffer("mean", ___)\nself.register_buffer("___", ___)',
    ),
    points=2,
    minutes=6,
    difficulty=3,
    planted="std_not_a_buffer",
    mend=True,
    ask="On a GPU the layer as you received it fails at the first call after .to(device) and "
    "before fit. With which words, and why not in the spot check?",
)(MendInputNorm)


@layer.alternative
class FittedInPlace(nn.Module):
    """Buffers that are written into."""

    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.settings = {"eps": eps}
        for name, start in {"mean": 0.0, "std": 1.0}.items():
            self.register_buffer(name, torch.full((num_features,), start))

    @torch.no_grad()
    def fit(self, x):
        var, mean = torch.var_mean(x, 0, correction=0)
        self.mean.copy_(mean)
        self.std.copy_((var + self.settings["eps"]).sqrt())

    def forward(self, x):
        return x.sub(self.mean).div(self.std)


@layer.alternative
class FittedAnew(nn.Module):
    """Buffers that fit registers once more under the same names."""

    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self._keep(torch.zeros(num_features), torch.ones(num_features))

    def _keep(self, mean, std):
        for name, value in (("mean", mean), ("std", std)):
            self._buffers.pop(name, None)
            self.register_buffer(name, value)

    def fit(self, x):
        centred = x - x.mean(0)
        self._keep(x.mean(0), (centred.square().mean(0) + self.eps) ** 0.5)

    def forward(self, x):
        return (x - self.mean) * self.std.reciprocal()


@layer.alternative
class FittedByDeviation(nn.Module):
    """The spread from norms of the centred columns."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.register_buffer("mean", torch.empty(num_features).fill_(0))
        self.register_buffer("std", torch.empty(num_features).fill_(1))

    def fit(self, x):
        self.mean = torch.einsum("nd->d", x) / len(x)
        self.std = ((x - self.mean).pow(2).sum(0) / len(x) + self.eps).sqrt()

    def forward(self, x):
        return torch.addcdiv(torch.zeros_like(x), x - self.mean, self.std.expand_as(x))
