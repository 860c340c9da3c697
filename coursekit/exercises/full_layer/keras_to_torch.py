"""The exercise keras_to_torch of the lesson full_layer."""

import numpy as np

from coursekit.checking import draws, exercise


def keras_layers(rng):
    for label, scale, center, settings in (
        ("gamma and beta", True, True, {"momentum": 0.63, "epsilon": 0.3}),
        ("Keras's defaults", True, True, {"momentum": 0.99, "epsilon": 1e-3}),
        ("scale=False", False, True, {"momentum": 0.9, "epsilon": 0.01}),
        ("center=False", True, False, {"momentum": 0.9, "epsilon": 0.01}),
        ("scale=False, center=False", False, False, {"momentum": 0.8, "epsilon": 1e-3}),
    ):
        C = int(rng.integers(3, 6))
        gamma, beta = rng.uniform(1.5, 3, C), rng.uniform(-3, -1, C)
        mean, var = rng.uniform(4, 8, C), rng.uniform(10, 40, C)
        kept = [*([gamma] if scale else []), *([beta] if center else []), mean, var]
        config = {"name": "batch_normalization", "axis": -1, "scale": scale, "center": center}
        yield label, (config | settings, [v.astype("float32") for v in kept])


def any_layer(rng):
    """With gamma or without, with beta or without, one channel or several."""
    scale, center = bool(rng.integers(2)), bool(rng.integers(2))
    C = int(rng.integers(1, 7))
    learned = [*draws.affine(rng, C)][: scale + center]
    mean, var = draws.size(rng, 1e-6, 1e6) * rng.standard_normal(C), rng.uniform(0, 40, C)
    config = {"name": "bn", "axis": -1, "scale": scale, "center": center}
    config |= {"momentum": round(rng.uniform(), 3), "epsilon": draws.eps(rng)}
    return config, [v.astype("float32") for v in (*learned, mean, var)]


@exercise(
    cases=keras_layers,
    domain=any_layer,
    hints=(
        "Most of it is renaming: epsilon is eps, gamma is weight, moving_variance is running_var. "
        "Two things are more than that: the momentum, and the vectors that may be absent.",
        "With scale=False, how many vectors are in weights, and which of them comes first? The "
        "last two are there in any case.",
        'mean, var = weights[___:]\nlearned = weights[:___]\naffine = config["scale"] or ___\n'
        'options = {"num_features": len(mean), "eps": ___, "momentum": ___, "affine": affine}\n'
        'state = {"running_mean": mean, "running_var": var, "num_batches_tracked": ___}\n'
        'if affine:\n    state["weight"] = learned.pop(0) if config["scale"] else ___\n'
        '    state["bias"] = learned.pop(0) if config["center"] else ___\n'
        "return options, state",
    ),
    points=3,
    minutes=10,
    difficulty=3,
    returns=("options", "state"),
    allows=("batch_norm",),
    ask="You carried moving_variance over as it is. After how many more training batches would the "
    "two layers evaluate differently, and why at all?",
)
def keras_to_torch(config, weights):
    """Translate a Keras BatchNormalization: its get_config() and get_weights(). -> options, state

    options: num_features, eps, momentum, affine, for BatchNorm(**options). affine is False where
        Keras learns neither gamma nor beta.
    state: running_mean, running_var, num_batches_tracked (0), and if affine weight and bias, by
        name. Where Keras has only one of gamma and beta, the other is ones or zeros, whichever
        changes nothing.
    """
    mean, var = weights[-2:]
    learned = list(weights[:-2])
    affine = config["scale"] or config["center"]
    options = {"num_features": len(mean), "eps": config["epsilon"], "affine": affine}
    options["momentum"] = 1 - config["momentum"]
    state = {"running_mean": mean, "running_var": var, "num_batches_tracked": np.array(0)}
    if affine:
        state["weight"] = learned.pop(0) if config["scale"] else np.ones_like(mean)
        state["bias"] = learned.pop(0) if config["center"] else np.zeros_like(mean)
    return options, state


@keras_to_torch.alternative
def by_names(config, weights):
    names = ["weight"] * config["scale"] + ["bias"] * config["center"]
    names += ["running_mean", "running_var"]
    state = dict(zip(names, weights, strict=True))
    C, affine = len(state["running_var"]), config["center"] | config["scale"]
    if affine:
        state = {"weight": [1.0] * C, "bias": [0.0] * C} | state
    eps, momentum = config["epsilon"], -(config["momentum"] - 1)
    options = dict(num_features=C, eps=eps, momentum=momentum, affine=affine)
    return options, {**state, "num_batches_tracked": 0}


@keras_to_torch.alternative
def with_tensors(config, weights):
    import torch

    *learned, mean, var = map(torch.tensor, weights)
    state = {"running_mean": mean, "running_var": var, "num_batches_tracked": torch.tensor(0)}
    match learned:
        case [gamma, beta]:
            state |= {"weight": gamma, "bias": beta}
        case [gamma] if config["scale"]:
            state |= {"weight": gamma, "bias": torch.zeros(len(gamma))}
        case [beta]:
            state |= {"weight": torch.ones(len(beta)), "bias": beta}
    return {
        "num_features": mean.numel(),
        "eps": config["epsilon"],
        "momentum": 1 - config["momentum"],
        "affine": bool(learned),
    }, state


@keras_to_torch.alternative
def from_the_end(config, weights):
    left = weights[::-1]
    var, mean = left[0], left[1]
    bias = left[2] if config["center"] else 0 * mean
    weight = left[-1] if config["scale"] else 0 * mean + 1
    learns = len(left) > 2
    learned = {"weight": weight, "bias": bias} if learns else {}
    tracked = {"running_mean": mean, "running_var": var, "num_batches_tracked": np.int64(0)}
    options = {"num_features": mean.size, "affine": learns, "eps": config["epsilon"]}
    return options | {"momentum": round(1 - config["momentum"], 6)}, learned | tracked
