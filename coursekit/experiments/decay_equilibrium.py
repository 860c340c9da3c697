"""What does weight decay do to weights before a batch norm? It sets their length, and so the step.

Networks start with hidden weights of 0.3, 1 and 3 times He's and train by plain SGD, with weight
decay and without. With it they all come to one length, and turn by the same angle a step; the
start is forgotten.

Source: van Laarhoven 2017, https://arxiv.org/abs/1706.05350; Wan et al. 2021
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from coursekit.bars import bar
from coursekit.devices import one_thread
from coursekit.training import digits, mlp
from coursekit.training.decayed import Decayed
from coursekit.training.network import Linear
from coursekit.training.run import Trainer, accuracy

STARTS, DECAYS, LR, STEPS, LATE = (0.3, 1.0, 3.0), (0.0, 0.02), 0.5, 400, 20


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[float, np.ndarray]:
    """decay -> (3, starts, seeds): a matrix's length, its angle a step (degrees), accuracy."""
    one_thread()
    problem, R = digits(), len(seeds)
    found = {}
    build = partial(mlp, depth=2, norm="batch")
    for decay in DECAYS:
        net = build([*seeds] * len(STARTS), problem)
        factors = torch.tensor(STARTS).repeat_interleave(R).view(-1, 1, 1)
        with torch.no_grad():
            for hidden in _matrices(net)[:-1]:
                hidden.mul_(factors)
        trainer = Trainer(net, problem, seeds=[*seeds] * len(STARTS), lr=LR)
        matrices = _matrices(trainer.net)  # where the trainer has put them
        weight = matrices[1]
        trainer.optimizer = Decayed(matrices, net.parameters(), trainer.optimizer.lr, decay)
        turned = []
        for done in bar(range(steps), f"decay {decay}"):
            before = weight.detach().clone()
            trainer.step()
            if done >= steps - LATE:
                cosine = torch.nn.functional.cosine_similarity(
                    before.flatten(1).double(), weight.detach().flatten(1).double(), dim=1
                )
                turned.append(cosine.clamp(-1, 1).acos().rad2deg())
        length = weight.detach().flatten(1).norm(dim=1)
        score = accuracy(trainer.net, problem.x_test, problem.y_test)
        rows = [length.cpu().numpy(), torch.stack(turned).mean(0).cpu().numpy(), score]
        found[decay] = np.array(rows).reshape(3, len(STARTS), R)
    return found


def _matrices(net: torch.nn.Module) -> list[torch.Tensor]:
    return [layer.weight for layer in net.children() if isinstance(layer, Linear)]


def effects(found: dict[float, np.ndarray]) -> dict[str, np.ndarray]:
    """Longest over shortest of the three starts, as logarithms; and what decay did to accuracy."""
    out = {}
    for decay, (length, angle, _) in found.items():
        name = "with decay" if decay else "without decay"
        out[f"{name}: length, longest / shortest"] = np.log(length.max(0) / length.min(0))
        out[f"{name}: angle, largest / smallest"] = np.log(angle.max(0) / angle.min(0))
    without, with_decay = (found[decay] for decay in DECAYS)
    out["angle, with / without decay"] = np.log(with_decay[1, 1] / without[1, 1])
    out["accuracy, with - without decay"] = 100 * (with_decay[2, 1] - without[2, 1])
    return out
