"""Arguments for every row of the catalog, by name, and its torch layer as a function of them.

A new row needs nothing here unless it takes an argument of a new name, its layer is made of more
than the number of channels and the example, or its x needs pixels (`shapes`).
"""

import inspect

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

from coursekit import layers
from coursekit.catalog import NORMS
from coursekit.layers.core import LastAxesNorm
from coursekit.layers.tracked import TrackedNorm

SHAPE = (6, 4, 3, 2)  # N, C, H, W: all different, so that no mixed-up axis goes unnoticed
WEIGHT = (5, 3, 2, 4)  # out, in, kh, kw
CLASSES, CONDITION = 3, 5
PARAMETERS = {"gamma": "weight", "beta": "bias"}  # the other names are the same in both worlds
PARAMETERS |= {"gamma_q": "query_weight", "gamma_k": "key_weight"}

ROWS = list(NORMS.values())
INPUTS = ("x", "content", "style", "labels", "condition", "q", "k")  # what a layer is called with
ACTIVATIONS = [norm for norm in ROWS if {"x", "content"} & set(norm.arguments)]
WEIGHTS = [norm for norm in ROWS if {"v", "w"} & set(norm.arguments)]
CONVOLUTIONS = [norm for norm in ROWS if issubclass(norm.module, layers.WeightStandardizedConv2d)]
TRACKED = [norm for norm in ROWS if issubclass(norm.module, TrackedNorm)]


def draw(norm, shape=SHAPE, seed=0, dtype=np.float64) -> dict[str, np.ndarray]:
    """Draw the arrays that `norm` takes: every channel has its own mean and scale."""
    rng = np.random.default_rng(seed)
    return {name: _draw(name, norm, shape, rng, dtype) for name in norm.arguments}


def _draw(name, norm, shape, rng, dtype):
    C = shape[1]
    per_last = shape[-1:] if issubclass(norm.module, LastAxesNorm) else (C,)
    if name in ("x", "content", "style", "q", "k"):
        spread = (C, *[1] * (len(shape) - 2))
        scale, mean = rng.uniform(0.5, 4, spread), rng.uniform(-3, 3, spread)
        return (mean + scale * rng.standard_normal(shape)).astype(dtype)
    if name == "labels":
        return rng.integers(CLASSES, size=shape[0])
    if name == "running_var":
        return rng.uniform(0.5, 4, C).astype(dtype)
    shapes = {"v": WEIGHT, "w": WEIGHT, "g": (WEIGHT[0], 1, 1, 1), "alpha": (), "shift": ()}
    if norm.name == "spectral":
        shapes |= {"u": WEIGHT[:1], "v": (int(np.prod(WEIGHT[1:])),)}
    if norm.name == "conditional_batch":
        per_last = (CLASSES, C)
    if norm.name == "query_key":
        per_last = shape[-1:]
    if norm.name == "adaptive_layer":
        D = shape[-1]
        shapes |= {"condition": (shape[0], CONDITION), "weight": (3 * D, CONDITION)}
        shapes |= {"bias": (3 * D,)}
        if name in ("weight", "bias"):  # near their start
            return (0.1 * rng.standard_normal(shapes[name])).astype(dtype)
    return rng.standard_normal(shapes.get(name, per_last)).astype(dtype)


def tensors(arrays, requires_grad=False) -> dict[str, torch.Tensor]:
    """Turn drawn arrays into tensors, and floating ones into leaves if asked."""
    return {
        name: torch.tensor(a, requires_grad=requires_grad and a.dtype.kind == "f")
        for name, a in arrays.items()
    }


def shapes(norm) -> list[tuple[int, ...]]:
    """List the shapes of x that a row is tried on: rank 2 to 5, but 3 and up if it needs pixels."""
    if norm in WEIGHTS:
        return [SHAPE]
    pixels = {"instance", "adaptive_instance", "filter_response", "local_response"}
    return [(6, 4), (6, 4, 5), SHAPE, (6, 4, 3, 2, 2)][norm.name in pixels :]


def make_layer(norm, args) -> nn.Module:
    """Build the row's layer to fit the drawn arguments, in float64."""
    if norm in CONVOLUTIONS:
        out, fan_in, *kernel = args["w"].shape
        return norm.module(fan_in, out, tuple(kernel), bias=False).double()
    if norm.name == "spectral":
        return layers.SpectralNorm(args["w"])
    if _asks_nothing(norm):
        return norm.module(**norm.example)
    if issubclass(norm.module, LastAxesNorm):
        return norm.module(args["x"].shape[-1]).double()
    if norm.name == "conditional_batch":
        return norm.module(args["x"].shape[1], CLASSES).double()
    if norm.name == "query_key":
        return norm.module(args["q"].shape[-1]).double()
    if norm.name == "adaptive_layer":
        return norm.module(args["x"].shape[-1], CONDITION).double()
    options = {"affine": True} if norm.name == "instance" else {}
    return norm.module(args["x"].shape[1], **norm.example, **options).double()


def _asks_nothing(norm) -> bool:
    """True of a layer that is made of the row's example alone, whatever the sizes of its input."""
    asked = inspect.signature(norm.module).parameters.values()
    return all(p.default is not p.empty or p.name in norm.example for p in asked)


def call_layer(norm, layer, args):
    """Call the layer with `args` in place of its own parameters, and return y.

    Buffers go in as copies, because a layer in training writes into them.
    """
    if norm.name == "weight":
        return layer(args["g"], args["v"])
    if norm.name == "spectral":
        buffers = {"_u": args["u"].clone(), "_v": args["v"].clone()}
        return functional_call(layer, buffers, (args["w"],))
    if norm in CONVOLUTIONS:
        return functional_call(layer, convolution_state(args), (probe(args["w"]),))
    inputs = [args[name] for name in INPUTS if name in args]
    given = {PARAMETERS.get(name, name): a for name, a in args.items()}
    state = {name: given.get(name, a) for name, a in layer.named_parameters()}
    state |= {name: given.get(name, a).detach().clone() for name, a in layer.named_buffers()}
    return functional_call(layer, state, tuple(inputs))


def convolution_state(args):
    """Name what such a convolution holds as its parameters are named."""
    return {{"w": "weight", "g": "gain"}[name]: a for name, a in args.items()}


def call_oracle(norm, args):
    """Ask the row's oracle for the same y."""
    y = norm.oracle(*args.values(), **norm.example)
    return F.conv2d(probe(y), y) if norm in CONVOLUTIONS else y


def probe(weight):
    """Make images that a convolution with this weight turns into numbers to compare."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(2, weight.shape[1], 6, 6, generator=generator, dtype=torch.float64)
    return images.to(weight)


def gradients(y, args, seed=1, create_graph=False):
    """Differentiate y along a random direction: a plain sum has no gradient through a norm."""
    dy = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    leaves = [a for a in args.values() if a.requires_grad]
    return torch.autograd.grad(
        y, leaves, dy.to(y), create_graph=create_graph, allow_unused=True, materialize_grads=True
    )
