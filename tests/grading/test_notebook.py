"""A submitted file is read as far as it can be, and otherwise refused with the remedy."""

import json

import pytest

from coursekit.errors import GradeError
from coursekit.grading.notebook import SIZE_LIMIT, CodeCell, read

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
