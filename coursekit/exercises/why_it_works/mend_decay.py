"""The exercise mend_decay of the lesson why_it_works."""

import numpy as np

from coursekit.checking import draws, exercise


def drawn(rng, shapes):
    """Arrays of these shapes, none of their numbers near 0."""
    return {
        name: rng.uniform(0.5, 2, shape) * rng.choice([-1.0, 1.0], shape)
        for name, shape in shapes.items()
    }


def steps(rng):
    """Parameters as PyTorch calls them, and as others do."""
    convolution = {
        "conv.weight": (3, 2, 1, 4),
        "conv.bias": (3,),
        "norm.weight": (3,),
        "norm.bias": (3,),
        "head.weight": (4, 3),
        "head.bias": (4,),
    }
    keras = {"dense/kernel": (5, 2), "dense/bias": (2,), "norm/gamma": (2,), "norm/beta": (2,)}
    keras |= {"along/kernel": (3, 2, 4), "along/bias": (4,)}
    one = {"0.weight": (1, 3), "1.weight": (1,), "1.bias": (1,), "2.weight": (4, 1)}
    for label, shapes, lr, decay in (
        ("a convolution, a norm, a linear layer", convolution, 0.5, 0.3),
        ("names of another library", keras, 0.3, 0.7),
        ("one unit: a matrix of one row, another of one column", one, 0.4, 0.5),
        ("norms alone", {"a.weight": (4,), "a.bias": (4,)}, 0.2, 0.9),
        ("without decay", convolution, 0.1, 0.0),
    ):
        yield label, (drawn(rng, shapes), drawn(rng, shapes), lr, decay)


def any_parameters(rng):
    """Layers of one axis to four, under whatever names."""
    shapes, words = {}, ["weight", "bias", "kernel", "gamma", "scale", "w"]
    for k in range(int(rng.integers(1, 6))):
        rank = int(rng.integers(1, 5))
        shapes[f"{k}.{words[rng.integers(len(words))]}"] = tuple(rng.integers(1, 5, rank).tolist())
    size = draws.size(rng, 1e-3, 1e3)
    params = {name: size * p for name, p in drawn(rng, shapes).items()}
    return params, drawn(rng, shapes), draws.size(rng, 1e-3, 1), draws.size(rng, 1e-3, 0.9)


@exercise(
    cases=steps,
    domain=any_parameters,
    hints=(
        "The spot check looked at three parameters. Which kinds of parameters has the network "
        "besides?",
        "Take a step with all gradients 0, and print which parameters have moved. Which of them "
        "should have stood still? What do they have in common, if not what they are called?",
        "What tells a matrix or a kernel from γ, β and a bias is how many axes it has:\n"
        "if p.___ > ___:\n    g = g + decay * p",
    ),
    minutes=6,
    difficulty=2,
    planted="by_name",
    mend=True,
    ask="Embeddings have two axes, too. Does this rule decay them, and would you?",
)
def mend_decay(params, gradients, lr, decay):
    """One step of SGD that decays matrices and kernels, and no γ, β or bias. 2 dicts -> dict"""
    stepped = {}
    for name, p in params.items():
        g = gradients[name]
        if p.ndim > 1:
            g = g + decay * p
        stepped[name] = p - lr * g
    return stepped


@mend_decay.alternative
def shrink_first(params, gradients, lr, decay):
    kept = {name: 1 - lr * decay * (np.ndim(p) >= 2) for name, p in params.items()}
    return {name: kept[name] * p - lr * gradients[name] for name, p in params.items()}


@mend_decay.alternative
def two_groups(params, gradients, lr, decay):
    decayed = [name for name in params if len(params[name].shape) > 1]
    out = {name: np.array(p, dtype=float) for name, p in params.items()}
    for name in decayed:
        out[name] -= lr * decay * params[name]
    for name, g in gradients.items():
        out[name] -= lr * g
    return out


@mend_decay.alternative
def one_expression(params, gradients, lr, decay):
    return dict(
        (name, p - lr * (gradients[name] + (decay if p.ndim != 1 else 0) * p))
        for name, p in params.items()
    )
