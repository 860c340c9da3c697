import ast

from coursekit.learning.gone import Notebook, cost
from coursekit.learning.reading import read

TORCH = frozenset({"torch"})


def body(text):
    return ast.parse(text).body


def reading(text):
    return read(body(text))


def test_a_name_is_gone_until_a_cell_gives_it_a_value():
    known = Notebook()
    known.skipped(reading("layer = net()\nrows.append(1)"), TORCH)
    assert known.wants({"layer", "rows", "x"}) == {"layer": TORCH, "rows": TORCH}
    known.ran(body("layer = 1"))
    assert known.wants({"layer"}) == {}


def test_a_function_is_gone_with_what_it_calls():
    known = Notebook()
    known.ran(body("def f(x):\n    return layer(x)\nNORMS = {'mine': f}\nf = use(f)"))
    assert known.wants({"f", "NORMS"}) == {}
    known.skipped(reading("layer = net()"), TORCH)
    assert known.wants({"f", "NORMS"}) == {"f": TORCH, "NORMS": TORCH}


def test_imports_definitions_and_use_of_a_cell_that_is_not_run_are_kept():
    known, ran = Notebook(), []
    text = "import torch\nimport math\nf = use(f)\ndef g():\n    return math.pi\ny = torch.ones(1)"

    def run(statement):
        ran.append(ast.unparse(statement))
        return ran[-1] != "import torch"

    known.salvage(ast.parse(text), TORCH, run)
    assert known.wants({"torch", "math", "f", "g", "y"}) == {"torch": TORCH, "y": TORCH}
    assert "y = torch.ones(1)" not in ran


def test_the_cost_of_a_package_is_counted_in_cells_of_lessons():
    assert set(cost("keras")) == {"09_full_layer", "16_in_production"}
    assert "04_batchnorm_forward" in cost("torch") and "01_mean_and_variance" not in cost("torch")
