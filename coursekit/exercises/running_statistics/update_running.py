"""The exercise update_running of the lesson running_statistics."""

import numpy as np

from coursekit.checking import exercise
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


@exercise(
    script=averages,
    hints=(
        "A weighted mean of the old value and the new one; the two weights add up to 1.",
        "With momentum = 1, do you return batch? With momentum = 0, do you return running?",
        "return (1 - ___) * ___ + ___ * ___",
    ),
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


STEPS = {
    "right": lambda old, new, m: (1 - m) * old + m * new,
    "swapped": lambda old, new, m: m * old + (1 - m) * new,
    "overwritten": lambda old, new, m: new + 0 * old,
    "no decay": lambda old, new, m: old + m * new,
    "no parentheses": lambda old, new, m: 1 - m * old + m * new,
    "minus": lambda old, new, m: (1 - m) * old - m * new,
    "away": lambda old, new, m: old - m * (new - old),
    "half": lambda old, new, m: (old + new) / 2,
    "always 0.1": lambda old, new, m: 0.9 * old + 0.1 * new,
    "decay only": lambda old, new, m: (1 - m) * old + new,
    "frozen": lambda old, new, m: old + 0 * new,
}


@update_running.variant
def _(running, batch, momentum, *, step="right"):
    return STEPS[step](running, batch, momentum)


update_running.switch(
    "momentum_swapped",
    "momentum weighs the new batch here, as in PyTorch; you gave it to the old value, as Keras and "
    "Flax do.",
    step="swapped",
)
update_running.switch(
    "overwritten", "You return batch: the old value is forgotten at once.", step="overwritten"
)
update_running.switch(
    "no_decay",
    "The old value is kept in full, so the sum grows without end. Its weight is 1 − momentum.",
    step="no decay",
)
update_running.switch(
    "no_parentheses",
    "Multiplication goes first: 1 - momentum * running is 1 − (momentum · running).",
    step="no parentheses",
)
update_running.switch("batch_subtracted", "The batch is added, not subtracted.", step="minus")
update_running.switch(
    "away_from_batch",
    "You move away from batch: running + momentum * (batch − running).",
    step="away",
)
update_running.switch(
    "momentum_ignored_half",
    "You took the plain mean of the two, whatever momentum says.",
    step="half",
)
update_running.switch(
    "momentum_ignored",
    "You always use 0.1, PyTorch's default, whatever momentum says.",
    step="always 0.1",
)
update_running.switch(
    "batch_in_full",
    "The batch enters with weight 1: the weights 1 − momentum and momentum add up to 1.",
    step="decay only",
)
update_running.switch(
    "frozen", "You return running as it was: the batch leaves no trace.", step="frozen"
)


@update_running.mistake(
    "The values are right, but running was changed in place. Return a new array; the layer decides "
    "where to keep it."
)
def running_overwritten(running, batch, momentum):
    running *= 1 - momentum
    running += momentum * batch
    return running
