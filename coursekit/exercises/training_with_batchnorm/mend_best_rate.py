"""The exercise mend_best_rate of the lesson training_with_batchnorm."""

import numpy as np

from coursekit.checking import exercise

RATES = np.array([0.001, 0.003, 0.01, 0.03, 0.1])


def tables(rng):
    def losses(ends, S, T, late=0.0):
        """Curves that fall to about these ends, and jump by `late` in their last tenth."""
        fall = np.linspace(2.3, 0, T) ** 2
        loss = np.array(ends)[:, None, None] * (1 + 0.05 * rng.standard_normal((len(ends), S, 1)))
        loss = loss + fall + 0.002 * rng.standard_normal((len(ends), S, T))
        loss[..., -1] += late * rng.uniform(0, 1, (len(ends), S))
        return loss

    ends = [1.2, 0.7, 0.3, 0.5, 0.9]
    yield "5 rates, 4 runs, 40 steps, none lost", (losses(ends, 4, 40), RATES)
    lost = losses([1.2, 0.7, 0.4, 0.6, 0.05], 4, 40)
    lost[4, 1:, 20:] = np.nan
    yield "the highest rate loses three of four", (lost, RATES)
    one = losses([1.2, 0.7, 0.4, 0.2, 0.9], 5, 30)
    one[3, 2, 12:], one[4, :, 9:] = np.nan, np.nan
    yield "a low loss, but one run of five lost", (one, RATES)
    single = losses([48, 32, 2], 6, 40)
    single[2, 4, 10:] = np.nan
    yield "one run of six lost, where the others are best by far", (single, RATES[:3])
    late = losses([1.2, 0.4, 0.2], 3, 40)
    late[2, 0, -2:] = np.nan
    yield "a run that is lost in the last two steps", (late, RATES[:3])
    edge = np.full((2, 2, 90), 0.5) * (1 + 0.01 * rng.standard_normal((2, 2, 1)))
    edge[0], edge[0, :, 81], edge[1, :, 80] = 0.4 * edge[0], 9.2, 20.0
    yield "90 steps, with an outlier on either side of where the end begins", (edge, RATES[:2])
    early = losses([0.5, 0.6, 0.7, 0.8], 3, 50)
    early[0, :, :44] += 4
    yield "one that begins badly and ends well", (early, RATES[:4])
    jumpy = losses([0.30, 0.45, 0.6], 2, 60)
    jumpy[0, :, -1] += 0.3
    yield "one whose very last step is bad", (jumpy, RATES[:3])
    lucky = losses([0.8, 0.5, 0.9], 4, 40)
    lucky[2, 0] -= 0.8
    yield "one with a single lucky run", (lucky, RATES[:3])
    few = losses([0.9, 0.5, 0.7], 3, 6)
    few[..., 0], few[1, :, -2] = [[0.2], [3.0], [2.0]], 5.0
    yield "6 steps, so that the last tenth is one step", (few, RATES[:3])
    apart = losses([0.9, 0.5, 0.6], 3, 40)
    apart[0, 1, 5:], apart[1, 0], apart[1, 1:] = np.nan, 0.9, 0.2
    apart[2] = 0.55
    yield "not every run prefers the same rate", (apart, RATES[:3])


def any_table(rng):
    L, S, T = int(rng.integers(2, 7)), int(rng.integers(1, 6)), int(rng.integers(3, 60))
    loss = rng.uniform(0.1, 3, (L, 1, 1)) * rng.uniform(0.7, 1.3, (L, S, T))
    for rate in range(1, L):
        for run in range(S):
            if rng.random() < 0.25:
                loss[rate, run, rng.integers(T) :] = np.nan
    order = rng.permutation(L)
    return loss[order], np.cumprod(rng.uniform(1.5, 4, L)) * 1e-3


@exercise(
    cases=tables,
    domain=any_table,
    hints=(
        "The spot check knows runs that all end well. What else happens to a run, at rates of "
        "which one does not know beforehand how high they may be?",
        "Make a table of two rates with two runs each. At the second rate one run is lost, and "
        "the other has the lowest loss of all. Which rate may be chosen, and which is?",
        "end = np.where(np.isnan(end), ___, end)\nreturn lrs[end.mean(axis=1).argmin()]",
    ),
    points=2,
    minutes=7,
    difficulty=2,
    planted="lost_left_out",
    mend=True,
    ask="Why is the rate chosen by the training loss, although test accuracy is what is reported?",
)
def mend_best_rate(loss, lrs):
    """The rate with the lowest training loss at the end, on average over runs. -> one of lrs

    loss is (L, S, T), of S runs at each of the rates lrs (L,); nan from where a run diverged. At
    the end means over the last tenth of the steps, one at least. A rate that lost a run comes after
    all that lost none, and at least one rate lost none.
    """
    last = max(1, loss.shape[2] // 10)
    end = loss[:, :, -last:].mean(axis=2)
    end = np.where(np.isnan(end), np.inf, end)
    return lrs[end.mean(axis=1).argmin()]


@mend_best_rate.alternative
def rate_by_rate(loss, lrs):
    best, chosen = float("inf"), None
    for lr, runs in zip(lrs, loss, strict=True):
        last = runs[:, -max(1, runs.shape[1] // 10) :]
        if not np.isnan(last).any() and last.mean() < best:
            best, chosen = last.mean(), lr
    return chosen


@mend_best_rate.alternative
def the_lost_taken_out_first(loss, lrs):
    kept = ~np.isnan(loss[:, :, -1]).any(axis=1)
    last = max(1, loss.shape[-1] // 10)
    return float(lrs[kept][loss[kept, :, -last:].mean((1, 2)).argmin()])


@mend_best_rate.alternative
def nan_kept_out_of_the_choice(loss, lrs):
    end = np.mean(loss[..., -max(1, loss.shape[2] // 10) :], axis=(1, 2))
    return lrs[np.nanargmin(end)]
