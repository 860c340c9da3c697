"""The map of rates and gains: what it says of what was stored, and that it was measured so."""

import numpy as np
import pytest

from coursekit.experiments import rate_gain
from coursekit.widgets import EXPLORABLES
from coursekit.widgets.rate_map import DEPTHS, GAINS, NORMS, OPTIMIZERS, RATES, key, maps

MAP = EXPLORABLES["rate_map"]


def grid(norm, depth, optimizer="sgd"):
    return np.array(maps()[key(norm, depth, optimizer)])


def test_there_is_a_map_of_whole_percents_for_every_choice():
    names = {key(n, d, o) for n in NORMS for d in DEPTHS for o in OPTIMIZERS}
    assert maps().keys() == names
    for name in names:
        found = np.array(maps()[name])
        assert found.shape == (len(GAINS), len(RATES)) and found.min() >= 0 and found.max() <= 100


def test_its_tour_tells_the_truth():
    assert (grid("none", 8).max(1) >= 90).tolist() == [gain == 1 for gain in GAINS]
    assert (grid("batch", 8).max(1) >= 90).sum() == 6
    best = grid("batch", 8).argmax(1)
    assert best[-1] > best[4] > best[2], "the larger the gain, the higher the rate"
    layer = grid("layer", 8)
    assert (layer >= 90).sum() < 0.3 * (grid("batch", 8) >= 90).sum()
    assert (grid("batch", 20) >= 90).sum() == 0


def test_the_words_count_what_is_drawn():
    frame = MAP.frame(MAP.first | {"norm": "batch"})
    squares = grid("batch", 8) >= 90
    assert frame["good"] == squares.sum() and frame["rows"] == squares.any(1).sum()
    assert f"{squares.sum()} of 63" in frame["words"]
    assert f"of the rates {squares[GAINS.index(1.0)].sum()} of 9" in frame["words"]


@pytest.mark.parametrize("norm, optimizer", [("batch", "sgd"), ("none", "adam")])
def test_measured_again_a_row_is_what_was_stored(norm, optimizer):
    """Other machines round otherwise, and training makes a difference of it: five of 100 digits."""
    at = GAINS.index(1.0)
    again = rate_gain.measure(
        rate_gain.SEEDS, norm=norm, depth=3, optimizer=optimizer, gains=[GAINS[at]]
    ).mean(2)
    calm = grid(norm, 3, optimizer)[at] >= 20
    assert (abs(again[0] - grid(norm, 3, optimizer)[at])[calm] <= 5).all()
