"""What the exercises on weights are tried with."""

import numpy as np

from coursekit.checking import draws


def weights(rng, out, *fan_in):
    """(out, *fan_in): every output's weights of their own size, with a mean of their own."""
    own = np.geomspace(0.3, 4, out).reshape(out, *[1] * len(fan_in))
    return own * (rng.uniform(0.4, 1.2, own.shape) + rng.standard_normal((out, *fan_in)))


def lengths(rng, out):
    """(out,): of either sign, none near 0 or 1."""
    return draws.sign(rng, out) * rng.uniform(1.5, 4, out)


def any_weights(rng, low=2):
    """Weights of two to four axes, in some layout, at any size that their squares bear."""
    out, *fan_in = draws.sizes(rng, int(rng.integers(2, 5)), low=low, high=6)
    return draws.laid(rng, draws.size(rng, 1e-6, 1e6) * weights(rng, out, *fan_in))
