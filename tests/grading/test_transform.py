"""A cell's commands become Python on their own lines; what runs is what was analysed."""

import time

import pytest

from coursekit.checking.source.forbidden import forbidden_use
from coursekit.grading.intake.notebook import CodeCell, Notebook
from coursekit.grading.intake.transform import tell, tell_all

MADE = {  # a cell -> what runs of it, and the commands that do not
    "x = 1\n%timeit -n 10 -r 2 sum(range(10))\ny = 2": "x = 1\nsum(range(10))\ny = 2",
    "%timeit -n10 -r2 -q f(x)": "f(x)",
    "%time x = f(1)": "x = f(1)",
    "x = %time f(1)": "x = f(1)",
    "x = %timeit -o f(1)": "x = f(1)",
    "%prun -l 10 -s cumulative -D out f(x)": "f(x)",
    "%lprun -f f f(x)": "f(x)",
    "%time": "pass",
    "%%time\nx = 1\nassert x": "\nx = 1\nassert x",
    "%%timeit -n 10 x = 5\nx + 1": "x = 5\nx + 1",
    "\n\n%%capture out --no-stderr\nx = 1": "\n\n\nx = 1",
    "%%capture\n%%time\nx = 1": "\n\nx = 1",
    "%matplotlib inline\nx = 1": "pass\nx = 1",
    "if x:\n    %matplotlib inline\ny = 1": "if x:\n    pass\ny = 1",
    "np.mean?\nx = 1": "pass\nx = 1",
    "?np.mean": "pass",
    "    x = 1\n    y = 2": "x = 1\ny = 2",
    ">>> x = 1\n>>> y = 2": "x = 1\ny = 2",
    "x = 1\r\n%time y = 2\r\nz = 3": "x = 1\ny = 2\nz = 3",
    "# a\u2028)(\n%time x = 1": "# a\u2028)(\nx = 1",
    "s = '''\n%time x\n'''\n%time y = 1": "s = '''\n%time x\n'''\ny = 1",
    "%time f(\\\n    1)\nx = 2": "f(     1)\n\nx = 2",
}
LEFT_OUT = {
    "!pip install x\nx = 1": ("pass\nx = 1", "!pip install x"),
    "%%capture\n!pip install x": ("\npass", "!pip install x"),
    "names = !ls": ("names = []", "!ls"),
    "!ls \\\n  -l\nx = 1": ("pass\n\nx = 1", "!ls    -l"),
    "!echo '''\nx = 1\n%time y = 2": ("pass\nx = 1\ny = 2", "!echo '''"),
    "_ = %history": ("_ = None", "%history"),
    "%run other.py": ("pass", "%run"),
    "%%bash\nrm -rf /": ("", "%%bash"),
    "%%R\nx <- 1": ("", "%%R"),
    "%time !ls": ("pass", "%time"),
    "x = 1\n%%time": ("x = 1\npass", "%%time"),
}
NOT_PYTHON = {
    "x = 1\ndef broken(:": "line 2: def broken(: raised SyntaxError",
    "x = 1\nreturn x": "line 2: return x raised SyntaxError: 'return' outside function",
    "zz = 1\nglobal zz": "line 2: global zz raised SyntaxError",
    "x = '\0'": "null bytes",
    "x = '\ud800'": "cannot be read",
    "x = " + "-" * 10**5 + "1": "it cannot be read: it is nested too deep",
    "%%time\nx =": "line 2: x = raised SyntaxError",
}


@pytest.mark.parametrize("cell", MADE)
def test_a_command_becomes_python_on_its_own_line(cell):
    told = tell(cell)
    assert (told.text, told.problem, told.notes) == (MADE[cell], "", ())


@pytest.mark.parametrize("cell", LEFT_OUT)
def test_what_is_no_python_is_left_out_and_said(cell):
    text, note = LEFT_OUT[cell]
    said = f"{note} was left out: only Python runs while grading"
    assert tell(cell) == (text, "", (said,))


@pytest.mark.parametrize("cell", NOT_PYTHON)
def test_a_cell_that_is_not_python_says_where(cell):
    assert NOT_PYTHON[cell] in tell(cell).problem


@pytest.mark.parametrize("cell", ["x = (1\n% 2)", "y = 'a?'", "await f()", "x = '''\n%time\n'''"])
def test_python_is_not_touched(cell):
    assert tell(cell) == (cell, "", ())


@pytest.mark.parametrize(
    "cell", ["%time x = 1\n" * 5000, "\n" * 200_000 + "(\n%time", "%" * 10**6, "x = = " * 10**5]
)
def test_a_cell_of_too_many_commands_ends_soon(cell):
    begun = time.process_time()
    assert tell(cell).problem
    assert time.process_time() - begun < 3


OPEN = "import torch\ndef f(x):\n    return torch.batch_norm(x)"


@pytest.mark.parametrize(
    "others",
    [["_ = %env"], ["# see\u2028)("], ["zz = 1", "global zz"], ["from __future__ import x"],
     ["x = 1\x0c\n)("], ["def broken(:"], ["from __future__ import annotations"], ["%%bash\nx"]],
)  # fmt: skip
def test_no_cell_makes_another_unreadable(others):
    cells = [CodeCell(n, text) for n, text in enumerate([*others, OPEN, *others], 1)]
    source, origin = Notebook(tuple(cells)).python
    use = forbidden_use(source, "f", ("torch.batch_norm",))
    assert use and origin[use.line - 1] == (len(others) + 1, 3)


def test_what_runs_is_what_was_analysed():
    texts = ["x = 1", "%time y = 2", "broken(", "# \u2028\n)("]
    book = Notebook(tuple(CodeCell(n, text) for n, text in enumerate(texts, 1)))
    run = [told.text for told in book.told.values() if not told.problem]
    assert book.python[0] == "\n".join(run) == "x = 1\ny = 2"
    assert set(book.not_python) == {3, 4} and book.left_out == []


def test_many_cells_of_many_commands_end_soon_and_cost_no_other():
    whole = "x = %time 1\n" * 99 + f"y = [{'1,' * 10_000}]"
    begun = time.process_time()
    told = list(tell_all(["a = 1", "%time b = 1", *[whole] * 100, "c = 1", "!ls"]))
    assert time.process_time() - begun < 20
    assert [t.problem for t in (*told[:2], *told[-2:])] == [""] * 4
    assert all("split it" in t.problem for t in told[4:-2])
