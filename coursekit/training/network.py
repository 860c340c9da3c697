"""Networks of R replicas: every parameter has a leading axis R, and nothing mixes its entries.

Each replica is drawn on the CPU from a generator of its own, so that a seed means the same network
on every device, whoever is trained beside it.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from coursekit.devices import generator
from coursekit.errors import ArgumentError
from coursekit.norms import update_running
from coursekit.training.problem import Problem

Init = Callable[[Generator, int, int], tuple[Tensor, Tensor]]  # fan_in, fan_out -> weight, bias


def normal(std: float | Callable[[int], float]) -> Init:
    """Weights from N(0, std²), where std is a number or a function of fan_in; biases 0."""

    def draw(source: Generator, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
        size = std(fan_in) if callable(std) else std
        return size * torch.randn(fan_in, fan_out, generator=source), torch.zeros(fan_out)

    return draw


def torch_default(source: Generator, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """What `nn.Linear` does: weights and biases uniform within ±1 / √fan_in."""
    weight, bias = (torch.rand(n, fan_out, generator=source) for n in (fan_in, 1))
    return (2 * weight - 1) / fan_in**0.5, (2 * bias[0] - 1) / fan_in**0.5


INITS: dict[str, Init] = {
    "torch": torch_default,
    "lecun": normal(lambda fan_in: (1 / fan_in) ** 0.5),
    "he": normal(lambda fan_in: (2 / fan_in) ** 0.5),
}


class Linear(nn.Module):
    """R linear layers, drawn by one rule or by one rule for each. (R, B, in) -> (R, B, out)"""

    def __init__(
        self, sources: list[Generator], fan_in: int, fan_out: int, init: Init | Sequence[Init]
    ):
        super().__init__()
        rules = [init] * len(sources) if callable(init) else init
        if len(rules) != len(sources):
            raise ArgumentError(
                f"give one init, or one for each of {len(sources)} replicas; got {len(rules)}"
            )
        drawn = [rule(g, fan_in, fan_out) for rule, g in zip(rules, sources, strict=True)]
        self.weight = nn.Parameter(torch.stack([weight for weight, _ in drawn]))  # (R, in, out)
        self.bias = nn.Parameter(torch.stack([bias for _, bias in drawn])[:, None])  # (R, 1, out)

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias, x, self.weight)


class Affine(nn.Module):
    """A scale of 1 and a shift of 0 to start with, for each feature of each replica."""

    def __init__(self, R: int, D: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(R, 1, D))
        self.bias = nn.Parameter(torch.zeros(R, 1, D))


class BatchNorm(Affine):
    """R batch norms, as `coursekit.layers.BatchNorm` has one; faster than `x.var` would be."""

    def __init__(self, R: int, D: int, eps: float = 1e-5, momentum: float = 0.1):
        super().__init__(R, D)
        self.eps, self.momentum = eps, momentum
        self.running_mean: Tensor
        self.running_var: Tensor
        self.register_buffer("running_mean", torch.zeros(R, 1, D))
        self.register_buffer("running_var", torch.ones(R, 1, D))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            mean = x.mean(1, keepdim=True)  # (R, 1, D)
            centered = x - mean
            var = (centered * centered).mean(1, keepdim=True)
            self._track(mean, var, x.shape[1])
        else:
            centered, var = x - self.running_mean, self.running_var
        return torch.addcmul(self.bias, centered, self.weight * torch.rsqrt(var + self.eps))

    @torch.no_grad()  # or the buffers would keep every past batch's graph alive
    def _track(self, mean: Tensor, var: Tensor, B: int) -> None:
        self.running_mean = update_running(self.running_mean, mean, self.momentum)
        self.running_var = update_running(self.running_var, var * B / (B - 1), self.momentum)


class LayerNorm(Affine):
    """R layer norms over the features of each sample."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.bias, F.layer_norm(x, x.shape[-1:]), self.weight)


ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
NORMS: dict[str, Callable[[int, int], nn.Module]] = {
    "none": lambda R, D: nn.Identity(),
    "batch": BatchNorm,
    "layer": LayerNorm,
}


def mlp(
    seeds: Sequence[int],
    problem: Problem,
    *,
    depth: int = 3,
    width: int = 64,
    act: str | Callable[[], nn.Module] = "relu",
    norm: str | Callable[[int, int], nn.Module] = "none",
    init: str | Init | Sequence[Init] = "he",
) -> nn.Sequential:
    """Build one network for each seed: `depth` times linear, norm, activation; then linear.

    Args:
        seeds: one for each replica; equal seeds start from equal weights.
        problem: says how many inputs and classes there are.
        depth, width: number of hidden layers, and their size.
        act: a name in ACTIVATIONS, or what makes a module.
        norm: a name in NORMS, or what makes a module for R replicas of D features.
        init: a name in INITS, a rule such as `normal(0.1)`, or a list of one for each replica.

    Returns:
        a module (R, B, D) -> (R, B, classes), on the CPU.

    Raises:
        ArgumentError: a name is in no table, or `init` is a list of another length than seeds.
    """
    sources = [generator(seed) for seed in seeds]
    make_act, make_norm = _named(act, ACTIVATIONS, "act"), _named(norm, NORMS, "norm")
    rule = _named(init, INITS, "init")
    layers: list[nn.Module] = []
    fan_in = problem.x.shape[1]
    for _ in range(depth):
        layers += [Linear(sources, fan_in, width, rule), make_norm(len(sources), width), make_act()]
        fan_in = width
    return nn.Sequential(*layers, Linear(sources, fan_in, int(problem.y.max()) + 1, rule))


def _named(value, table: dict, what: str):
    if not isinstance(value, str):
        return value
    if value not in table:
        raise ArgumentError(f"{what} is {value!r}; choose one of {', '.join(table)}")
    return table[value]
