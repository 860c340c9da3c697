"""A submitted file is read as far as it can be, and otherwise refused with the remedy."""

import json
import time
from pathlib import Path

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake.notebook import SIZE_LIMIT, CodeCell, read

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def code(source, **metadata):
    return {"cell_type": "code", "id": "x", "metadata": metadata, "source": source, "outputs": []}


def notebook(*cells, **changes):
    whole = {"cells": list(cells), "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return whole | changes


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "01_mean_and_variance.ipynb"
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(raw)
        return path

    return write


def test_code_cells_are_numbered_among_all_cells_and_demonstrations_marked(file):
    prose = {"cell_type": "markdown", "metadata": {}, "source": "text"}
    got = read(file(notebook(prose, code(["a = 1\n", "b = 2"]), code("plot()", tags=["demo"]))))
    assert got.cells == (CodeCell(2, "a = 1\nb = 2"), CodeCell(3, "plot()", demo=True))
    assert got.notes == [] and [c.number for c in got.run] == [2]


REFUSED = {
    "cut off": (b'{"cells": [{"cell_type": "co', "cut off at line 1"),
    "cut off between": (b'{"cells": [1, 2', "cut off at line 1"),
    "no JSON": (b"{'cells': []}", "not JSON (line 1"),
    "HTML": (b"<!DOCTYPE html>\n<html></html>", "not JSON (line 1"),
    "binary": (b"\x89PNG\r\n\x1a\n\xff", "not UTF-8"),
    "empty": (b" \n", "it is empty"),
    "a list": ([1, 2], "JSON but not a notebook"),
    "no cells": ({"nbformat": 4}, "JSON but not a notebook"),
    "cells of no kind": ({"nbformat": 4, "cells": {"a": 1}}, "JSON but not a notebook"),
    "no version": ({"cells": []}, "JSON but not a notebook"),
    "nested": (b'{"cells":' + b"[" * 100_000, "not a notebook|cut off"),
    "format 2": (notebook(nbformat=2), "format (nbformat 2) is too old"),
    "sheets": ({"nbformat": 3, "worksheets": 5}, "JSON but not a notebook"),
    "Julia": (
        notebook(metadata={"language_info": {"name": "julia"}, "kernelspec": {"name": "python3"}}),
        "written for julia; choose a Python 3 kernel",
    ),
    "R by its kernel": (notebook(metadata={"kernelspec": {"name": "ir"}}), "written for r; choose"),
    "R": (
        notebook(metadata={"kernelspec": {"language": "R", "name": "ir"}}),
        "written for r; choose a Python 3 kernel",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_notebook_is_refused_with_reason_and_remedy(file, kind):
    content, words = REFUSED[kind]
    with pytest.raises(GradeError) as error:
        read(file(content))
    assert any(w in str(error.value) for w in words.split("|"))
    assert "open it in JupyterLab, save it and hand it in again" in str(error.value)


def test_a_file_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "big.ipynb"
    with path.open("wb") as large:
        large.truncate(SIZE_LIMIT + 1)
    with pytest.raises(GradeError, match="larger than 50 MB; clear its outputs"):
        read(path)


def test_an_old_format_is_read_with_a_note(file):
    cells = [{"cell_type": "code", "input": ["a = 1"], "language": "python", "metadata": {}}]
    got = read(file({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}))
    assert got.cells == (CodeCell(1, "a = 1"),)
    assert len(got.notes) == 1 and "old (nbformat 3)" in got.notes[0]


@pytest.mark.parametrize("metadata", [{}, {"kernelspec": {}}, None, {"kernelspec": "python"}])
def test_a_notebook_without_kernelspec_is_read_as_python_with_a_note(file, metadata):
    got = read(file(notebook(code("a = 1"), metadata=metadata)))
    assert got.cells == (CodeCell(1, "a = 1"),) and "no kernelspec" in got.notes[0]


def test_odd_cells_do_not_matter(file):
    odd = [
        5, None, {}, {"cell_type": "code"}, {"cell_type": "code", "source": 7, "metadata": []},
        {"cell_type": "code", "source": ["a", 3], "metadata": {"tags": "demo"}},
    ]  # fmt: skip
    assert [c.source for c in read(file(notebook(*odd))).cells] == ["", "", "a"]


def test_a_byte_order_mark_is_no_fault(file):
    raw = b"\xef\xbb\xbf" + json.dumps(notebook(code("a = 1"))).encode()
    assert read(file(raw)).cells[0].source == "a = 1"


def test_the_source_for_the_judge_parses_whatever_the_cells_hold(file):
    got = read(
        file(
            notebook(
                code("%matplotlib inline\nimport torch"),
                code("def broken(:"),
                code("%%time\ndef f(x):\n    return torch.batch_norm(x)"),
                code("shown()", tags=["demo"]),
            )
        )
    )
    source, origin = got.python
    assert compile(source, "all", "exec")
    assert "batch_norm" in source and "broken" not in source and "shown" not in source
    assert origin[source.splitlines().index("    return torch.batch_norm(x)")] == (3, 3)
    assert got.uses_torch


def test_definitions_are_found_by_text():
    cell = CodeCell(1, "import x\ndef mean(a):\n    def inner(): ...\nclass Layer(B): ...\nvar = 2")
    assert cell.definitions() == ["mean", "Layer"] and cell.defines("mean")
    assert CodeCell(1, "check(mean)\ncheck('q', q)").only_checks
    assert not CodeCell(1, "check(mean)\nx = 1").only_checks


@pytest.mark.parametrize(
    "metadata, note",
    [
        ({"kernelspec": {"name": "dl"}, "language_info": {"name": "python"}}, ""),
        ({"kernelspec": {"name": "dl", "language": "python"}}, ""),
        ({"kernelspec": {"name": "xpython"}}, ""),
        ({"kernelspec": {"name": "ir"}, "language_info": {"name": "python"}}, ""),
        ({"language_info": {"name": "python"}}, ""),
        ({"kernelspec": {"name": "dl"}}, "its kernel, 'dl', is not known here"),
        ({"kernelspec": {"name": ["dl"]}, "language_info": {"name": 3}}, "it names no kernel"),
    ],
)
def test_the_language_is_what_the_notebook_says_and_an_unknown_kernel_is_a_note(
    file, metadata, note
):
    got = read(file(notebook(code("a = 1"), metadata=metadata)))
    assert got.cells == (CodeCell(1, "a = 1"),)
    assert len(got.notes) == bool(note) and all(n.startswith(note) for n in got.notes)


LESSON = {"coursekit": {"lesson": "mean_and_variance"}} | KERNEL


def shipped():
    found = json.loads((NOTEBOOKS / "01_mean_and_variance.ipynb").read_text("utf-8"))
    return found["cells"]


def test_an_answer_that_is_no_code_any_more_is_named(file):
    for changes in (
        {"id": "batch_mean"},
        {"metadata": {"coursekit": {"exercise": "batch_mean"}}},
        {"source": "def batch_mean(x):\n    return x.mean(0)"},
    ):
        for kind, words in (("markdown", "Markdown"), ("raw", "raw text"), ("odd", "of the kind")):
            cell = code("text") | {"cell_type": kind} | changes
            got = read(file(notebook(code("a = 1"), cell, metadata=LESSON)))
            said = got.turned("batch_mean")
            assert said.startswith(f"cell 2, where batch_mean belongs, is {words}")
            assert got.turned("batch_var") == ""
    prose = [cell for cell in shipped() if cell["cell_type"] == "markdown"]
    got = read(file(notebook(*prose, metadata=LESSON)))
    assert not any(map(got.turned, ("batch_mean", "batch_var", "moments")))


def test_a_cell_of_the_courses_that_is_no_code_any_more_is_named(file):
    cells = shipped()
    for cell in cells:
        if cell["id"] in ("imports", "batch_mean", "check-batch_mean", "three-readings"):
            cell["cell_type"] = "markdown"
    [note] = read(file(notebook(*cells, metadata=LESSON))).notes
    assert "(imports) is Markdown, so it did not run" in note


def test_only_a_demonstration_of_the_learners_own_is_to_blame(file):
    def said(*cells):
        return read(file(notebook(*cells, metadata=LESSON))).skipped("name 'spread' is not defined")

    mine = code("spread = 3", tags=["demo"])
    assert "cell 1 would define spread" in said(mine)
    assert said(mine, code("def spread(x): ...")) == "", "it is defined, only too late"
    assert said(code("def f():\n    spread = 3", tags=["demo"])) == "", "nobody else could see it"
    assert "cell 2" in said(code("def f():\n    spread = 3"), mine)


def test_what_learners_are_told_of_demonstrations_is_the_same_whatever_is_lacking(file):
    mine = [code(f"v{n} = {n}", tags=["demo"]) for n in range(3)]
    got = read(file(notebook(*mine, code("x = v1"), metadata=LESSON)))
    words = "cells tagged `demo` are skipped (1, 2, 3): remove the tag where an answer needs"
    assert got.demonstrations.startswith(words)
    assert "cell 2 would define v1" in got.skipped("name 'v1' is not defined")
    theirs = read(file(notebook(*shipped(), mine[0], metadata=LESSON))).demonstrations
    assert f"({len(shipped()) + 1})" in theirs, "the course's own are nobody's to change"


def test_a_demonstration_of_the_courses_is_not_to_blame(file):
    demos = [c for c in shipped() if "demo" in c["metadata"].get("tags", [])]
    given = {
        name: cell
        for cell in demos
        for name in ("table", "fig", "ax", "plt", "figures", "x", "rng", "np")
        if CodeCell(0, "".join(cell["source"])).gives(name)
    }
    assert given
    for name, cell in given.items():
        words = f"name {name!r} is not defined"
        edited = cell | {"source": ["# another edition\n", *cell["source"]]}
        renewed = cell | {"id": "0f0f"}
        for one in (cell, edited, renewed):
            assert read(file(notebook(one, metadata=LESSON))).skipped(words) == ""
        own = cell | {"source": ["mine = 1"]}
        got = read(file(notebook(own, metadata=LESSON))).skipped("name 'mine' is not defined")
        assert "remove the tag" in got


def test_a_number_of_more_digits_than_python_reads_costs_nothing(file):
    text = json.dumps(notebook(code("a = 1"), nbformat_minor="x")).replace('"x"', "9" * 5000)
    assert [cell.source for cell in read(file(text.encode())).cells] == ["a = 1"]


@pytest.mark.parametrize("cells", [3, {"a": 1}, "text"])
def test_an_old_notebook_without_a_list_of_cells_is_refused_in_words(file, cells):
    with pytest.raises(GradeError, match="not a notebook"):
        read(file({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}))


@pytest.mark.parametrize("name", ["x" * 10**6, "\x1b[31m\n", "\ud800"])
def test_what_a_notebook_calls_its_language_is_told_in_short(file, name):
    with pytest.raises(GradeError, match="it is written for") as told:
        read(file(notebook(metadata={"language_info": {"name": name}})))
    assert len(str(told.value)) < 300 and str(told.value).isprintable()


def test_ten_notes_are_enough_on_cells_that_are_code_no_more(file):
    mine = {"cell_type": "markdown", "id": "imports", "metadata": {}, "source": ""}
    metadata = KERNEL | {"coursekit": {"lesson": "mean_and_variance"}}
    assert len(read(file(notebook(*[mine] * 5000, metadata=metadata))).notes) == 10


def test_too_much_code_is_refused_with_the_cell_that_has_most(file):
    with pytest.raises(GradeError, match="most of them in cell 2"):
        read(file(notebook(code("x = 1"), *[code("#" * (1 << 19)), code("#" * (1 << 18))] * 4)))


def test_what_a_cell_gives_is_looked_up_in_time_that_grows_with_it():
    many = "".join(f"def g{n}(): return g{n - 1}()\n" for n in range(25_000))
    cell, begun = CodeCell(1, many), time.process_time()
    assert cell.gives("g7") and not cell.gives("h")
    assert not any(cell.gives(f"h{n}") for n in range(50))
    assert time.process_time() - begun < 6
