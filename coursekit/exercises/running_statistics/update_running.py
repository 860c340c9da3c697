"""The exercise update_running of the lesson running_statistics."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.checking.compare import to_array


def averages(answer, rng):
    """Single steps, then a chain in which each answer is given back."""
    for label, running, batch, momentum in (
        ("3 features, momentum = 0.37", rng.normal(size=3), rng.normal(2, 1, 3), 0.37),
        ("one number, momentum = 0.1", 5.0, -3.0, 0.1),
        ("a table, momentum = 0.9", rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), 0.9),
        ("momentum = 0: nothing new", rng.normal(size=2), rng.normal(size=2), 0.0),
        ("momentum = 1: nothing old", rng.normal(size=2), rng.normal(size=2), 1.0),
    ):
        answer.doing = label
        yield label, answer(running, batch, momentum)
    running = np.zeros(2)
    for i in range(1, 4):
        answer.doing = f"batch {i} of a chain, momentum = 0.25"
        running = answer(running, rng.normal([4, -2], 1), 0.25)
        yield answer.doing, running
        if to_array(running) is None:  # it cannot be given back
            return


def any_update(rng):
    """Numbers or arrays of any rank, whatever momentum from 0 to 1."""
    shape = draws.sizes(rng, int(rng.integers(0, 4)))
    running, batch = draws.size(rng) * rng.standard_normal((2, *shape))
    momentum = float(rng.choice([0.0, 1.0, rng.uniform()], p=[0.1, 0.1, 0.8]))
    return (running, batch, momentum) if shape else (float(running), float(batch), momentum)


@exercise(
    script=averages,
    domain=any_update,
    hints=(
        "A weighted mean of the old value and the new one; the two weights add up to 1.",
        "With momentum = 1, do you return batch? With momentum = 0, do you return running?",
        "return (1 - ___) * ___ + ___ * ___",
    ),
    points=0,
    minutes=3,
    difficulty=1,
    ask="running starts at 0 and every batch is 1. What is it after n steps?",
)
def update_running(running, batch, momentum):
    """Move a running average towards a new batch, whose weight is momentum. -> like running"""
    return (1 - momentum) * running + momentum * batch


@update_running.alternative
def by_a_step(running, batch, momentum):
    return running + momentum * (batch - running)


@update_running.alternative
def by_numpy_average(running, batch, momentum):
    return np.average([running, batch], axis=0, weights=[1 - momentum, momentum])


@update_running.alternative
def by_interpolation_in_torch(running, batch, momentum):
    import torch

    old, new = (torch.from_numpy(np.asarray(a)) for a in (running, batch))
    return torch.lerp(old, new, momentum)


@update_running.alternative
def by_matrix_product(running, batch, momentum):
    return np.tensordot([1 - momentum, momentum], [running, batch], axes=1)
