"""Time the reference norms against torch.nn's fused kernels and the usual teaching forms.

    python benchmarks/norms.py            measure, print the tables, store data/norms.json
    python benchmarks/norms.py --stored   print the stored tables

One thread, float32, CPU time, the median of interleaved repeats: what slows the machine down for a
moment slows every column, and the ratios stay. Nothing here gates a test.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy and torch are imported

import numpy as np
import teaching
import torch
from targets import TARGETS
from torch import nn

from coursekit import layers, norms
from coursekit.catalog import NORMS
from coursekit.devices import quick

STORE = Path(__file__).parent / "data" / "norms.json"
REPEATS = 3 if quick() else 41

MLP, IMAGES, TOKENS = (256, 512), (32, 64, 28, 28), (8, 128, 512)
WEIGHT = (512, 256, 3, 3)


class Case(NamedTuple):
    """One method at one shape, and who computes it."""

    name: str
    shape: tuple[int, ...]
    axes: tuple[int, ...] | None  # None: the teaching forms have no such axes
    parameters: tuple[int, ...]  # gamma's shape, which broadcasts against x
    layer: Callable  # C -> ours
    fused: Callable  # C -> torch.nn's own, on its fused kernel
    forward: Callable  # ours in NumPy

    @property
    def title(self):
        return f"{self.name} {self.shape}"

    @property
    def C(self):
        return max(self.parameters)


def batch(shape):
    spatial = len(shape) - 2
    return Case(
        name="batch",
        shape=shape,
        axes=(0, *range(2, len(shape))),
        parameters=(1, shape[1], *[1] * spatial),
        layer=layers.BatchNorm,
        fused={2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d}[len(shape)],
        forward=norms.batch_norm,
    )


def layer(shape):
    return Case(
        name="layer",
        shape=shape,
        axes=(len(shape) - 1,),
        parameters=(*[1] * (len(shape) - 1), shape[-1]),
        layer=layers.LayerNorm,
        fused=nn.LayerNorm,
        forward=norms.layer_norm,
    )


def instance(shape):
    return Case(
        name="instance",
        shape=shape,
        axes=(2, 3),
        parameters=(1, shape[1], 1, 1),
        layer=lambda C: layers.InstanceNorm(C, affine=True),
        fused=lambda C: nn.InstanceNorm2d(C, affine=True),
        forward=norms.instance_norm,
    )


def group(shape):
    return Case(
        name="group",
        shape=shape,
        axes=None,
        parameters=(1, shape[1], 1, 1),
        layer=layers.GroupNorm,
        fused=lambda C: nn.GroupNorm(32, C),
        forward=norms.group_norm,
    )


CASES = [*map(batch, (MLP, IMAGES, TOKENS)), layer(MLP), layer(TOKENS), instance(IMAGES)]
CASES += [group(IMAGES)]


def medians(functions, repeats=REPEATS):
    """Run every function in turn, `repeats` times round; return each one's median in seconds."""
    times = {name: [] for name in functions}
    for turn in range(repeats + 1):
        for name, function in functions.items():
            begun = time.process_time()
            function()
            if turn:  # the first round warms up
                times[name].append(time.process_time() - begun)
    return {name: float(np.median(taken)) for name, taken in times.items()}


def torch_training(case):
    """Time forward and backward of ours, of torch.nn's own and of two teaching forms."""
    x, dy = torch.randn(2, *case.shape, generator=torch.Generator().manual_seed(0))
    x.requires_grad_()
    modules = {"ours": case.layer(case.C), "fused": case.fused(case.C)}
    functions = {name: both(module, x, dy, module) for name, module in modules.items()}
    if case.axes:
        ours = modules["ours"]
        for form in (teaching.torch_var, teaching.torch_squares):
            functions[form.__name__] = both(
                lambda x, f=form: f(x, ours.weight, ours.bias, case.axes, case.parameters),
                x, dy, ours,
            )  # fmt: skip
    return medians(functions)


def both(y_of, x, dy, module):
    """Give a function that runs y_of forward and backward."""
    leaves = (x, module.weight, module.bias)
    return lambda: torch.autograd.grad(y_of(x), leaves, dy)


@torch.no_grad()
def torch_eval(case):
    """Time eval of ours and of torch.nn's own."""
    x = torch.randn(case.shape, generator=torch.Generator().manual_seed(0))
    modules = {"ours": case.layer(case.C).eval(), "fused": case.fused(case.C).eval()}
    return medians({name: lambda m=module: m(x) for name, module in modules.items()})


