import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from coursekit import data

TABLES = [data.breast_cancer, data.wine, data.diabetes]
SETS = [*TABLES, data.digits, data.photographs]


def test_shapes_are_those_of_the_data_cards():
    assert [load().x.shape for load in TABLES] == [(569, 30), (178, 13), (442, 10)]
    assert data.digits().images.shape == (1797, 8, 8)
    assert {photo.shape for photo in data.photographs()} == {(427, 640, 3)}


@pytest.mark.parametrize("load", TABLES)
def test_a_table_names_its_columns_and_misses_nothing(load):
    table = load()
    assert len(table.features) == len(set(table.features)) == table.x.shape[1]
    assert len(table.y) == len(table.x)
    assert np.isfinite(table.x).all() and np.isfinite(table.y).all()


def test_classes_are_counted_as_the_data_cards_say():
    assert np.bincount(data.breast_cancer().y).tolist() == [212, 357]
    assert data.breast_cancer().classes == ("malignant", "benign")
    assert np.bincount(data.wine().y).tolist() == [59, 71, 48]
    counts = np.bincount(data.digits().y)
    assert len(counts) == 10 and counts.min() == 174 and counts.max() == 183


def test_diabetes_comes_in_the_units_it_was_measured_in():
    table = data.diabetes()
    age = table.x[:, table.features.index("age")]
    assert age.min() == 19 and age.max() == 79
    assert table.classes == () and (table.y.min(), table.y.max()) == (25, 346)


def test_breast_cancer_features_differ_in_scale_by_six_decades():
    x = data.breast_cancer().x
    assert x[x > 0].min() < 1e-3 and x.max() > 4e3


def test_pixels_have_the_ranges_the_data_cards_say():
    images, photo = data.digits().images, data.photographs().china
    assert (images.min(), images.max()) == (0, 16)
    assert photo.dtype == np.uint8 and photo.max() == 255


def test_the_text_is_small_letters_and_long_enough():
    text = data.prose()
    assert len(text) > 30_000 and set(text) <= set("abcdefghijklmnopqrstuvwxyz., ")
    assert "  " not in text


@pytest.mark.parametrize("load", SETS)
def test_writing_into_what_one_call_returned_does_not_spoil_the_next(load):
    before = load()[0].copy()
    load()[0][...] = 0
    np.testing.assert_array_equal(load()[0], before)


@pytest.mark.parametrize("load", SETS)
def test_every_set_has_a_data_card_a_licence_and_a_source(load):
    card = " ".join(load.__doc__.split())
    assert all(word in card for word in ["Data card:", "Licence:", "Source:"])


def test_no_digit_is_both_trained_and_tested_on():
    found = data.digit_split()
    assert (len(found.train), len(found.test)) == (1297, 500)
    both = torch.cat([found.train, found.test]).flatten(1)
    assert len(torch.unique(both, dim=0)) == len(both)  # no digit is in the set twice
    assert float(found.train.min()) == 0 and float(found.train.max()) == 1
    labels = torch.cat([found.train_labels, found.test_labels])
    assert torch.bincount(labels.cpu()).tolist() == np.bincount(data.digits().y).tolist()


def test_the_split_of_the_digits_is_always_the_same_and_its_tensors_fresh():
    first, second = data.digit_split(), data.digit_split()
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    first.train.zero_()
    assert second.train.any() and data.digit_split().train.any()


def test_stratified_rows_hold_each_class_in_its_proportion_and_are_always_the_same():
    x, y = np.arange(100)[:, None], np.repeat([0, 1], [80, 20])
    train, test, classes, test_classes = data.stratified(x, y, test=25)
    assert sorted([*train[:, 0], *test[:, 0]]) == list(range(100))
    assert np.bincount(classes).tolist() == [60, 15] and test_classes.sum() == 5
    assert np.array_equal(test, data.stratified(x, y, test=25)[1])


def test_importing_data_loads_neither_scikit_learn_nor_torch():
    code = "import coursekit.data, sys; print(*{'sklearn', 'torch', 'scipy'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


@pytest.mark.parametrize("there", [True, False])
def test_digits_are_scikit_learns_wherever_it_keeps_them(there, monkeypatch):
    data._digits.cache_clear()
    if not there:
        monkeypatch.setattr(data.Path, "exists", lambda path: False)
    mine, theirs = data.digits(), load_digits()
    data._digits.cache_clear()
    for a, b in ((mine.images, theirs.images), (mine.y, theirs.target)):
        assert a.dtype == b.dtype and np.array_equal(a, b)


def test_digits_do_not_wait_for_scikit_learns_import():
    code = "import sys; from coursekit import data; data.digits(); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
