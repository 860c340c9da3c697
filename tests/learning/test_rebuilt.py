"""A class whose base was defined anew: said beside what is found, and only then."""

import pytest
from kernels import Kernel

START = "from torch import nn\nfrom coursekit import check"
BASE = "class Owned(nn.Module):\n    def __init__(self, *_, **__):\n        super().__init__()"
CLASS = "class BatchNorm(Owned):\n    def forward(self, x):\n        return x"
CHECK = 'check(BatchNorm, part="init")'
SAID = "your `BatchNorm` is still built on the `Owned` from before you ran its cell again."


@pytest.fixture(scope="module")
def notebook():
    with Kernel() as kernel:
        kernel.run(START)
        yield kernel


@pytest.mark.parametrize("asked", [CHECK, "check(BatchNorm)"])
def test_a_mended_base_is_not_yet_the_one_of_the_class(notebook, asked):
    notebook.run(BASE)
    notebook.run(CLASS)
    assert SAID not in notebook.run(asked).text
    notebook.run(BASE + "\n        self.eps = 1e-5")
    for _ in range(2):  # judged, and remembered
        found = notebook.run(asked).text
        assert SAID in found
        assert "Run the cell of BatchNorm again, then this one." in found
    notebook.run(CLASS)
    assert SAID not in notebook.run(asked).text


def test_a_base_that_a_function_made_is_no_older_one(notebook):
    inner = "\n".join(f"    {line}" for line in f"{BASE}\n{CLASS}".splitlines())
    notebook.run(BASE)
    notebook.run(f"def make():\n{inner}\n    return BatchNorm\nBatchNorm = make()")
    assert SAID not in notebook.run(CHECK).text
