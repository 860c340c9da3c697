import functools

import pytest

from coursekit.learning.asked import name_of


def scaled(x, by):
    return x


batch_norm = functools.partial(scaled, by=1)
standardize = lambda x: x  # noqa: E731


class Norm:
    def __call__(self, x):
        return x


layer_norm = Norm()


@pytest.mark.parametrize("name", ["batch_norm", "standardize", "layer_norm"])
def test_what_does_not_know_its_name_is_looked_up(name):
    assert name_of(globals()[name])[0] == name


def test_the_name_in_the_call_comes_first():
    group_norm = scaled
    assert name_of(group_norm)[0] == "group_norm"
    assert name_of(scaled)[0] == "scaled"
    also = batch_norm
    assert name_of(also)[0] == "batch_norm"  # no exercise is called also
    umlaut = "äöü", name_of(layer_norm)[0], "é"
    assert umlaut[1] == "layer_norm"


def test_a_name_in_quotes_is_itself():
    assert name_of("predict_outlier")[0] == "predict_outlier"
    assert name_of(3)[0] == "int"
