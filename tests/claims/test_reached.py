"""What is reached: by name where a package only hands on, more of it in every doubt."""

import pytest

from coursekit.claims.digest import PACKAGE
from coursekit.claims.reached import reached
from coursekit.claims.trials import TRIALS

TREE = {
    "__init__": "def __getattr__(name):\n    return name\n",
    "terminal": "",
    "helper": "from coursekit.norms.core import mean\n",
    "experiments.__init__": "def best():\n    return 1\n",
    "norms.__init__": (
        '"""Words."""\nfrom coursekit.norms.batch import batch as batch_norm\n'
        "from coursekit.norms.rms import rms as rms\nfrom .local import local\n"
    ),
    "norms.batch": "from coursekit.norms import core\n",
    "norms.core": "def mean(): ...\n",
    "norms.rms": "from .core import mean\nfrom coursekit.helper import mean as m\n",
    "norms.local": "local = 2\n",
    "norms.weights": "def weight(): ...\n",
}
CORE = {"norms.batch", "norms.core"}
ALL = CORE | {"norms", "norms.rms", "norms.local", "helper"}


@pytest.fixture
def course(tmp_path):
    """A course of ten modules; given a trial's text, and modules that differ, it says the reach."""

    def reach(text, others=TREE):
        for name, code in (TREE | others | {"experiments.trial": text}).items():
            file = tmp_path.joinpath(*name.split(".")).with_suffix(".py")
            file.parent.mkdir(exist_ok=True)
            file.write_text(code)
        found = reached("experiments.trial", tmp_path)
        return found.modules - {"experiments.trial"}, found.handed

    return reach


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("from coursekit.norms import batch_norm", CORE),
        ("def f():\n    from ..norms import batch_norm", CORE),
        ("from coursekit.norms import rms", {"norms.rms", "norms.core", "helper"}),
        ("from coursekit.norms import local", {"norms.local"}),
        ("from coursekit.norms.core import mean", {"norms.core"}),
        ("from coursekit import helper, terminal", {"helper", "norms.core"}),
        ("from coursekit.experiments import best", {"experiments"}),
        ("import numpy\nfrom numpy import mean", set()),
        ("from coursekit.norms import weights", {"norms.weights"}),
        ("from coursekit.norms import nothing_of_this_name", ALL),
        ("from coursekit.norms import *", ALL),
        ("from coursekit import norms", ALL),
        ("import coursekit.norms as n", ALL),
        ("from importlib import import_module\nimport_module('coursekit.norms.rms')",
         {"norms.rms", "norms.core", "helper"}),
        ("from importlib import import_module\nimport_module(f'coursekit.norms.{1}')",
         ALL | {"norms.weights"}),
    ],
)  # fmt: skip
def test_a_name_reaches_where_it_is_bound_and_a_doubt_reaches_all(course, text, wanted):
    assert course(text)[0] == wanted


@pytest.mark.parametrize(
    "others, wanted",
    [
        ({"norms.__init__": TREE["norms.__init__"] + "EPS = 1\n"}, ALL),
        ({"norms.__init__": TREE["norms.__init__"] + "def __getattr__(n): ...\n"}, ALL),
        ({"norms.local": "import torch\ntorch.set_num_threads(1)\n"}, CORE | {"norms.local"}),
        ({"helper": "from coursekit.norms import core\ncore.mean = len\n"}, CORE | {"helper"}),
        ({"experiments.__init__": "import numpy\nnumpy.seterr()\n"}, CORE | {"experiments"}),
    ],
)
def test_what_acts_when_it_is_loaded_is_reached_though_nobody_names_it(course, others, wanted):
    assert course("from coursekit.norms import batch_norm", others)[0] == wanted


def test_a_name_that_comes_from_elsewhere_is_another_reach(course):
    text = "from coursekit.norms import batch_norm"
    assert course(text)[1] == {"norms.batch_norm = norms.batch.batch"}
    moved = TREE["norms.__init__"].replace("batch as", "core as")
    assert course(text, {"norms.__init__": moved})[1] == {"norms.batch_norm = norms.batch.core"}


def test_no_experiment_reaches_a_norm_that_it_does_not_use():
    for trial in TRIALS:
        modules = reached(f"experiments.{trial}", PACKAGE).modules
        assert not modules & {"norms", "norms.conditional", "layers", "claims"}, trial
        if trial != "identities":
            used = {name for name in modules if name.startswith("norms.")}
            assert used <= {"norms.core", "norms.checks"}
