"""The exercise diagnose_gap of the lesson running_statistics."""

import numpy as np

from coursekit.checking import draws, exercise

VERDICTS = (
    "eval moves the statistics",
    "eval uses the batch",
    "training moves nothing",
    "converges elsewhere",
    "fine",
)


def patient(
    momentum=0.3, store=None, moves="training", normalizes="stored", weight=2.0, off=0.0, noise=0.0
):
    """A judge's layer with one thing wrong, or nothing: layer(x, training) -> y.

    off: added to what is evaluated; noise: of this size, another one at each evaluation.
    """
    stored = [0.0, 1.0]
    calls = [0]

    def layer(x, training):
        mean = x.sum(0) / len(x)
        centred = x - mean
        var = (centred * centred).sum(0) / len(x)
        y = centred / np.sqrt(var + 1e-5)
        if not training and normalizes != "batch":
            y = (x - stored[0]) / np.sqrt(stored[1] + 1e-5)
        if moves == "always" or (moves == "training" and training):
            stored[0] = stored[0] + momentum * (mean - stored[0])
            stored[1] = stored[1] + momentum * ((store(var) if store else var) - stored[1])
        if training:
            return weight * y + 1
        calls[0] += 1
        y = y if normalizes == "without weight" else weight * y + 1
        return y + off + noise * calls[0]

    return layer


def patients(rng):
    def x():
        return rng.normal([6, -4, 9], [3, 2, 4], (20, 3))

    yield "a healthy layer, momentum = 0.3", (patient(), x())
    n_minus_1 = patient(0.5, lambda var: var * 20 / 19)
    yield "a healthy layer, momentum = 0.5, variance with N − 1", (n_minus_1, x())
    yield "a healthy layer, momentum = 1", (patient(1.0), x())
    yield "a healthy layer, momentum = 0.7", (patient(0.7), x())
    yield "statistics move in eval too", (patient(moves="always"), x())
    yield "eval normalizes by the batch", (patient(normalizes="batch"), x())
    yield "training leaves no trace", (patient(moves="never"), x())
    yield "the standard deviation is stored", (patient(store=np.sqrt), x())
    yield "a variance 1.6 times too large is stored", (patient(store=lambda var: 1.6 * var), x())
    yield "weight and bias missing in eval", (patient(normalizes="without weight"), x())
    both = patient(0.5, moves="always", normalizes="batch")
    yield "eval normalizes by the batch and moves", (both, x())
    yield "evaluation comes out 2 too low", (patient(off=-2), x())
    yield "evaluation comes out 2 too high", (patient(off=2), x())
    yield "a healthy layer whose evaluations differ by rounding", (patient(noise=1e-13), x())
    still = patient(moves="never", noise=1e-13)
    yield "training leaves no trace but rounding", (still, x())
    yield "evaluation comes out 0.7 too low", (patient(off=-0.7), x())
    yield "evaluation comes out 0.7 too high", (patient(off=0.7), x())
    yield "evaluation comes out 0.4 too high", (patient(off=0.4), x())
    yield "eval normalizes by the batch, of 2 samples", (patient(normalizes="batch"), x()[:2])


def any_patient(rng):
    """One thing wrong or nothing, momentum from 0.3 to 1, from two samples on."""
    N, D = draws.sizes(rng, 2, low=2, high=9)
    x = rng.normal(6 * draws.sign(rng, D), rng.uniform(2, 4, D), (N, D))
    signs = [
        {}, {"store": lambda var: var * N / (N - 1)}, {"moves": "always"}, {"moves": "never"},
        {"normalizes": "batch"}, {"normalizes": "without weight"}, {"off": 2}, {"off": -2},
    ]  # fmt: skip
    wrong = signs[rng.integers(2 if N > 5 else 0, len(signs))] if rng.random() < 0.8 else {}
    return patient(rng.uniform(0.3, 1), **wrong), x


