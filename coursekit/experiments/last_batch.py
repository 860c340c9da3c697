"""What does a last batch of two rows do, where the others have 64?

Unless it is dropped (`drop_last=True`), an epoch of 1282 rows ends in a batch of two. Both arms
start from the same weights and take the same batches of 64; one takes the two rows, too. Accuracy
is measured in eval mode right after an epoch's end, and again with statistics estimated anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from coursekit.devices import generator, one_thread
from coursekit.training import Trainer, accuracy, digits, mlp
from coursekit.training.network import BatchNorm
from coursekit.training.run import ORDER

SIZE, TAIL, FULL, EPOCHS, LR = 64, 2, 20, 4, 0.1
ARMS = {"dropped": False, "kept": True}


def orders(seed: int, rows: int, kept: bool) -> Iterator[Tensor]:
    """Row numbers, batch after batch; every epoch ends in `TAIL` rows if they are kept."""
    source = generator(ORDER + seed)
    while True:
        order = torch.randperm(rows, generator=source)
        yield from order[: SIZE * FULL].view(-1, SIZE)
        if kept:
            yield order[SIZE * FULL : SIZE * FULL + TAIL]


def measure(seeds: Sequence[int], *, epochs: int = EPOCHS) -> dict[str, dict[str, np.ndarray]]:
    """Test accuracy at the end of every epoch: arm -> "stored" or "anew" -> (epochs, seeds)."""
    one_thread()
    problem, found = digits(), {}
    for arm, kept in ARMS.items():
        net = mlp(seeds, problem, norm="batch")
        trainer = Trainer(net, problem, seeds=seeds, lr=LR)
        different = sorted(set(seeds))
        trainer.orders = [orders(seed, len(problem.x), kept) for seed in different]
        scores: dict[str, list[np.ndarray]] = {"stored": [], "anew": []}
        for _ in range(epochs):
            for _ in range(FULL + kept):
                trainer.step()
            scores["stored"].append(accuracy(trainer.net, problem.x_test, problem.y_test))
            with _anew(trainer):
                scores["anew"].append(accuracy(trainer.net, problem.x_test, problem.y_test))
        found[arm] = {kind: np.array(rows) for kind, rows in scores.items()}
    return found


@contextmanager
@torch.no_grad()
def _anew(trainer: Trainer) -> Iterator[None]:
    """Statistics of all training rows while it lasts; then those that were there before."""
    norms = [layer for layer in trainer.net.modules() if isinstance(layer, BatchNorm)]
    before = [(norm.running_mean, norm.running_var, norm.momentum) for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    trainer.net.train()(trainer.x.expand(len(norms[0].weight), -1, -1))
    yield
    for norm, (mean, var, momentum) in zip(norms, before, strict=True):
        norm.running_mean, norm.running_var, norm.momentum = mean, var, momentum


def effects(found: dict[str, dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Points of accuracy that two rows cost at the end of an epoch, means over epochs."""
    dropped, kept = found["dropped"], found["kept"]
    return {
        "lost right after": 100 * (dropped["stored"] - kept["stored"]).mean(0),
        "lost, statistics anew": 100 * (dropped["anew"] - kept["anew"]).mean(0),
        "gap, kept": 100 * (kept["anew"] - kept["stored"]).mean(0),
        "gap, dropped": 100 * (dropped["anew"] - dropped["stored"]).mean(0),
    }
