import numpy as np
import pytest
import torch

from coursekit.checking.words import brief, closest, kind, sentence, told_apart, wish


@pytest.mark.parametrize(
    "said, words",
    [
        ("with a sequence.", "with a sequence."),
        ("shapes (5,) (3,) ", "shapes (5,) (3,)."),
        ("what is x?", "what is x?"),
        ("far too long …", "far too long …"),
        (ValueError("no"), "no."),
    ],
)
def test_a_sentence_ends_once(said, words):
    assert sentence(said) == words


@pytest.mark.parametrize(
    "value, words",
    [
        (np.False_, "False"),
        (np.float64(0.5), "0.5"),
        ({"same": np.True_, "n": [np.int64(3)]}, "{'same': True, 'n': [3]}"),
        ("a", "'a'"),
        (np.array([1.5, 2.0]), "array([1.5, 2. ])"),
    ],
)
def test_a_value_is_written_as_python_would(value, words):
    assert brief(value) == words


def test_a_long_value_is_cut_and_one_that_cannot_speak_is_named():
    class Mute:
        def __repr__(self):
            raise ValueError

    assert brief("x" * 300).endswith("x …") and brief(Mute()) == "<Mute>"


@pytest.mark.parametrize(
    "value, words",
    [
        (np.float64(1), "a float"),
        (np.True_, "a bool"),
        (print, "a function"),
        (np.ones(2), "an array"),
        (np.array(["a"]), "an array of dtype <U1"),
        (2, "an int"),
    ],
)
def test_a_kind_has_its_article_and_a_plain_name(value, words):
    assert kind(value) == words


@pytest.mark.parametrize(
    "want, words",
    [
        (np.True_, "True or False"),
        (np.float64(1), "a number"),
        (torch.tensor(1.0), "a number"),
        (torch.ones(2, 3), "an array of shape (2, 3)"),
        ((1, 2), "a tuple of 2 values"),
        ({}, "a dict"),
        ("", "a str"),
    ],
)
def test_what_is_wanted_is_said(want, words):
    assert wish(want) == words


def test_the_closest_name_does_not_mind_capitals():
    assert closest("X_HAT", ["x", "x_hat"]) == "x_hat"
    assert closest("other", ["x", "x_hat"]) is None


def test_two_numbers_never_read_alike():
    assert told_apart(1.0, 2.0) == ("1", "2")
    assert told_apart(1e-9, 1.04e-9, 2) == ("1e-09", "1.04e-09")
    one, other = told_apart(np.float64(4), np.float64(4 + 1e-15))
    assert one == "4" != other
    assert told_apart(4, 5) == ("4", "5")