def numpy_training(case):
    """Time forward and backward of ours and of two teaching forms."""
    rng = np.random.default_rng(0)
    x, dy = rng.standard_normal((2, *case.shape), dtype=np.float32)
    gamma, beta = np.ones((2, case.C), np.float32)

    def both(forward, backward):
        return lambda: backward(dy, forward()[1])

    functions = {"ours": both(lambda: case.forward(x, gamma, beta), norms.affine_norm_backward)}
    if case.axes:
        for form in (teaching.numpy_var, teaching.numpy_staged):
            functions[form.__name__] = both(
                lambda form=form: form(x, gamma, beta, case.axes, case.parameters),
                getattr(teaching, f"{form.__name__}_backward"),
            )
    return medians(functions)


def numpy_method(norm):
    """Time one row of the catalog, forward and backward, and a copy of its array."""
    rng = np.random.default_rng(0)
    args = [argument(name, norm, rng) for name in norm.arguments]
    y, cache = norm.forward(*args)
    dy = rng.standard_normal(y.shape, dtype=np.float32)
    out = np.empty_like(y)
    return medians(
        {
            "floor": lambda: np.copyto(out, dy),  # read once, write once
            "forward": lambda: norm.forward(*args),
            "backward": lambda: norm.backward(dy, cache),
        },
        REPEATS // 3,
    )


def argument(name, norm, rng):
    """Draw an array for one argument: images, or the weight of a wide convolution."""
    last = ("layer", "rms", "query_key", "dynamic_tanh", "dynamic_erf")
    C = IMAGES[-1] if norm.name in last else IMAGES[1]
    if name == "labels":
        return rng.integers(10, size=IMAGES[0])
    if norm.name == "spectral" and name in "uv":
        return np.ones({"u": WEIGHT[0], "v": np.prod(WEIGHT[1:])}[name], np.float32)
    shapes = dict.fromkeys(("x", "content", "style", "q", "k"), IMAGES) | dict.fromkeys(
        "vw", WEIGHT
    )
    shapes |= {"g": (WEIGHT[0], 1, 1, 1), "alpha": ()}
    if norm.name == "conditional_batch":
        shapes |= {"gamma": (10, C), "beta": (10, C)}
    if norm.name == "adaptive_layer":
        C = IMAGES[-1]
        shapes |= {"condition": (IMAGES[0], 8), "weight": (3 * C, 8), "bias": (3 * C,)}
    return rng.uniform(0.5, 2, shapes.get(name, (C,))).astype(np.float32)


def measure():
    """Take every measurement; return what is stored."""
    torch.set_num_threads(1)
    return {
        "where": {
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "repeats": REPEATS,
        },
        "torch, training": {case.title: torch_training(case) for case in CASES},
        "torch, eval": {case.title: torch_eval(case) for case in CASES if case.name == "batch"},
        "NumPy, training": {case.title: numpy_training(case) for case in CASES},
        "NumPy, methods": {name: numpy_method(norm) for name, norm in NORMS.items()},
    }


def show(stored):
    """Print the tables: milliseconds first, and then ratios."""
    print(", ".join(f"{key} {value}" for key, value in stored["where"].items()))
    rows("torch, forward + backward", stored["torch, training"], TORCH_COLUMNS)
    rows("torch, eval", stored["torch, eval"], {"ours / fused": ("ours", "fused")})
    rows("NumPy, forward + backward", stored["NumPy, training"], NUMPY_COLUMNS)
    rows("NumPy, each method over a copy of its array", stored["NumPy, methods"], FLOOR_COLUMNS)
    for target in TARGETS:
        if said := target.missed(stored):
            print(f"\n{said}")


TORCH_COLUMNS = {
    "ours / fused": ("ours", "fused"),
    "x.var / ours": ("torch_var", "ours"),
    "squares / ours": ("torch_squares", "ours"),
}
NUMPY_COLUMNS = {"x.var / ours": ("numpy_var", "ours"), "staged / ours": ("numpy_staged", "ours")}
FLOOR_COLUMNS = {"forward / copy": ("forward", "floor"), "backward / copy": ("backward", "floor")}


def rows(title, table, columns):
    """Print one table: a line per case, milliseconds first, then the ratios."""
    first = "forward" if title.endswith("array") else "ours"
    print(f"\n{title:<44}{first + ' (ms)':>14}" + "".join(f"{name:>17}" for name in columns))
    for name, times in table.items():
        cells = [f"{times[a] / times[b]:.2f}" if a in times else "-" for a, b in columns.values()]
        print(f"{name:<44}{1e3 * times[first]:>14.2f}" + "".join(f"{cell:>17}" for cell in cells))


def main(arguments):
    if "--stored" in arguments:
        show(json.loads(STORE.read_text("utf-8")))
        return 0
    stored = measure()
    if not quick():
        STORE.parent.mkdir(exist_ok=True)
        STORE.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    show(stored)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
