"""The exercise forward_stats of the lesson signals_through_depth."""

from itertools import pairwise

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.signals_through_depth.inputs import matrix, relu, rows


def networks(rng):
    """Square layers first: there, a matrix the wrong way round is silent."""
    square = [matrix(rng, 4, 4) for _ in range(3)]
    yield "3 layers of 4 x 4, ReLU", (square, rows(rng, 5, 4), relu)
    sizes = [3, 6, 2, 5]
    weights = [matrix(rng, a, b) for a, b in pairwise(sizes)]
    yield "3 layers, 3 to 6 to 2 to 5, ReLU", (weights, rows(rng, 4, 3), relu)
    yield "3 layers, 3 to 6 to 2 to 5, tanh", (weights, rows(rng, 4, 3), np.tanh)
    yield "1 layer of 4 x 4, ReLU, 1 sample", (square[:1], rows(rng, 1, 4), relu)


@exercise(
    cases=networks,
    hints=(
        "One loop over the weights. What comes out of a layer, activation included, is measured, "
        "and is what goes into the next.",
        "Take act = lambda z: z and identity matrices: every row should be the mean and std of x "
        "itself. And is it one number for all samples and units, or one per unit?",
        "h, found = x, []\nfor W in weights:\n    h = ___(h @ ___)\n"
        "    found.append((h.mean(), h.___()))\nreturn np.array(found)",
    ),
    points=2,
    minutes=7,
    difficulty=2,
    ask="With ReLU and He's weights the std nearly stays, and the mean is not 0. What does stay "
    "exactly, on average?",
)
def forward_stats(weights, x, act):
    """Mean and std of each layer's activations, over samples and units. -> (L, 2)"""
    h, found = x, []
    for W in weights:
        h = act(h @ W)  # (N, fan_out)
        found.append((h.mean(), h.std()))
    return np.array(found)


@forward_stats.alternative
def into_a_table(weights, x, act):
    table = np.zeros((len(weights), 2))
    for layer, W in enumerate(weights):
        x = act(np.einsum("ni,io->no", x, W))
        table[layer] = x.mean(), np.sqrt(((x - x.mean()) ** 2).mean())
    return table


@forward_stats.alternative
def by_recursion(weights, x, act):
    if not weights:
        return []
    h = act(np.dot(x, weights[0]))
    return [[h.mean(), h.var() ** 0.5], *by_recursion(weights[1:], h, act)]


@forward_stats.alternative
def all_activations_first(weights, x, act):
    seen = [x]
    for W in weights:
        seen.append(act(seen[-1] @ W))
    return np.stack([[np.mean(h) for h in seen[1:]], [np.std(h) for h in seen[1:]]], axis=1)


SPREADS = {
    "std": lambda h: h.std(),
    "variance": lambda h: h.var(),
    "unbiased": lambda h: h.std(ddof=1),
    "rms": lambda h: np.sqrt((h**2).mean()),
    "per unit": lambda h: h.std(axis=0).mean(),
    "per sample": lambda h: h.std(axis=1).mean(),
}


@forward_stats.variant
def _(weights, x, act, *, seen="after", spread="std", passed_on="after", rows="layers", turn=1):
    h, found = x, []
    stages = [h] if rows == "with the input" else []
    for n, W in enumerate(weights):
        z = h @ W
        a = z if rows == "last is linear" and n == len(weights) - 1 else act(z)
        stages.append(z if seen == "before" else a)
        h = z if passed_on == "before" else a
    found = [(s.mean(), SPREADS[spread](s))[::turn] for s in stages]
    return np.array(found)[-1] if rows == "last" else np.array(found)


forward_stats.switch(
    "before_the_activation",
    "You measured h @ W, before the activation. Measure what the next layer is given.",
    seen="before",
)
forward_stats.switch(
    "activation_not_passed_on",
    "You measured after the activation and handed the next layer what was before it. Then the "
    "network is linear.",
    passed_on="before",
)
forward_stats.switch(
    "variance_for_std",
    "The second column holds variances; take their root.",
    spread="variance",
)
forward_stats.switch(
    "unbiased_std",
    "You divided by one less than the number of values. This course's std, and NumPy's, divides "
    "by all of them.",
    spread="unbiased",
)
forward_stats.switch(
    "rms_for_std",
    "You took the root of the mean square. A std leaves the mean out, and after ReLU the mean is "
    "not 0.",
    spread="rms",
)
forward_stats.switch(
    "std_of_each_unit",
    "You took a std per unit (axis 0) and averaged those. That misses how far the units lie "
    "apart; one std over all values is asked for.",
    spread="per unit",
)
forward_stats.switch(
    "std_of_each_sample",
    "You took a std per sample (axis 1) and averaged those. One std over all values is asked for.",
    spread="per sample",
)


@forward_stats.mistake(
    "You took a mean and a std for each unit (axis 0). One of each for the layer is asked for, "
    "over all samples and units."
)
def pair_for_each_unit(weights, x, act):
    stages = []
    for W in weights:
        x = act(x @ W)
        stages.append((x.mean(axis=0), x.std(axis=0)))
    return np.array(stages)  # and units differ in number


@forward_stats.mistake(
    "You took a mean and a std for each sample (axis 1). One of each for the layer is asked for, "
    "over all samples and units."
)
def pair_for_each_sample(weights, x, act):
    stages = []
    for W in weights:
        x = act(x @ W)
        stages.append((x.mean(axis=1), x.std(axis=1)))
    return np.array(stages)


forward_stats.switch(
    "std_first", "The columns are mean, std; yours are the other way round.", turn=-1
)
forward_stats.switch(
    "input_counted",
    "Your first row is the input itself. There is one row for each layer, L in all.",
    rows="with the input",
)
forward_stats.switch(
    "last_layer_only",
    "You returned the last layer's pair alone. Return one row for each layer.",
    rows="last",
)
forward_stats.switch(
    "last_layer_without_activation",
    "You left the activation out in the last layer. Here every layer has one.",
    rows="last is linear",
)


@forward_stats.mistake("act is never called; each layer is act(h @ W).")
def activation_forgotten(weights, x, act):
    return forward_stats.right(weights, x, lambda z: z)


@forward_stats.mistake(
    "Every layer was given x. Layer 2 takes what layer 1 has made: write h = act(h @ W)."
)
def every_layer_from_the_input(weights, x, act):
    return np.array([(h.mean(), h.std()) for h in (act(x @ W) for W in weights)])


@forward_stats.mistake(
    "W was transposed. It is (fan_in, fan_out) here, so h @ W; PyTorch stores its transpose. A "
    "square W hides it."
)
def weights_transposed(weights, x, act):
    return forward_stats.right([W.T for W in weights], x, act)


@forward_stats.mistake("You put act before the product. A layer is act(h @ W), in this order.")
def activation_before_the_product(weights, x, act):
    h, found = x, []
    for W in weights:
        h = act(h) @ W
        found.append((h.mean(), h.std()))
    return np.array(found)


@forward_stats.mistake("That is (2, L). One row for each layer: turn it round.")
def means_then_stds(weights, x, act):
    return forward_stats.right(weights, x, act).T