@exercise(
    cases=patients,
    domain=any_patient,
    hints=(
        "Four experiments, each with a question that eval's output answers. Do them in the order "
        "of the table: an earlier fault spoils the later experiments.",
        "Which layer do you misjudge? One with momentum 0.3 needs patience: after 5 calls 17 % of "
        "the start is left. And a healthy one that stores the variance with N − 1 is off by a few "
        "per cent.",
        "first = layer(x, False)\n"
        'if not np.allclose(layer(x, False), ___):\n    return "eval moves the statistics"\n'
        'if not np.allclose(layer(x[:1], False), ___):\n    return "eval uses the batch"\n'
        "for _ in range(___):\n    y = layer(x, True)\n"
        'if np.allclose(layer(x, False), ___):\n    return "training moves nothing"\n'
        'return "fine" if np.allclose(layer(x, False), ___, atol=___) else "converges elsewhere"',
    ),
    points=3,
    minutes=12,
    difficulty=4,
    allows=("batch_norm",),
    ask="A layer with momentum 0.001 passes after 10,000 steps and fails after 60. Is it broken?",
)
def diagnose_gap(layer, x):
    """Find out by experiment why layer(x, training) -> y evaluates otherwise than it trains. -> str

    x is (N, D) with N of 2 or more and means far from 0; layer takes any of its rows. The verdicts
    are those of the table, word for word. Of several faults it is the one that strikes first.
    """
    before = layer(x, False)
    if not np.allclose(layer(x, False), before):
        return "eval moves the statistics"
    if not np.allclose(layer(x[:1], False), before[:1]):
        return "eval uses the batch"
    for _ in range(30):
        trained = layer(x, True)
    evaluated = layer(x, False)
    if np.allclose(evaluated, before):
        return "training moves nothing"
    return "converges elsewhere" if np.abs(evaluated - trained).max() > 0.5 else "fine"


@diagnose_gap.alternative
def by_other_mates(layer, x):
    a, b = layer(x, False), layer(x, False)
    if (np.abs(a - b) > 1e-6).any():
        return VERDICTS[0]
    other = x.copy()
    other[1:] += 1
    if (np.abs(layer(other, False)[0] - a[0]) > 1e-6).any():
        return VERDICTS[1]
    layer(x, True)
    if (np.abs(layer(x, False) - a) < 1e-6).all():
        return VERDICTS[2]
    for _ in range(40):
        y = layer(x, True)
    return VERDICTS[3 + bool((np.abs(layer(x, False) - y) <= 0.5).all())]


@diagnose_gap.alternative
def all_experiments_first(layer, x):
    evaluations = [layer(x, False) for _ in range(3)]
    alone = np.concatenate([layer(row[None], False) for row in x])
    trained = [layer(x, True) for _ in range(30)][-1]
    after = layer(x, False)
    facts = {
        "eval moves the statistics": max(np.ptp(evaluations, axis=0).ravel()) > 1e-4,
        "eval uses the batch": not np.allclose(alone, evaluations[-1], atol=1e-4),
        "training moves nothing": np.allclose(after, evaluations[-1], atol=1e-4),
        "converges elsewhere": float(np.max(abs(after - trained))) > 0.5,
    }
    return next((name for name, true in facts.items() if true), "fine")


@diagnose_gap.alternative
def by_elimination(layer, x):
    def same(a, b, within=1e-5):
        return float(np.linalg.norm(a - b, ord=np.inf)) <= within

    y = layer(x, False).ravel()
    if same(layer(x, False).ravel(), y):
        half = len(x) // 2
        if same(layer(x[:half], False), y.reshape(x.shape)[:half]):
            [layer(x, True) for _ in range(30)]
            if not same(layer(x, False).ravel(), y):
                gap = layer(x, True) - layer(x, False)
                return "fine" if same(gap.ravel(), 0 * y, within=0.5) else "converges elsewhere"
            return "training moves nothing"
        return "eval uses the batch"
    return "eval moves the statistics"


@diagnose_gap.mistake(
    "You compared training's outputs before and after. They never show the running statistics; "
    "evaluate to see whether those moved."
)
def asked_training(layer, x):
    before = layer(x, False)
    if not np.allclose(layer(x, False), before):
        return VERDICTS[0]
    if not np.allclose(layer(x[:1], False), before[:1]):
        return VERDICTS[1]
    return VERDICTS[2] if np.allclose(layer(x, True), layer(x, True)) else "fine"


@diagnose_gap.mistake(
    "The layers are told apart, but the answers are not spelt as in the table; return its words."
)
def spelt_otherwise(layer, x):
    return diagnose_gap.right(layer, x).upper()


@diagnose_gap.mistake(
    "You only compare training with evaluation once, which tells that there is a gap and not why. "
    "Make the experiments of the table."
)
def only_the_gap(layer, x):
    return "fine" if np.allclose(layer(x, True), layer(x, False), atol=0.5) else VERDICTS[3]
