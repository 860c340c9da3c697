"""What a learner wrote for an exercise is found where they find it: in its cell, by its lines."""

from coursekit.grading.intake.cells import CodeCell
from coursekit.grading.intake.notebook import Notebook
from coursekit.grading.intake.passages import LARGEST, LONGEST, passages

CELLS = (
    "def f(x):\n    return 1",
    "%matplotlib inline\nimport numpy as np\n\n\n"
    "@np.vectorize\ndef f(x):\r\n    return 2   \n\ng = f",
    "if True:\n    def h(x):\n        return 3\n\nprint(h(1))",
    "\n\ndef broken(x:\n    return f(",
    "%%html\ndef text():",
    f"def long():\n    return '{'x' * LONGEST}'",
    f"def hidden(): pass\ns = '{'x' * LARGEST}'",
)


def test_an_answer_is_the_last_statement_that_gives_it_with_its_own_lines():
    cells = tuple(CodeCell(3 * n, source) for n, source in enumerate(CELLS, 1))
    demo = CodeCell(99, "def f(x):\n    return 'a demonstration'", demo=True)
    notebook = Notebook((*cells, demo))
    found = {p.exercise: p for p in passages(notebook, "f g h broken text long hidden no".split())}
    assert {name: (p.cell, p.line, p.text) for name, p in found.items()} == {
        "f": (6, 5, "@np.vectorize\ndef f(x):\n    return 2"),
        "g": (6, 9, "g = f"),
        "h": (9, 1, "if True:\n    def h(x):\n        return 3"),
        "broken": (12, 3, "def broken(x:\n    return f("),  # which did not run: all of its cell
        "text": (15, 1, "%%html\ndef text():"),
    }
    assert found["f"].lines[0] == (5, "@np.vectorize") and found["f"].lines[-1][0] == 7
