from pathlib import Path

import pytest

from coursekit.authoring.readme import TABLES, fill
from coursekit.errors import BuildError

REPO = Path(__file__).parents[2]


def test_the_readme_in_the_tree_is_fresh():
    assert (REPO / "README.md").read_text("utf-8") == fill(REPO / "README.md"), "coursekit build"


def test_every_table_is_used_and_has_rows():
    text = fill(REPO / "README.md")
    for name in TABLES:
        block = text.partition(f"<!-- table: {name} -->")[2].partition("<!-- end -->")[0]
        assert block.count("\n|") >= 3 or block.count("|\n") >= 3, name


def test_a_table_nobody_makes_is_refused(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("<!-- table: lessns -->\n<!-- end -->")
    with pytest.raises(BuildError, match="no table is called 'lessns'"):
        fill(page)


def test_filling_twice_changes_nothing(tmp_path):
    (tmp_path / "solutions").mkdir()
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- table: lessons -->\nold\n<!-- end -->\nafter\n")
    page.write_text(fill(page))
    assert "old" not in page.read_text() and fill(page) == page.read_text()
    assert page.read_text().startswith("before\n") and page.read_text().endswith("after\n")
