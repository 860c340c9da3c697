"""The shape of a row: what the course knows about one method."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn


@dataclass(frozen=True)
class Norm:
    """What the course knows about one method.

    `forward`, `backward` and `oracle` take the same arguments, in NumPy and in torch.
    """

    name: str
    title: str
    shares: str  # the axes of (N, C, H, W) that share one mean and variance
    forward: Callable  # NumPy, in norms
    backward: Callable  # its gradient: (dy, cache) -> one per differentiable argument
    module: type[nn.Module]  # the torch layer, in layers
    oracle: Callable  # an independent answer, which our tests compare with
    own: tuple[type[nn.Module], ...] = ()  # torch.nn's classes for it
    torch: str = ""  # torch's own name, where it has the method
    keras: str = ""  # Keras's own name, where it has the method
    drop_in: Callable[[int], nn.Module] | None = None  # C -> a layer that can stand for another
    example: Mapping[str, Any] = field(default_factory=dict)  # options small enough to try out
    lesson: str = "13_one_function_many_norms"
    source: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Name the arrays that `forward` takes, in order."""
        return tuple(p.name for p in self._parameters() if p.default is p.empty)

    @property
    def defaults(self) -> dict[str, Any]:
        """Give the settings of `forward` and their defaults."""
        return {p.name: p.default for p in self._parameters() if p.default is not p.empty}

    def _parameters(self):
        return inspect.signature(self.forward).parameters.values()


def usual_groups(C: int) -> int:
    """Choose up to 32 groups, as the paper does, but none of a single channel unless C is 1."""
    return max(g for g in range(1, 33) if C % g == 0 and (g == 1 or C // g > 1))
