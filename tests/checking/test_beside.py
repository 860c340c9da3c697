import types

import numpy as np
import pytest

from coursekit.checking.shown.beside import COLUMNS, ROWS, Beside
from coursekit.checking.words import MARK

ASKED = types.SimpleNamespace(rtol=1e-5, atol=1e-8, returns=("y", "cache"))


def of(got, want):
    return Beside.of(ASKED, got, want)


def test_yours_stands_above_the_expected_one_and_what_differs_is_marked():
    text = of(np.array([1.0, 5.0]), np.array([1.0, 2.0])).text()
    assert text.splitlines() == [
        f"yours; {MARK} marks what differs", f"   1 {MARK}5", "expected", "   1  2",
    ]  # fmt: skip


def test_of_several_values_the_first_that_differs_is_shown_by_name():
    found = of((np.ones(2), {"k": np.ones(2)}), (np.ones(2), {"k": np.zeros(2)}))
    assert found.name == "cache.k" and "yours cache.k" in found.text()


@pytest.mark.parametrize(
    "got, want",
    [(np.ones(2), np.ones(2)), (np.ones(2), np.ones(3)), (1.0, 2.0), ("a", np.ones(1)),
     ((np.ones(2), np.ones(1)), (np.ones(2), np.ones(1)))],
)  # fmt: skip
def test_what_is_equal_or_no_pair_of_arrays_is_not_shown(got, want):
    assert of(got, want) is None


def test_of_a_large_one_the_window_around_the_first_wrong_entry():
    want = np.zeros((3, 40, 30))
    got = want.copy()
    got[1, 20, 10] = 1
    text = of(got, want).text()
    assert text.splitlines()[0].startswith("yours[1, 16:24, 7:14]")
    assert len(text.splitlines()) == 2 * ROWS + 2
    assert all(len(line.split()) == COLUMNS for line in text.splitlines()[1 : ROWS + 1])


def test_digits_are_added_until_the_two_can_be_told_apart():
    text = of(np.array([1.00001, 1.0]), np.array([1.00003, 1.0])).text()
    assert "1.00001" in text and "1.00003" in text
