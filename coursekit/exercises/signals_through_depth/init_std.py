"""The exercise init_std of the lesson signals_through_depth."""

import math

import numpy as np

from coursekit.checking import AnswerError, exercise


def script(answer, rng):
    """Every activation at several sizes, and one that is in no table: there, an error is right."""
    for fan_in, act in [(5, "relu"), (8, "linear"), (3, "tanh"), (784, "relu"), (1, "relu")]:
        answer.doing = label = f"fan_in {fan_in}, {act}"
        yield label, answer(fan_in, act)
    answer.doing = label = "fan_in 5, swish"
    try:
        answer(5, "swish")
    except AnswerError:
        yield label, "an error"
    else:
        yield label, "no error"


@exercise(
    script=script,
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


@init_std.variant
def _(fan_in, act, *, relu=2.0, others=1.0, power=0.5, gain_power=0.5, size="n", strict=True):
    if strict and act not in ("linear", "tanh", "relu"):
        raise ValueError(act)
    gain = relu if act == "relu" else others
    n = {"n": fan_in, "1 / n": 1 / fan_in, "3n": 3 * fan_in, "n - 1": max(fan_in - 1, 0.5)}[size]
    return gain**gain_power / n**power


init_std.switch(
    "variance_for_std",
    "That is the variance of the weights. Take its square root: randn is multiplied by the std.",
    power=1,
    gain_power=1,
)
init_std.switch(
    "two_missing",
    "ReLU gets the same std as a linear layer. It sets half of the signal's square to 0, and "
    "weights √2 as large put it back.",
    relu=1.0,
)
init_std.switch(
    "two_everywhere",
    "The 2 under the root makes up for ReLU's zeros. linear and tanh set nothing to 0; "
    "with it, each layer doubles the mean square.",
    others=2.0,
)
init_std.switch(
    "two_with_the_wrong_ones",
    "The 2 belongs to ReLU, which sets half of its inputs to 0, and not to the others.",
    relu=1.0,
    others=2.0,
)
init_std.switch(
    "two_without_a_root",
    "Your gain for ReLU is 2. It multiplies a std, so it is √2; only the variance is doubled.",
    gain_power=1,
)
init_std.switch(
    "halved_for_relu",
    "For ReLU you made the weights smaller. Half of the signal is lost, so they must be larger: "
    "√(2 / fan_in).",
    relu=0.5,
)
init_std.switch(
    "tanh_gain_of_a_library",
    "5/3 is PyTorch's `calculate_gain` for tanh, which makes room for its saturation. Asked for "
    "here is the rule for its straight middle, a gain of 1.",
    others=25 / 9,
)
init_std.switch(
    "root_of_fan_in_missing",
    "You divided by fan_in. A sum of fan_in independent terms grows with the root of fan_in.",
    power=1,
)
init_std.switch(
    "upside_down",
    "More inputs make a larger sum, so they need smaller weights: fan_in goes below the line.",
    size="1 / n",
)
init_std.switch(
    "a_uniform_s_bound",
    "1 / √(3 fan_in), with a 2 for ReLU, is the std of weights drawn *within* ±1 / √fan_in: a "
    "third of the variance that is needed.",
    size="3n",
)
init_std.switch(
    "one_input_less",
    "fan_in − 1 is for estimating a variance. Here fan_in terms are added.",
    size="n - 1",
)
init_std.switch(
    "any_name_accepted",
    "An activation that you have no rule for is to raise an error; yours raises none, and a "
    "misspelt name would go unnoticed.",
    strict=False,
)


@init_std.mistake(
    "√(6 / fan_in) is how far *uniform* weights may reach to have the right variance. The std of "
    "those weights is a factor √3 smaller."
)
def uniform_limit(fan_in, act):
    keep = {"linear": 1, "tanh": 1, "relu": 1 / 2}[act]
    return np.sqrt(3 / (fan_in * keep))


@init_std.mistake(
    "That is a constant, whatever the number of inputs. 0.01 suits one width and no other."
)
def one_constant(fan_in, act):
    init_std.right(fan_in, act)
    return 0.01


@init_std.mistake("That is a matrix of weights. Return the std that they should have, a number.")
def weights_for_their_std(fan_in, act):
    return init_std.right(fan_in, act) * np.ones((fan_in, fan_in))
