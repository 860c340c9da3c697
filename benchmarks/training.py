"""Time 20 seeds trained side by side against the same 20 trained one after another.

    python benchmarks/training.py            measure, print the table, store data/training.json
    python benchmarks/training.py --stored   print the stored table

"One by one" is the loop one would write with torch.nn and torch.optim. One thread, float32, CPU
time, the median of interleaved repeats. The aim is a ratio of 5 for a small MLP.
"""

import json
import os
import platform
import sys
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy and torch are imported
os.environ["COURSEKIT_DEVICE"] = "cpu"

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from coursekit import training
from coursekit.devices import generator, one_thread, quick

STORE = Path(__file__).parent / "data" / "training.json"
SEEDS = range(3 if quick() else 20)
REPEATS, STEPS, BATCH, LR = (1 if quick() else 5), 60, 64, 0.03
NORMS = {"none": lambda D: nn.Identity(), "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


class Case(NamedTuple):
    """One kind of network."""

    depth: int
    width: int
    norm: str

    @property
    def title(self):
        return f"{self.depth} x {self.width}, norm: {self.norm}"


CASES = [Case(depth, width, norm) for depth, width in [(2, 32), (3, 64)] for norm in NORMS]


def side_by_side(case, problem):
    """All seeds as one computation."""
    build = partial(training.mlp, depth=case.depth, width=case.width, norm=case.norm)
    training.train(build, problem, seeds=SEEDS, lr=LR, steps=STEPS, batch=BATCH)


def one_by_one(case, problem):
    """Each seed by itself."""
    x, y, x_test, y_test = map(torch.tensor, problem)
    for seed in SEEDS:
        source, fan_in, layers = generator(seed), x.shape[1], []
        for _ in range(case.depth):
            layers += [nn.Linear(fan_in, case.width), NORMS[case.norm](case.width), nn.ReLU()]
            fan_in = case.width
        net = nn.Sequential(*layers, nn.Linear(fan_in, 10))
        optimizer = torch.optim.SGD(net.parameters(), lr=LR, momentum=0.9)
        for _ in range(STEPS):
            rows = torch.randint(len(x), (BATCH,), generator=source)
            loss = F.cross_entropy(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            (net.eval()(x_test).argmax(1) == y_test).float().mean().item()


def measure():
    """Take every measurement; return what is stored."""
    one_thread()
    problem, table = training.digits(), {}
    for case in CASES:
        times = {side_by_side: [], one_by_one: []}
        for turn in range(REPEATS + 1):
            for function, taken in times.items():
                begun = time.process_time()
                function(case, problem)
                if turn:  # the first round warms up
                    taken.append(time.process_time() - begun)
        table[case.title] = {f.__name__: float(np.median(taken)) for f, taken in times.items()}
    where = {"machine": platform.machine(), "cores": os.cpu_count(), "torch": torch.__version__}
    return {
        "where": where | {"seeds": len(SEEDS), "steps": STEPS, "batch": BATCH},
        "seconds": table,
    }


def show(stored):
    """Print the table: CPU seconds, and the ratio."""
    print(", ".join(f"{key} {value}" for key, value in stored["where"].items()))
    print(f"{'network':<24}{'side by side (s)':>18}{'one by one (s)':>18}{'ratio':>8}")
    for title, taken in stored["seconds"].items():
        together, apart = taken["side_by_side"], taken["one_by_one"]
        print(f"{title:<24}{together:>18.2f}{apart:>18.2f}{apart / together:>8.1f}")


def main(arguments):
    if "--stored" in arguments:
        show(json.loads(STORE.read_text("utf-8")))
        return 0
    stored = measure()
    if not quick():
        STORE.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    show(stored)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
