"""Can a network read from a sample's batch mates what the sample itself does not show?

The task cannot be done from the sample. The first of each group of n digits is a random one; the
others are all of one class, and that class is what the network is to say of the first. Only the
first counts in the loss. Batch norm's groups are these groups, so its mean and variance carry the
answer over.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from coursekit.bars import bar
from coursekit.devices import device, generator, one_thread
from coursekit.training import SGD, Ghost, digits, mlp

GROUP, GROUPS, STEPS, LR = 8, 16, 150, 0.1


def draw(x, y, sources, group: int, groups: int):
    """Groups in a row: (R, groups · group, D), and the class of each group's mates (R, groups)."""
    by_class = [torch.nonzero(y == c)[:, 0] for c in range(10)]
    batches, answers = [], []
    for g in sources:
        classes = torch.randint(10, (groups,), generator=g)
        first = torch.randint(len(x), (groups, 1), generator=g)
        mates = torch.stack(
            [
                by_class[c][torch.randint(len(by_class[c]), (group - 1,), generator=g)]
                for c in classes.tolist()
            ]
        )
        batches.append(x[torch.cat([first, mates], dim=1).flatten()])
        answers.append(classes)
    return torch.stack(batches).to(device()), torch.stack(answers).to(device())


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Accuracy on held-out groups: norm -> (2, seeds), in train mode and in eval mode."""
    one_thread()
    problem, found = digits(), {}
    x, y = torch.tensor(problem.x), torch.tensor(problem.y)
    held_out = torch.tensor(problem.x_test), torch.tensor(problem.y_test)
    norms: dict[str, Any] = {"batch": partial(Ghost, group=GROUP), "layer": "layer"}
    for name, norm in norms.items():
        build = partial(mlp, depth=2, norm=norm)
        net = build(seeds, problem).to(device()).train()
        sources, sgd = [generator(seed) for seed in seeds], SGD(net.parameters(), LR)
        for _ in bar(range(steps), name):
            inputs, answers = draw(x, y, sources, GROUP, GROUPS)
            logits = net(inputs)[:, ::GROUP]  # (R, groups, 10): the first of each group
            sgd.descend(F.cross_entropy(logits.flatten(0, 1), answers.flatten()) * len(seeds))
        fresh = [generator(3_000_000 + seed) for seed in seeds]
        inputs, answers = draw(*held_out, fresh, GROUP, 60)
        with torch.no_grad():
            scores = [
                (net.train(mode)(inputs)[:, ::GROUP].argmax(-1) == answers).double().mean(1)
                for mode in (True, False)
            ]
        found[name] = torch.stack(scores).cpu().numpy()
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Percent right, where a guess has 10."""
    return {
        f"{norm}: right in {mode} mode": 100 * scores
        for norm, both in found.items()
        for mode, scores in zip(("train", "eval"), both, strict=True)
    }
