"""Real data that needs no download: it travels inside scikit-learn.

    breast_cancer()   569 x 30   scales from 1e-3 to 4e3      two classes
    wine()            178 x 13   scales from 0.1 to 1.7e3     three classes
    diabetes()        442 x 10   raw clinical units           a number to predict
    digits()         1797 x 8x8  grey images, 0 to 16         ten classes
    digit_split()    the same as tensors, 1297 to train on and 500 to test on
    photographs()       2 x 427 x 640 x 3, 0 to 255           china and flower
    prose()             a text of 30 000 letters or more      what describes the data sets

Files are read once. Every call returns fresh arrays, so that writing into one spoils nothing else.
"""

import importlib.util
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coursekit.devices import device, generator

if TYPE_CHECKING:  # imported where used: this module stays light
    import torch


class Table(NamedTuple):
    """Rows are samples: x (N, D), y (N,), and what the columns and classes are called."""

    x: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    classes: tuple[str, ...]  # empty where y is a measured number


class Digits(NamedTuple):
    """images (N, 8, 8), y (N,): the digit each image shows."""

    images: np.ndarray
    y: np.ndarray


class DigitSplit(NamedTuple):
    """Pixels from 0 to 1, in float32: (N, 1, 8, 8); labels (N,)."""

    train: "torch.Tensor"
    train_labels: "torch.Tensor"
    test: "torch.Tensor"
    test_labels: "torch.Tensor"


class Photographs(NamedTuple):
    """Each (427, 640, 3), uint8: height, width, RGB."""

    china: np.ndarray
    flower: np.ndarray


def breast_cancer() -> Table:
    """Load 30 measurements of cell nuclei in 569 breast masses, benign or malignant.

    Data card: ten quantities (radius, area, smoothness ...) of the nuclei in a digitized image of
    a fine needle aspirate, each as mean, standard error and "worst" (mean of the three largest).
    x is (569, 30); y is 0 for malignant (212) and 1 for benign (357). Nothing is missing.
    The columns differ in scale by six decades. One clinic, about 1990: a teaching set, not a
    basis for diagnosis.

    Licence: CC BY 4.0, as distributed by the UCI Machine Learning Repository.
    Source: W. H. Wolberg, W. N. Street, O. L. Mangasarian 1995, doi:10.24432/C5DW2B
    """
    return _fresh(_table("breast_cancer"))


def wine() -> Table:
    """Load 13 chemical measurements of 178 wines from three growers of one region.

    Data card: alcohol, acids, phenols, colour, proline ... x is (178, 13); y is the grower, 59, 71
    and 48 wines. Nothing is missing. Small enough that a test set of 45 moves by 2 points per wine.

    Licence: CC BY 4.0, as distributed by the UCI Machine Learning Repository.
    Source: S. Aeberhard, M. Forina 1992, doi:10.24432/C5PC7J
    """
    return _fresh(_table("wine"))


def diabetes() -> Table:
    """Load 10 baseline variables of 442 patients and their disease progression a year later.

    Data card: age, sex, body mass index, blood pressure and six serum values, in the units they
    were measured in (scikit-learn's default is an already scaled copy). x is (442, 10); y is a
    score from 25 to 346. Nothing is missing. `sex` is coded 1 and 2, with no key given.

    Licence: none is stated; distributed in scikit-learn, BSD-3-Clause.
    Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani 2004, Least Angle Regression,
        Annals of Statistics 32 (2), https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html
    """
    return _fresh(_table("diabetes", scaled=False))


def digits() -> Digits:
    """Load 1797 handwritten digits as 8x8 grey images.

    Data card: the test part of a set written by 43 people (these are 13 of them); 32x32 bitmaps
    reduced by counting the ink in 4x4 blocks. images is (1797, 8, 8), whole numbers 0 to 16 as
    float64; y is 0 to 9, 174 to 183 of each. Writers are not marked, so a random split puts the
    same hand on both sides.

    Licence: CC BY 4.0, as distributed by the UCI Machine Learning Repository.
    Source: E. Alpaydin, C. Kaynak 1998, doi:10.24432/C50P49
    """
    return _fresh(_digits())


def digit_split() -> DigitSplit:
    """Split `digits` as tensors on the device: 1297 to train on, 500 to test on, always the same.

    The split is drawn once and for all, so seeds differ in everything else.
    """
    import torch

    images, labels = digits()
    order = torch.randperm(len(labels), generator=generator(0))
    x = torch.tensor(images[:, None] / 16, dtype=torch.float32)[order].to(device())
    y = torch.tensor(labels)[order].to(device())
    return DigitSplit(x[:1297], y[:1297], x[1297:], y[1297:])


def stratified(x: np.ndarray, y: np.ndarray, test: int) -> list[np.ndarray]:
    """Part rows (N, ...) and classes (N,) as x, x_test, y, y_test, always in the same way.

    Args:
        test: how many rows to test with; they hold each class in the proportion of all rows.
    """
    from sklearn.model_selection import train_test_split

    return train_test_split(x, y, test_size=test, random_state=0, stratify=y)


def photographs() -> Photographs:
    """Load two colour photographs, a Chinese temple and a flower.

    Data card: JPEG files of 427 by 640 pixels, decoded to uint8 RGB.

    Licence: both CC BY 2.0, https://creativecommons.org/licenses/by/2.0/
    Source: china.jpg by danielbuechele, https://www.flickr.com/photos/danielbuechele/6061409035/
        flower.jpg by vultilion, https://www.flickr.com/photos/vultilion/6056698931/
    """
    return _fresh(_photographs())


@lru_cache
def prose() -> str:
    """Load English text: the descriptions of the data sets, one behind the other.

    Data card: manuals by many hands, in lower case; all but a to z, comma and full stop has become
    a single space, and tables of numbers with it. It is small, repeats itself, and another release
    may word it otherwise.

    Licence: distributed in scikit-learn, BSD-3-Clause.
    Source: scikit-learn developers, sklearn/datasets/descr
    """
    from importlib.resources import files

    folder = files("sklearn.datasets") / "descr"
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".rst")), key=str)
    return re.sub(r"[^a-z.,]+", " ", " ".join(page.read_text("utf-8") for page in pages).lower())


@lru_cache
def _table(name: str, **options: bool) -> Table:
    from sklearn import datasets

    read = getattr(datasets, f"load_{name}")(**options)
    classes = tuple(map(str, getattr(read, "target_names", ())))
    return Table(read.data, read.target, tuple(map(str, read.feature_names)), classes)


@lru_cache
def _digits() -> Digits:
    """As `sklearn.datasets.load_digits` reads them, without the second or two of its import."""
    spec = importlib.util.find_spec("sklearn")
    folders = spec.submodule_search_locations if spec else None
    path = Path(*folders[:1], "datasets", "data", "digits.csv.gz") if folders else None
    if path is None or not path.exists():  # in another release they may lie elsewhere
        from sklearn.datasets import load_digits

        read = load_digits()
        return Digits(read.images, read.target)
    rows = np.loadtxt(path, delimiter=",")
    return Digits(rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(int))


@lru_cache
def _photographs() -> Photographs:
    from sklearn.datasets import load_sample_image

    return Photographs(load_sample_image("china.jpg"), load_sample_image("flower.jpg"))


def _fresh(loaded: Any) -> Any:
    """The same NamedTuple with its arrays copied."""
    return loaded._make(v.copy() if isinstance(v, np.ndarray) else v for v in loaded)
