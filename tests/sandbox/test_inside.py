"""What runs inside the box, looked at from here: the stub, the shell, the way cells are run."""

import pytest

from coursekit.checking import local
from coursekit.sandbox.inside import cells, stub, things
from coursekit.sandbox.inside.shell import Shell
from coursekit.sandbox.words import TEXT_LIMIT, identifier, plain


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


def test_the_shell_runs_what_is_python_and_notes_the_rest():
    names, notes = {}, []
    shell = Shell(names, notes)
    shell.run_cell_magic("time", "", "a = 1\n")
    shell.run_line_magic("timeit", "b = 2")
    shell.run_line_magic("matplotlib", "inline")
    shell.run_line_magic("run", "other.py")
    shell.run_cell_magic("bash", "", "rm -rf /")
    shell.system("ls")
    assert shell.getoutput("ls") == [] and shell.anything_else(1) is None
    assert (names["a"], names["b"]) == (1, 2)
    assert [note.partition(" ")[0] for note in notes] == ["%run", "%%bash", "!ls", "!ls"]


def test_cell_numbers_are_read_from_file_names_of_cells_only():
    assert cells.cell_number("<cell 12>") == 12
    assert cells.cell_number("<cell x>") == cells.cell_number("/tmp/<cell 1>") == 0


@pytest.mark.parametrize(
    "function",
    [lambda x, y=1, *z, k=2, **w: 0, lambda: 0, len, dict, pytest.raises, type("C", (), {})],
)
def test_parameters_are_written_as_the_checker_writes_them(function):
    assert things.parameters(function) == local.parameters(function)


def test_text_from_a_box_becomes_one_short_line():
    assert plain("a\n\x1b[31m b\t<f at 0x7f00deadbeef>") == "a [31m b <f at 0x…>"
    assert len(plain("x" * 10**6)) == TEXT_LIMIT and plain("x" * 10**6).endswith("…")
    assert identifier("Value<Error>\n") == "ValueError" and identifier("!") == "Exception"
