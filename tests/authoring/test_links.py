"""A learner's lesson lies beside the other lessons and the glossary, and links to nothing else."""

import re
from pathlib import Path

import pytest

from coursekit.authoring.build import build
from coursekit.authoring.links import online, repository
from tests.test_links import html

REPO = Path(__file__).parents[2]
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
BESIDE = {"glossary.md", *(f"{source.stem}.ipynb" for source in SOURCES)}
AT = "https://example.org/who/course"


def leading_out(source, page):
    """The addresses in a learner's notebook that are neither beside it nor whole."""
    cells = build(source, filled=False)["cells"]
    prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    page.write_text("\n\n".join(prose), "utf-8")
    targets = [address.partition("#")[0] for address in html(page).addresses]
    return [t for t in targets if t and t not in BESIDE and not re.match("(https|data):", t)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
@pytest.mark.parametrize("address", ["", AT], ids=["no address", "an address"])
def test_no_link_of_a_lesson_leads_out_of_a_workspace(source, address, tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.authoring.links.repository", lambda root: address)
    assert leading_out(source, tmp_path / "page.md") == []
    text = (tmp_path / "page.md").read_text("utf-8")
    assert "](../" not in text
    assert text.count(f"[instructor's guide]({AT}/blob/HEAD/docs/") == bool(address)
    assert "instructor's guide" in text and ("instructor-guide.md" in text) == bool(address)


@pytest.mark.parametrize(
    "given, there, nowhere",
    [
        ("the [ledger](../docs/c.md) says", f"the [ledger]({AT}/blob/HEAD/docs/c.md) says",
         "the ledger says"),
        ("[a\nb](../docs/x.md#c).", f"[a\nb]({AT}/blob/HEAD/docs/x.md#c).", "a\nb."),
        ("[a [b]](../README.md)", f"[a [b]]({AT}/blob/HEAD/README.md)", "a [b]"),
        ("[04](04_x.ipynb), [b](glossary.md#b)",) * 3,
    ],
)  # fmt: skip
def test_a_link_out_leads_to_the_repository_or_is_words(given, there, nowhere):
    assert online(given, AT) == there
    assert online(given, "") == nowhere


def test_the_repository_is_the_one_that_the_project_names(tmp_path):
    assert repository(tmp_path) == ""
    project = tmp_path / "pyproject.toml"
    project.write_text("[project]\n")
    assert repository(tmp_path) == ""
    project.write_text(f"[project.urls]\nRepository = '{AT}.git'\n")
    assert repository(tmp_path) == AT


def test_the_test_above_can_fail(tmp_path):
    source = tmp_path / "solutions" / "00_start_here.py"
    source.parent.mkdir()
    source.write_text("# %% [markdown] id=\"a\"\n# <a href='../docs/x.md'>x</a>, [b](docs/y.md)\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coursekit.authoring.build._check_exercise_cells", lambda *_: None)
        patch.setattr("coursekit.authoring.build.needs.check", lambda *_: None)
        assert leading_out(source, tmp_path / "page.md") == ["../docs/x.md", "docs/y.md"]
