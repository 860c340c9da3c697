"""The exercise influence_of_sample of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import exercise


def layer_norm(x):
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)


def plain_batch_norm(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


def nudges(rng):
    """A judge's function, a batch, and the sample to move.

    A square batch first: there, a column taken for a row is silent, and can be told by its values.
    """
    x = rng.uniform(1, 3, (5, 3)) * [1, -1, 2]
    yield "f is batch norm, i = 1 of 3 samples", (plain_batch_norm, x[:3], 1)
    yield "f is batch norm, i = 1 of 5 samples", (plain_batch_norm, x, 1)
    yield "f is layer norm, i = 4", (layer_norm, x, 4)
    yield "f(x) = x², i = 0", (lambda x: x**2, x, 0)
    yield "f is batch norm, 2 samples", (plain_batch_norm, x[:2], 0)
    yield "f subtracts the batch mean, i = 2 of 3", (lambda x: x - x.mean(0), x[:3], 2)


@exercise(
    cases=nudges,
    hints=(
        "Two calls of f: one on x, one on a batch in which only row i differs.",
        "What does your function give for f(x) = x? It must be 1, 2, …, D in row i and 0 "
        "elsewhere. And is x still what it was before the call?",
        "moved = x.___()\nmoved[___] += np.arange(1, x.shape[___] + 1)\nreturn f(___) - f(___)",
    ),
    minutes=4,
    difficulty=2,
    ask="With f = batch norm and 2 samples, your result is almost 0. Where did the change go?",
)
def influence_of_sample(f, x, i):
    """f(x with 1, 2, …, D added to the features of sample i) − f(x), for every sample. -> (N, D)"""
    moved = x.copy()
    moved[i] += np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.alternative
def by_one_hot(f, x, i):
    N, D = x.shape
    return f(x + np.outer(np.eye(N)[i], 1 + np.arange(D))) - f(x)


@influence_of_sample.alternative
def by_where(f, x, i):
    here = np.arange(len(x))[:, None] == i
    return np.subtract(f(np.where(here, x + range(1, x.shape[1] + 1), x)), f(x))


@influence_of_sample.alternative
def number_by_number(f, x, i):
    moved = x.tolist()
    for j in range(x.shape[1]):
        moved[i][j] += j + 1
    return f(np.array(moved)) - f(x.copy())


def _moved(x, i):
    moved = x.copy()
    moved[i] += np.arange(1, x.shape[1] + 1)
    return moved


@influence_of_sample.mistake(
    "moved = x is a second name for the same array, so x moved too: the difference is 0, and the "
    "caller's batch is changed. Take x.copy()."
)
def no_copy(f, x, i):
    moved = x
    moved[i] += np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.mistake(
    "The values are right, but x[i] += … changed the caller's batch. Move a copy."
)
def moved_in_place(f, x, i):
    before = f(x)
    x[i] += np.arange(1, x.shape[1] + 1)
    return f(x) - before


@influence_of_sample.mistake("The sign is turned: after the move minus before it.")
def before_minus_after(f, x, i):
    return f(x) - f(_moved(x, i))


@influence_of_sample.mistake(
    "You added 1 to every feature; add 1, 2, …, D. Layer norm would not even notice your change."
)
def same_for_every_feature(f, x, i):
    moved = x.copy()
    moved[i] += 1
    return f(moved) - f(x)


@influence_of_sample.mistake(
    "You added 0, 1, …, D − 1: np.arange starts at 0. Add np.arange(1, D + 1)."
)
def counted_from_0(f, x, i):
    moved = x.copy()
    moved[i] += np.arange(x.shape[1])
    return f(moved) - f(x)


@influence_of_sample.mistake("moved[:, i] is feature i of every sample; sample i is row moved[i].")
def moved_a_feature(f, x, i):
    moved = x.copy()
    moved[:, i] += np.arange(1, x.shape[1] + 1)  # the fifth column of three: an IndexError
    return f(moved) - f(x)


@influence_of_sample.mistake(
    "You counted to N, the number of samples. A sample has D numbers: np.arange(1, x.shape[1] + 1)."
)
def counted_to_N(f, x, i):
    moved = x.copy()
    moved[i] += np.arange(1, len(x) + 1)  # five numbers into three places: a ValueError
    return f(moved) - f(x)


@influence_of_sample.mistake("You always move sample 0. The argument i says which one to move.")
def always_the_first(f, x, i):
    return f(_moved(x, 0)) - f(x)


@influence_of_sample.mistake(
    "You subtract x, the input; subtract f(x), the output before the move."
)
def minus_the_input(f, x, i):
    return f(_moved(x, i)) - x


@influence_of_sample.mistake("You moved all samples together; move only row i.")
def moved_everyone(f, x, i):
    return f(x + np.arange(1, x.shape[1] + 1)) - f(x)


@influence_of_sample.mistake(
    "You return what happens to sample i only. The point is what happens to the others: "
    "return the difference for all N rows."
)
def own_row_only(f, x, i):
    return (f(_moved(x, i)) - f(x))[i]


@influence_of_sample.mistake("You replaced sample i by 1, 2, …, D; add them to what is there.")
def replaced(f, x, i):
    moved = x.copy()
    moved[i] = np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.mistake("You return f of the moved batch; subtract f(x), the output before.")
def not_a_difference(f, x, i):
    return f(_moved(x, i))


@influence_of_sample.mistake("You return the size of the change; its sign matters too.")
def unsigned(f, x, i):
    return np.abs(f(_moved(x, i)) - f(x))
