"""The exercise gradient_growth of the lesson why_it_works."""

import numpy as np

from coursekit.checking import draws, exercise


def gradients(rng):
    """Sizes that grow or fade on their way back by a factor that is the same nowhere."""
    for S, L, factor in ((3, 5, 1.6), (2, 4, 0.4), (4, 4, 1.3), (5, 2, 2.5)):
        back = factor ** np.arange(L)[::-1]
        sizes = rng.uniform(0.5, 2, (S, 1)) * back * rng.uniform(0.7, 1.4, (S, L))
        word = "grow" if factor > 1 else "fade"
        yield f"{S} networks of {L} layers, gradients {word} on the way back", (sizes,)
    yield "2 networks of 6 layers, tiny gradients", (1e-9 * rng.uniform(0.5, 2, (2, 6)),)


def any_gradients(rng):
    S, L = int(rng.integers(1, 7)), int(rng.integers(2, 9))
    factor = draws.size(rng, 0.05, 20)
    sizes = draws.size(rng) * factor ** np.arange(L) * rng.uniform(0.3, 3, (S, L))
    return (draws.laid(rng, sizes),)


@exercise(
    cases=gradients,
    domain=any_gradients,
    hints=(
        "Which factor, applied as often as there are steps from the last layer back to the first, "
        "turns the last size into the first?",
        "For the sizes 8, 4, 2, 1, first layer to last, the growth is 2. Does yours say 8, 1.68, "
        "or ½?",
        "first, last = sizes[:, 0], sizes[:, ___]\nL = sizes.shape[1]\n"
        "return (___ / ___) ** (1 / ___)",
    ),
    minutes=5,
    difficulty=2,
    ask="Why does the size of the layers in between not matter?",
)
def gradient_growth(sizes):
    """Factor by which gradients grow per layer on the way back. (S, L), first to last -> (S,)"""
    total = sizes[:, 0] / sizes[:, -1]
    steps = sizes.shape[1] - 1
    return total ** (1 / steps)


@gradient_growth.alternative
def by_logarithms(sizes):
    logs = np.log(sizes)
    return np.exp((logs[:, 0] - logs[:, -1]) / (sizes.shape[1] - 1))


@gradient_growth.alternative
def geometric_mean_of_ratios(sizes):
    ratios = sizes[:, :-1] / sizes[:, 1:]
    return 10 ** np.log10(ratios).mean(axis=1)


@gradient_growth.alternative
def network_by_network(sizes):
    found = []
    for row in sizes.tolist():
        found.append((row[0] / row[-1]) ** (1.0 / (len(row) - 1)))
    return found
