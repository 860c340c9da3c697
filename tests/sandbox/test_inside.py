"""What runs inside the box, looked at from here: the stub, the shell, the way cells are run."""

import sys

import numpy as np
import pytest

from coursekit.checking.guest.scene import FACTS, NAMES
from coursekit.sandbox.inside import cells, stub
from coursekit.sandbox.inside.shell import Shell
from coursekit.sandbox.sanitize import PART_LIMIT, TEXT_LIMIT, identifier, plain, scene
from coursekit.sandbox.wire.messages import Error


def test_a_placeholder_can_be_passed_about_and_raises_when_used():
    thing = stub.Placeholder("coursekit.widgets").axes.cube
    assert repr(thing) == "<coursekit.widgets.axes.cube, not there while grading>"
    with pytest.raises(
        RuntimeError, match=r"coursekit\.widgets\.axes\.cube .* tag the cell `demo`"
    ):
        thing(1, a=2)
    with pytest.raises(AttributeError):
        thing.__wrapped__  # noqa: B018


def test_the_stub_keeps_quiz_answers_and_leaves_functions_alone():
    pretend = stub.Stub()
    assert pretend.check("quiz_a", "b").passed is False and not pretend.check(len).passed
    assert pretend.answers == {"quiz_a": "b"} and stub._use(len) is len


def test_the_shell_runs_nothing_and_notes_it():
    names, notes = {}, []
    shell = Shell(names, notes)
    shell.run_cell_magic("time", "", "a = 1\n")
    shell.run_line_magic("matplotlib", "inline")
    shell.run_line_magic("run", "other.py")
    shell.system("ls")
    assert shell.getoutput("ls") == [] and shell.anything_else(1) is None and names == {}
    assert [note.partition(" ")[0] for note in notes] == ["%%time", "%run", "!ls", "!ls"]


@pytest.fixture
def notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(stub.Stub, "install", lambda self: None)
    return cells.Notebook()


IMPORTS = """from __future__ import annotations
import no_such_package as sns, json
from no_such_package.parts import a, b as c
from no_such_package import *
import no_such_package.deep.down
import math
sns.set_theme(style=sns.styles["white"])
with sns.axes_style("dark") as style:
    plots = [sns.lineplot(x) for x in sns.load()]
@c.njit(parallel=True)
@a
def f(x: int):
    return math.sqrt(x)
class Layer(c.Module, a):
    pass
try:
    import google_colab_or_not
except ImportError:
    colab = False
"""


def test_a_package_that_is_not_installed_costs_its_import_alone(notebook):
    notebook.run(1, IMPORTS)
    names = notebook.names
    assert names["f"](9) == 3 and names["colab"] is False and names["plots"] == []
    assert names["f"].__annotations__ == {"x": "int"} and names["Layer"]() and "json" in names
    assert notebook.take_notes() == [
        "no_such_package is not installed here; what the notebook does with it is not done"
    ]


@pytest.mark.parametrize(
    "source, kind",
    [
        ("import json.no_such_part", ModuleNotFoundError),  # json is there
        ("from json import no_such_name", ImportError),
        ("x = 1\nif x:\n    import no_such_package", ModuleNotFoundError),
        ("raise ModuleNotFoundError('no', name='no_such_package')", ModuleNotFoundError),
        ("%time x = 1", SyntaxError),  # nothing is transformed here
    ],
)
def test_every_other_error_is_the_cells(notebook, source, kind):
    with pytest.raises(kind):
        notebook.run(1, source)
    assert notebook.take_notes() == []


@pytest.mark.parametrize(
    "line", ["n = len(no.f())", "n = no.x[0] + 1", "assert no.__version__ > '2'", "n = float(no.a)"]
)
def test_a_statement_that_cannot_do_without_a_package_is_left_out_and_the_cell_goes_on(
    notebook, line
):
    notebook.run(1, f"import no_such_package as no\n{line}\nimport json\nx = 1")
    assert notebook.names["x"] == 1 and "json" in notebook.names
    assert "line 2 needs what is not installed here" in notebook.take_notes()[1]
    notebook.run(2, f"{line}\ny = 1")
    assert notebook.names["y"] == 1
    with pytest.raises(ZeroDivisionError):
        notebook.run(3, "import no_such_package as no\n1 / 0\nz = 1")
    assert "z" not in notebook.names


def test_what_stands_for_a_package_is_never_a_number():
    lacking = stub.Lacking("seaborn")
    assert lacking.a.b(1)[2] is lacking and list(lacking) == []
    assert repr(lacking) == "<seaborn, not installed here>"
    for make in (float, int, complex, len, lambda x: x + 1, lambda x: np.asarray(x, float)):
        with pytest.raises((TypeError, ValueError)):
            make(lacking)


def test_a_cell_that_awaits_runs_as_one(notebook):
    code = "task = asyncio.ensure_future(asyncio.sleep(0, 2))\nimport json\ny = await task"
    notebook.run(1, f"import no_such_package\nimport asyncio\n{code}")
    assert notebook.names["y"] == 2 and notebook.take_notes()
    with pytest.raises(ZeroDivisionError):
        notebook.run(2, "import json\nawait asyncio.sleep(0)\n1 / 0")


def test_cell_numbers_are_read_from_file_names_of_cells_only():
    assert cells.cell_number("<cell 12>") == 12
    assert cells.cell_number("<cell x>") == cells.cell_number("/tmp/<cell 1>") == 0


def test_text_from_a_box_becomes_one_short_line():
    assert plain("a\n\x1b[31m b\t<f at 0x7f00deadbeef>") == "a [31m b <f at 0x…>"
    assert len(plain("x" * 10**6)) == TEXT_LIMIT and plain("x" * 10**6).endswith("…")
    assert identifier("Value<Error>\n") == "ValueError" and identifier("!") == "Exception"


def test_what_a_box_says_met_on_a_line_is_cut_and_cleaned():
    many = tuple((f"x{n}`\x1b[31m" + "y" * 999, "(5, 4)\n" * 99) for n in range(99))
    error = Error("E", "", code="a\x00b", met=many, names=("n" * 999,) * 999, before=many)
    seen = scene(error)
    assert len(seen.met) == len(seen.before) == FACTS and len(seen.names) == NAMES
    texts = [seen.code, *seen.names, *(text for both in seen.met for text in both)]
    assert all(len(t) <= PART_LIMIT and t.isprintable() and "`" not in t for t in texts)
