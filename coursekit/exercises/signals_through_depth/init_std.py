"""The exercise init_std of the lesson signals_through_depth."""

import math

import numpy as np

from coursekit.checking import AnswerError, draws, exercise


def script(answer, rng):
    """Every activation at several sizes, and names in no table: there, an error is right."""
    for fan_in, act in [(5, "relu"), (8, "linear"), (3, "tanh"), (784, "relu"), (1, "relu")]:
        answer.doing = label = f"fan_in {fan_in}, {act}"
        yield label, answer(fan_in, act)
    for act in "swish", "reluu", "lin":
        answer.doing = label = f"fan_in 5, {act}"
        yield from refusal(answer, label, act)


def refusal(answer, label, act):
    try:
        answer(5, act)
    except AnswerError as error:
        right = error.isa("ValueError", "KeyError")
        yield label, "a ValueError or a KeyError" if right else f"a {error.kind}"
    else:
        yield label, "no error"


def any_layer(rng):
    return int(draws.size(rng, 1, 1e9)), str(rng.choice(["linear", "tanh", "relu"]))


@exercise(
    script=script,
    domain=any_layer,
    hints=(
        "Each layer multiplies the mean square by fan_in · std² · keep, where keep is the share "
        "that the activation lets pass. For which std is that 1?",
        "Square your result and multiply by fan_in: is it 2 for ReLU, 1 for the others?",
        'keep = {"linear": 1, "tanh": 1, "relu": ___}[act]\nreturn 1 / np.sqrt(___ * ___)',
    ),
    points=1,
    minutes=6,
    difficulty=2,
    ask="A layer has 64 inputs, and half of them are always 0. Which std keeps the mean square?",
)
def init_std(fan_in, act):
    """The std of weights that keeps a layer's mean square; act is linear, tanh or relu. -> number

    For any other act, raise a ValueError or a KeyError.
    """
    keep = {"linear": 1, "tanh": 1, "relu": 1 / 2}[act]  # the share that the activation lets pass
    return 1 / np.sqrt(fan_in * keep)


@init_std.alternative
def he_or_glorot(fan_in, act):
    if act == "relu":
        return math.sqrt(2 / fan_in)
    if act in ("linear", "tanh"):
        return math.sqrt(1 / fan_in)
    raise ValueError(f"no rule for {act}")


@init_std.alternative
def by_gain(fan_in, act):
    gains = {"linear": 1.0, "tanh": 1.0, "relu": 2**0.5}
    return gains[act] * fan_in**-0.5


@init_std.alternative
def by_cases(fan_in, act):
    match act:
        case "relu":
            variance = 2 / fan_in
        case "linear" | "tanh":
            variance = 1 / fan_in
        case _:
            raise ValueError("linear, tanh or relu")
    return np.array(variance) ** 0.5
