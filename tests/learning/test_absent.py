import sys

import pytest

from coursekit.learning import absent


@pytest.fixture
def without_keras(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)


def test_what_cannot_be_imported_is_absent(without_keras):
    assert absent.absent() == {"keras"}


def test_an_error_tells_of_a_package_only_if_that_is_missing(without_keras):
    assert absent.of(ModuleNotFoundError("no", name="keras.layers")) == "keras"
    assert absent.of(ModuleNotFoundError("no", name="torch.nowhere")) == ""
    assert absent.of(ModuleNotFoundError("no", name="pandas")) == ""
    assert absent.of(ImportError("no", name="keras")) == absent.of(None) == ""


def test_the_sentence_says_what_is_missing_and_how_to_install_it():
    one, two = absent.lacking(["sklearn"]), absent.lacking({"sklearn", "torch"})
    assert one.startswith("scikit-learn, which is not installed here (to install it: ")
    assert one.endswith("-m pip install scikit-learn)")
    assert two.startswith("PyTorch and scikit-learn, which are not installed here")
    assert two.endswith("-m pip install torch scikit-learn)")
