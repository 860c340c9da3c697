import ast

import pytest

from coursekit.learning.reading import imports, read


@pytest.mark.parametrize(
    "text, reads, binds",
    [
        ("y = f(x)", {"f", "x"}, {"y"}),
        ("x = 1\ny = x", set(), {"x", "y"}),
        ("y = x\nx = 1", {"x"}, {"x", "y"}),
        ("x += 1", {"x"}, {"x"}),
        (
            "for name, norm in NORMS.items():\n    print(name, norm)",
            {"NORMS", "print"},
            {"name", "norm"},
        ),
        ("z = [i * k for i in range(3)]", {"k", "range"}, {"z"}),
        ("with torch.no_grad():\n    y = f(1)", {"torch", "f"}, {"y"}),
        ("import numpy as np\nnp.ones(3)", set(), {"np"}),
        ("def f(x):\n    return layer(x)", {"layer"}, {"f"}),
        ("f = lambda x: layer(x)", {"layer"}, {"f"}),
        ("class A(nn.Module):\n    def f(self):\n        return g(self)", {"nn", "g"}, {"A"}),
        (
            "try:\n    layer(1)\nexcept ValueError as e:\n    print(e)",
            {"layer", "ValueError", "print"},
            {"e"},
        ),
    ],
)
def test_names_from_outside_are_told_from_the_cells_own(text, reads, binds):
    found = read(ast.parse(text).body)
    assert (found.reads, found.binds) == (reads, binds)


def test_what_a_function_needs_is_needed_when_it_is_called():
    found = read(ast.parse("@wrap\ndef f(x, n=N):\n    return layer(x)").body)
    assert found.now == {"wrap", "N"} and found.later["f"] == {"layer"}


@pytest.mark.parametrize(
    "text", ["t['a'] = 1", "t.append(1)", "t.weight.copy_(1)", "t.a.b = 2", "t.update(a=1)"]
)
def test_what_changes_in_place_is_seen(text):
    assert read(ast.parse(text).body).changes == {"t"}


def test_imports_are_those_that_run():
    text = "import torch.nn as nn\nfrom sklearn import x\ndef f():\n    import keras\n"
    assert imports(ast.parse(text).body) == {"torch", "sklearn"}
    assert imports(ast.parse("try:\n    import scipy\nexcept ImportError:\n    0").body) == set()
