"""Stochastic gradient descent with momentum.

The steps are those of `torch.optim.SGD`, whose first use in a process imports torch's compiler:
seconds for which a lesson's reader would wait.
"""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from coursekit.errors import ArgumentError


class SGD:
    """v = momentum · v + gradient, then w = w − lr · v, for each parameter w.

    Args:
        lr: the learning rate, or a tensor of rates that broadcasts against each parameter.
        momentum: in [0, 1).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float | Tensor, momentum: float = 0.9):
        self.parameters = list(parameters)
        self.lr, self.momentum = lr, momentum
        self.velocity = [torch.zeros_like(w) for w in self.parameters]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor]) -> None:
        """Take one step in place.

        Raises:
            ArgumentError: there is not one gradient for each parameter.
        """
        if len(gradients) != len(self.parameters):
            raise ArgumentError(
                f"step takes one gradient for each of {len(self.parameters)} parameters; "
                f"got {len(gradients)}"
            )
        for w, g, v in zip(self.parameters, gradients, self.velocity, strict=True):
            v.mul_(self.momentum).add_(g)
            if isinstance(self.lr, Tensor):
                w.addcmul_(v, self.lr, value=-1)
            else:
                w.add_(v, alpha=-self.lr)

    def descend(self, loss: Tensor) -> None:
        """Take one step down a loss (): its gradients are taken here."""
        self.step(torch.autograd.grad(loss, self.parameters))


def cosine(lr: float, done: int, steps: int) -> float:
    """A learning rate that falls from lr to 0 along half a cosine, after so many of all steps.

    Source: Loshchilov & Hutter, SGDR, 2017, eq. 5. https://arxiv.org/abs/1608.03983
    """
    return lr * (1 + math.cos(math.pi * done / steps)) / 2
