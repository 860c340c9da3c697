"""The exercise keras_momentum of the lesson running_statistics."""

import numpy as np

from coursekit.checking import exercise


def momenta(rng):
    for m in (0.1, 0.01, 0.37, 0.0, 1.0, 0.001):
        yield f"PyTorch's momentum = {m}", (m,)


def any_momentum(rng):
    return (float(rng.choice([0.0, 1.0, rng.uniform()], p=[0.1, 0.1, 0.8])),)


@exercise(
    cases=momenta,
    domain=any_momentum,
    hints=(
        "PyTorch's momentum weighs the new batch, Keras's the old value.",
        "The two weights of a running average add up to ...?",
        "return ___ - ___",
    ),
    points=0,
    minutes=1,
    difficulty=1,
    ask="Keras's default is 0.99. Which PyTorch momentum is that, and is it PyTorch's default?",
)
def keras_momentum(m):
    """Translate PyTorch's momentum into Keras's, for the same running average."""
    return 1 - m


@keras_momentum.alternative
def what_is_left(m):
    weights = np.array([m, 1.0])
    return np.diff(weights)[0]


@keras_momentum.alternative
def weight_of_the_old(m):
    return (1 - m) * 1.0 + m * 0.0  # one step, from 1 towards 0


@keras_momentum.alternative
def in_per_cent(m):
    return (100 - 100 * m) / 100
