"""The expected wrong answers to the exercise numgrad."""

import numpy as np

from coursekit.exercises.batchnorm_backward.numgrad import numgrad


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
    "It is as if two things came together. You compared f(x + h) with f(x): the forward "
    "difference; the central one compares f(x + h) with f(x − h). And no entry was put back "
    "before the next one was moved."
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
