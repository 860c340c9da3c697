"""The expected wrong answers to the exercise numgrad."""

import numpy as np

from coursekit.exercises.batchnorm_backward.numgrad import numgrad

SIDES = {  # which two points each rule compares, and the distance it divides by
    "central": lambda x, e, h: (x + h * e, x - h * e, 2 * h),
    "forward": lambda x, e, h: (x + h * e, x, h),
    "not halved": lambda x, e, h: (x + h * e, x - h * e, h),
    "half way back": lambda x, e, h: (x + h * e, x, 2 * h),
    "undivided": lambda x, e, h: (x + h * e, x - h * e, 1),
    "downhill": lambda x, e, h: (x - h * e, x + h * e, 2 * h),
}
STEPS = {
    "given": lambda x, h: h,
    "1e-5": lambda x, h: 1e-5,
    "relative": lambda x, h: h * np.abs(x),
}
TOTALS = {
    "dy": lambda change, dy: np.sum(change * dy),
    "no dy": lambda change, dy: np.sum(change),
    "mean": lambda change, dy: np.mean(change * dy),
    "size": lambda change, dy: np.abs(np.sum(change * dy)),
}


@numgrad.variant
def _(f, x, dy, h, *, sides="central", step="given", total="dy"):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = 1
        up, down, distance = SIDES[sides](x, e, STEPS[step](x[i], h))
        dx[i] = TOTALS[total](f(up) - f(down), dy) / distance
    return dx


numgrad.switch(
    "forward_difference",
    "You compared f(x + h) with f(x): the forward difference, whose error shrinks like h. The "
    "central one compares f(x + h) with f(x − h); its error shrinks like h².",
    sides="forward",
)
numgrad.switch(
    "not_halved",
    "From x − h to x + h is a distance of 2h; you divided by h.",
    sides="not halved",
)
numgrad.switch(
    "only_half_way_back",
    "After += h, one −= h only brings the entry back to x, so your second point is x and not "
    "x − h. Take 2h off.",
    sides="half way back",
)
numgrad.switch(
    "difference_undivided",
    "That is the change of the loss; divide it by the distance between the two points, 2h.",
    sides="undivided",
)
numgrad.switch(
    "sign_turned",
    "The sign is turned: f(x + h) − f(x − h), not the other way round.",
    sides="downhill",
)
numgrad.switch("h_ignored", "You always step by 1e-5, whatever h says.", step="1e-5")
numgrad.switch(
    "relative_step",
    "Your step is h · |x|, which is 0 where x is; step by h itself.",
    step="relative",
)
numgrad.switch(
    "dy_ignored",
    "dy is nowhere. It says how much each entry of f(x) counts: sum(f(x) * dy).",
    total="no dy",
)
numgrad.switch(
    "averaged_over_y",
    "You averaged f(x) * dy over the entries of y; the gradient belongs to their sum.",
    total="mean",
)
numgrad.switch("unsigned", "You took the size of the slope; its sign matters.", total="size")


@numgrad.mistake(
    "You moved all entries of x together. That is right where each output depends on its own "
    "input only; batch norm mixes them, so move one entry at a time."
)
def all_at_once(f, x, dy, h):
    return (f(x + h) - f(x - h)) / (2 * h) * dy


@numgrad.mistake(
    "You never put an entry back, so each slope is measured at a point where the earlier entries "
    "are still moved. Take a fresh copy of x for each entry."
)
def never_put_back(f, x, dy, h):
    moved, dx = x.copy(), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        moved[i] += h
        up = f(moved)
        moved[i] -= 2 * h
        dx[i] = np.sum((up - f(moved)) * dy) / (2 * h)
    return dx


@numgrad.mistake(
    "Two things at once. You compared f(x + h) with f(x): the forward difference; the central one "
    "compares f(x + h) with f(x − h). And no entry was put back before the next one was moved."
)
def forward_never_put_back(f, x, dy, h):
    moved, dx = x.copy(), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        before = f(moved)
        moved[i] += h
        dx[i] = np.sum((f(moved) - before) * dy) / h
    return dx


@numgrad.mistake(
    "The values are right, but x comes back changed in its last digits: + h − 2h + h does not "
    "undo itself in floating point. Keep the old value, or move a copy."
)
def put_back_by_arithmetic(f, x, dy, h):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        dx[i] = np.sum((up - f(x)) * dy) / (2 * h)
        x[i] += h
    return dx


@numgrad.mistake(
    "up = x and down = x are two more names for one array, so f sees the same numbers twice and "
    "every difference is 0. Take x.copy()."
)
def two_names_for_x(f, x, dy, h):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up = x
        down = x
        up[i] += h
        down[i] -= h
        dx[i] = np.sum((f(up) - f(down)) * dy) / (2 * h)
    return dx


@numgrad.mistake("You return the sum of the slopes; one for each entry of x is asked for.")
def summed_up(f, x, dy, h):
    return numgrad.right(f, x, dy, h).sum()
