"""The exercise keras_to_torch of the lesson full_layer."""

import numpy as np

from coursekit.checking import exercise


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


@exercise(
    cases=keras_layers,
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
        name. Where Keras has only one of gamma and beta, the other is what changes nothing.
    """
    mean, var = weights[-2:]
    learned = list(weights[:-2])
    affine = config["scale"] or config["center"]
    options = {
        "num_features": len(mean),
        "eps": config["epsilon"],
        "momentum": 1 - config["momentum"],
        "affine": affine,
    }
    state = {"running_mean": mean, "running_var": var, "num_batches_tracked": np.array(0)}
    if affine:
        state["weight"] = learned.pop(0) if config["scale"] else np.ones_like(mean)
        state["bias"] = learned.pop(0) if config["center"] else np.zeros_like(mean)
    return options, state


RIGHT = keras_to_torch.right


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


def changed(config, weights, options=None, state=None, leave_out=()):
    """The right answer, with some of its values replaced or left out."""
    right_options, right_state = RIGHT(config, weights)
    everything = right_options | (options or {}), right_state | (state or {})
    return tuple({k: v for k, v in d.items() if k not in leave_out} for d in everything)


@keras_to_torch.mistake(
    "momentum is Keras's own, unchanged. There it weighs the old value, here the new batch: 1 − "
    "momentum."
)
def momentum_unchanged(config, weights):
    return changed(config, weights, {"momentum": config["momentum"]})


@keras_to_torch.mistake("momentum is always PyTorch's default, 0.1: translate the layer's own.")
def momentum_default(config, weights):
    return changed(config, weights, {"momentum": 0.1})


@keras_to_torch.mistake("The sign of momentum is turned: 1 − momentum, not momentum − 1.")
def momentum_negative(config, weights):
    return changed(config, weights, {"momentum": config["momentum"] - 1})


@keras_to_torch.mistake(
    "eps is PyTorch's default, 1e-5. Keras's is another (its default is 1e-3): carry it over."
)
def eps_default(config, weights):
    return changed(config, weights, {"eps": 1e-5})


@keras_to_torch.mistake("eps is always 1e-3, Keras's default. This layer may have another.")
def eps_kerass_default(config, weights):
    return changed(config, weights, {"eps": 1e-3})


@keras_to_torch.mistake("eps is left out, so the layer would take its own default.")
def eps_left_out(config, weights):
    return changed(config, weights, leave_out=("eps",))


@keras_to_torch.mistake("momentum is left out, so the layer would take its own default.")
def momentum_left_out(config, weights):
    return changed(config, weights, leave_out=("momentum",))


@keras_to_torch.mistake("eps and momentum kept Keras's names; BatchNorm calls epsilon eps.")
def keras_option_names(config, weights):
    options, state = changed(config, weights, leave_out=("eps",))
    return options | {"epsilon": config["epsilon"]}, state


@keras_to_torch.mistake(
    "The vectors kept Keras's names. In a state_dict gamma is weight, beta is bias, moving_mean is "
    "running_mean, moving_variance is running_var."
)
def keras_vector_names(config, weights):
    options, state = RIGHT(config, weights)
    names = {"weight": "gamma", "bias": "beta"}
    names |= {"running_mean": "moving_mean", "running_var": "moving_variance"}
    return options, {names.get(k, k): v for k, v in state.items()}


@keras_to_torch.mistake(
    "gamma and beta are exchanged. Keras lists gamma, beta, moving_mean, moving_variance."
)
def gamma_beta_exchanged(config, weights):
    if not (config["scale"] and config["center"]):
        return RIGHT(config, weights)
    return RIGHT(config, [weights[1], weights[0], *weights[2:]])


@keras_to_torch.mistake(
    "running_mean and running_var are exchanged. In Keras's list the mean comes before the "
    "variance."
)
def mean_and_variance_exchanged(config, weights):
    return RIGHT(config, [*weights[:-2], weights[-1], weights[-2]])


@keras_to_torch.mistake(
    "You took the statistics from the front of the list. Keras lists gamma, beta, moving_mean, "
    "moving_variance."
)
def statistics_first(config, weights):
    return RIGHT(config, [*weights[2:], *weights[:2]])


@keras_to_torch.mistake(
    "You store the square root. moving_variance and running_var are both variances."
)
def std_stored(config, weights):
    return RIGHT(config, [*weights[:-1], np.sqrt(weights[-1])])


@keras_to_torch.mistake(
    "You added epsilon to the variance. The layer adds it itself, in every forward pass."
)
def eps_in_the_variance(config, weights):
    return RIGHT(config, [*weights[:-1], weights[-1] + np.float32(config["epsilon"])])


@keras_to_torch.mistake(
    "You unpack four vectors. With scale=False or center=False Keras has only three, or two: ask "
    "config which."
)
def four_vectors_always(config, weights):
    gamma, beta, mean, var = weights
    return RIGHT(config, [gamma, beta, mean, var])


@keras_to_torch.mistake(
    "With scale=False there is no gamma, and the first vector is beta. You took it for gamma."
)
def beta_for_gamma(config, weights):
    if config["scale"] or not config["center"]:
        return RIGHT(config, weights)
    return RIGHT(config | {"scale": True, "center": False}, weights)


@keras_to_torch.mistake(
    "affine follows scale alone. With scale=False Keras may still learn beta: then affine is True."
)
def affine_is_scale(config, weights):
    if config["scale"]:
        return RIGHT(config, weights)
    return RIGHT(config | {"center": False}, weights[-2:])


@keras_to_torch.mistake(
    "affine is True although Keras learns neither gamma nor beta. Then weight and bias would be "
    "learned from here on."
)
def affine_always(config, weights):
    ones, zeros = np.ones_like(weights[-1]), np.zeros_like(weights[-1])
    if config["scale"] or config["center"]:
        return RIGHT(config, weights)
    return RIGHT(config | {"scale": True, "center": True}, [ones, zeros, *weights])


@keras_to_torch.mistake(
    "A missing gamma became 0, which erases the channel. What changes nothing is a weight of 1."
)
def missing_gamma_is_0(config, weights):
    options, state = RIGHT(config, weights)
    if not config["scale"] and "weight" in state:
        state["weight"] = np.zeros_like(state["weight"])
    return options, state


@keras_to_torch.mistake(
    "num_batches_tracked is missing. A strict load_state_dict refuses a state without it; 0 will "
    "do."
)
def counter_missing(config, weights):
    return changed(config, weights, leave_out=("num_batches_tracked",))
