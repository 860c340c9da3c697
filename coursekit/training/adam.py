"""Adam, as `SGD` is here: without the seconds that torch.optim takes to be imported."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor


class Adam:
    """w = w − lr · m̂ / (√v̂ + eps), with running averages m of the gradient and v of its square.

    Args:
        lr: the learning rate, or a tensor of rates that broadcasts against each parameter.
        momentum: the decay of m; that of v is 0.999.

    Source: Kingma & Ba 2015, Algorithm 1, https://arxiv.org/abs/1412.6980
    """

    decay, eps = 0.999, 1e-8

    def __init__(self, parameters: Iterable[Tensor], lr: float | Tensor, momentum: float = 0.9):
        self.parameters = list(parameters)
        self.lr, self.momentum, self.steps = lr, momentum, 0
        self.mean = [torch.zeros_like(w) for w in self.parameters]
        self.square = [torch.zeros_like(w) for w in self.parameters]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor]) -> None:
        """Take one step in place."""
        self.steps += 1
        of_mean, of_square = 1 - self.momentum**self.steps, 1 - self.decay**self.steps
        each = zip(self.parameters, gradients, self.mean, self.square, strict=True)
        for w, g, m, v in each:
            m.lerp_(g, 1 - self.momentum)
            v.mul_(self.decay).addcmul_(g, g, value=1 - self.decay)
            w.sub_(self.lr * (m / of_mean) / ((v / of_square).sqrt() + self.eps))

    def descend(self, loss: Tensor) -> None:
        """Take one step down a loss (): its gradients are taken here."""
        self.step(torch.autograd.grad(loss, self.parameters))
