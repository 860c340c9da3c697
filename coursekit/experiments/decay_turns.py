"""How far do weights before a batch norm turn in a step? By √(2ηλ), says weight decay, at length.

Decay takes 2ηλ of the squared length in a step; a gradient at right angles adds the square of what
it turns. Where the two balance the angle follows from ηλ alone, whatever the data are. Here are six
pairs of a learning rate and a decay, of which two each have the same product.

Source: Wan et al. 2021, https://arxiv.org/abs/2006.08419; van Laarhoven 2017
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from coursekit.bars import bar
from coursekit.devices import one_thread
from coursekit.training import Trainer, digits, mlp
from coursekit.training.decayed import Decayed
from coursekit.training.network import Linear

PAIRS = ((0.1, 0.1), (0.4, 0.025), (0.2, 0.1), (0.8, 0.025), (0.4, 0.1), (1.6, 0.025))
STEPS, EARLY, LATE, WIDTH = 500, 20, 200, 32


class Turns(NamedTuple):
    """Root mean square, over units and steps, of the angle between weights before and after."""

    early: np.ndarray  # (pairs, seeds), in degrees, over the first steps
    late: np.ndarray  # the same over the last steps


def theory(lr: float, decay: float) -> float:
    """The angle of one step where length and decay balance, in degrees."""
    return float(np.degrees(np.sqrt(2 * lr * decay)))


def squared_turn(before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
    """The squared angle of each unit's weights, in degrees, over units. (R, in, out) -> (R,)"""
    cosine = torch.nn.functional.cosine_similarity(before.double(), after.double(), dim=1)
    return cosine.clamp(-1, 1).acos().rad2deg().square().mean(1)


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> Turns:
    """Train two hidden layers on digits, and watch the units of the second."""
    one_thread()
    problem, each = digits(), [*seeds] * len(PAIRS)
    lrs, decays = (np.repeat(column, len(seeds)).tolist() for column in zip(*PAIRS, strict=True))
    net = mlp(each, problem, depth=2, width=WIDTH, norm="batch")
    trainer = Trainer(net, problem, seeds=each, lr=lrs)
    hidden = [layer.weight for layer in net if isinstance(layer, Linear)][:-1]
    trainer.optimizer = Decayed(hidden, net.parameters(), trainer.optimizer.lr, decays)
    squares = []
    for _ in bar(range(steps), "training"):
        before = hidden[1].detach().clone()
        trainer.step()
        squares.append(squared_turn(before, hidden[1].detach()))
    track = torch.stack(squares).cpu().numpy().reshape(steps, len(PAIRS), len(seeds))
    return Turns(np.sqrt(track[:EARLY].mean(0)), np.sqrt(track[-LATE:].mean(0)))


def effects(found: Turns) -> dict[str, np.ndarray]:
    """Measured over theory, a mean over the pairs; early and late."""
    law = np.array([theory(*pair) for pair in PAIRS])[:, None]
    return {
        "early: turn over theory": (found.early / law).mean(0),
        "late: turn over theory": (found.late / law).mean(0),
    }
