import re
from pathlib import Path

import pytest

from coursekit.authoring import needs
from coursekit.authoring.cells import Cell, read
from coursekit.errors import BuildError

SOURCES = sorted((Path(__file__).parents[2] / "solutions").glob("*.py"))
IMPORTS = re.compile(r"^\s*(?:import|from) (torch|keras|scipy|sklearn)\b", re.MULTILINE)


def cell(words, kind="code", id="drawn"):
    return Cell(kind, id, "", 7, {"needs": words})


def check(*cells):
    needs.check(Path("solutions/04_x.py"), cells, {"batch_norm"})


def test_code_names_its_packages_in_any_order():
    check(cell("torch"), cell("sklearn torch", id="other"))
    assert needs.listed("torch sklearn") == needs.listed("sklearn torch") == ["sklearn", "torch"]


@pytest.mark.parametrize("words", ["", "numpy", "torch, sklearn", True])
def test_what_is_no_package_of_ours_is_refused(words):
    with pytest.raises(BuildError, match=r"04_x.py:7.*name some of 'torch keras scipy sklearn'"):
        check(cell(words))


@pytest.mark.parametrize(
    "wrong",
    [cell("torch", kind="markdown"), cell("torch", id="batch_norm"), cell("torch", id="check-b")],
)
def test_answers_checks_and_prose_need_nothing(wrong):
    with pytest.raises(BuildError, match="take no needs="):
        check(wrong)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_cell_that_imports_a_package_says_that_it_needs_it(source):
    cells = read(source)
    tasks = {c.id.removeprefix("check-") for c in cells if c.id.startswith("check-")}
    for one in cells:
        if one.kind == "code" and one.id not in tasks and one.id != "imports":
            lacking = set(IMPORTS.findall(one.source)) - set(one.metadata.get("needs", "").split())
            assert not lacking, f"{source.name}: {one.id} needs {lacking}"
