"""What several exercises of the lesson draw: accuracies of many runs, some of which are lost."""

import numpy as np

IMAGES = 500  # in the test set: every accuracy is a number of images over this


def read(rng, *shape, low=0.3, high=0.99):
    """Accuracies as a test set of 500 images gives them."""
    return np.rint(rng.uniform(low, high, shape) * IMAGES) / IMAGES


def between(rng, low=0.5, high=0.95):
    """A target that no accuracy meets exactly."""
    return (np.floor(rng.uniform(low, high) * IMAGES) + 0.5) / IMAGES
