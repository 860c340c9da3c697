"""What a network learns: rows to train on, and others to test it with."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from coursekit import data


class Problem(NamedTuple):
    """Inputs (N, D), whose float type is the one that networks compute in, and classes (N,).

    Where every token has a class of its own, classes are (N, T).
    """

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


@lru_cache
def digits() -> Problem:
    """Split the handwritten digits, 1297 to train on and 500 to test with, each class in both.

    Pixels are scaled by one mean and one standard deviation, those of the training images. The
    split is the same for every seed: seeds differ in initial weights and in the order of batches.
    One test image is 0.2 points of accuracy.
    """
    images, y = data.digits()
    pixels = images.reshape(-1, 64).astype(np.float32)
    x, x_test, y, y_test = data.stratified(pixels, y, test=500)
    mean, std = x.mean(), x.std()
    return Problem((x - mean) / std, y, (x_test - mean) / std, y_test)


@lru_cache
def letters(tokens: int = 32) -> Problem:
    """Cut a text into rows of so many letters; the class of each letter is the one behind it.

    Every eighth row is for testing. Letters are whole numbers, in the order of the alphabet.
    """
    text = data.prose()
    known = sorted(set(text))
    coded = np.array([known.index(letter) for letter in text])
    rows = (len(coded) - 1) // tokens
    x, y = (coded[k : k + rows * tokens].reshape(rows, tokens) for k in (0, 1))
    test, x = np.arange(rows) % 8 == 7, x.astype(np.float32)
    return Problem(x[~test], y[~test], x[test], y[test])
