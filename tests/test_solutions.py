"""Each lesson's own checks, run cell by cell: solved they all pass, unsolved none does."""

from pathlib import Path

import pytest
import shells

from coursekit.authoring.build import build
from coursekit.checking import Result
from coursekit.exercises import load

SOURCES = sorted((Path(__file__).parents[1] / "solutions").glob("[0-9][0-9]_*.py"))


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setenv("COURSEKIT_QUICK", "1")
    with shells.shell() as made:
        yield made


def verdicts(shell, source: Path, solved: bool) -> dict[str, Result]:
    """Run a lesson's cells, demos left out; return what each `check` said."""
    said = []
    for cell in build(source, solved=solved)["cells"]:
        if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []):
            done = shell.run_cell("".join(cell["source"]))
            done.raise_error()
            said += [done.result] if isinstance(done.result, Result) else []
    return {result.exercise: result for result in said}


def lesson(source: Path) -> str:
    return source.stem.partition("_")[2]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_a_solved_lesson_passes_its_own_checks(shell, source):
    found = verdicts(shell, source, solved=True)
    assert found.keys() == load(lesson(source)).keys()
    refused = [str(result) for result in found.values() if not result.passed]
    assert refused == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_an_untouched_lesson_earns_nothing_and_accuses_nobody(shell, source):
    found = verdicts(shell, source, solved=False)
    assert found.keys() == load(lesson(source)).keys()
    assert [r.exercise for r in found.values() if r.passed or r.score] == []
