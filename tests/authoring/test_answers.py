import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import jupytext
import pytest

from coursekit.authoring.answers import fill, guess, marked, page
from coursekit.authoring.build import hide_solutions, show_solutions
from coursekit.authoring.cells import Cell, lesson_name, read
from coursekit.checking import Exercise, Predict
from coursekit.errors import BuildError
from coursekit.exercises import load

REPO = Path(__file__).parents[2]
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
# Cells that do not take their exercise's answer: their lesson hands out a base class.
OWN = {"07_running_statistics": ["BatchNorm1d"], "09_full_layer": ["BatchNorm"]}
HERE = Path("00_start_here.py")
TASKS = load("start_here")

every = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)


@every
def test_the_right_answer_stands_once(source):
    tasks, cells = load(lesson_name(source)), {cell.id: cell for cell in read(source)}
    own = [name for name in tasks if cells[name].source != "# {{answer}}"]
    assert own == OWN.get(source.stem, [])
    assert own == [cell.id for cell in cells.values() if "own" in cell.metadata]
    for name, task in tasks.items():
        if isinstance(task, Exercise) and name not in own:
            [filled] = [cell for cell in page(source, tasks) if cell.id == name]
            assert show_solutions(filled.source) == task.worked_answer()


@every
def test_the_filled_page_is_python_that_knows_every_name_it_uses(source):
    code = [c.source for c in page(source, load(lesson_name(source))) if c.kind == "code"]
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "F", "--stdin-filename", "page.py"]
    done = subprocess.run([*ruff, "-"], input="\n".join(code), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@every
def test_the_source_goes_through_jupytext_and_back(source):
    text = source.read_text("utf-8")
    book = jupytext.reads(text, fmt="py:percent")
    again = jupytext.reads(jupytext.writes(book, fmt="py:percent"), fmt="py:percent")
    assert [(c.source, c.metadata) for c in again.cells] == [
        (c.source, c.metadata) for c in book.cells
    ]


@every
def test_a_guess_that_the_course_writes_is_right(source):
    for task in load(lesson_name(source)).values():
        if isinstance(task, Predict):
            assert "you were right" in task.judge(literal_eval(guess(task))).message


def cell(text, name="standardize", **metadata):
    return Cell("code", name, text, 7, metadata)


def test_an_answer_takes_the_place_of_its_line_and_the_rest_stays():
    filled = fill(HERE, cell("import math\n\n\n# {{answer}}"), TASKS["standardize"]).source
    assert filled.startswith('import math\n\n\ndef standardize(x):\n    """Shift and')
    assert hide_solutions(filled).endswith("# Your code here.\n    raise NotImplementedError")


def test_a_number_is_written_as_its_author_gave_it_or_to_three_digits():
    def told(truth):
        return guess(Predict("predict_x", "?", truth, "so", "start_here"))

    assert [told(24), told(4.0), told(100352)] == ["24", "4.0", "100_352"]
    assert [told(lambda: 1 / 3), told(lambda: 16980.2)] == ["0.333", "16_980"]


@pytest.mark.parametrize(
    "text, name, metadata, words",
    [
        ("# {{answer}}", "nothing", {}, "needs the name of an exercise"),
        ("# {{answer}}\n# {{answer}}", "standardize", {}, "stands once in a cell"),
        ("    # {{answer}}", "standardize", {}, "not indented"),
        ("# {{answer}}", "standardize", {"own": "why"}, "is for a cell without"),
        ("def standardize(x): ...", "standardize", {}, "one that must differ says why"),
        ("predict_outlier = 2", "predict_outlier", {}, "the answer is that of predict_outlier"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_its_place(text, name, metadata, words):
    with pytest.raises(BuildError, match=words) as raised:
        fill(HERE, cell(text, name, **metadata), TASKS.get(name))
    assert ":7: " in str(raised.value)


FUNCTION = """
def f(
    x,
):
    # Why it is so.

    @cache
    def g():
        return x

    return g()
"""
CLASS = '''
class A(B):
    """An A."""

    size = 3

    def __init__(self):
        """Make one."""
        self.x = 1

    @property
    def y(self):
        return self._z()

    def _z(self):
        return 2
'''


def test_a_function_keeps_its_first_line_only():
    filled = marked(FUNCTION.strip())
    assert hide_solutions(filled) == (
        "def f(\n    x,\n):\n    # Your code here.\n    raise NotImplementedError"
    )
    assert show_solutions(filled) == FUNCTION.strip()


def test_a_class_keeps_the_first_lines_of_its_methods_and_hides_its_helpers():
    filled = marked(CLASS.strip())
    assert show_solutions(filled) == CLASS.strip()
    stub = hide_solutions(filled)
    assert stub.count("raise NotImplementedError") == 2 and "_z" not in stub
    assert "size = 3" in stub and '"""Make one."""\n        # Your code here.' in stub
    assert "@property\n    def y(self):\n        # Your code here." in stub
