"""SGD with weight decay on some of the weights."""

from collections.abc import Sequence

import torch

from coursekit.training.sgd import SGD


class Decayed(SGD):
    """Plain SGD; these weights, and nothing else, shrink by each replica's own lr · decay.

    lr is (R, 1, 1), as a Trainer makes it; decay is one number, or one for each replica.
    """

    def __init__(self, weights: Sequence[torch.Tensor], parameters, lr, decay):
        super().__init__(parameters, lr, 0.0)
        self.weights, self.decay = weights, torch.as_tensor(decay).view(-1, 1, 1).to(lr)

    @torch.no_grad()
    def step(self, gradients) -> None:
        for w in self.weights:
            w.mul_(1 - self.lr * self.decay)
        super().step(gradients)
