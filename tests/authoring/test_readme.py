import re
from pathlib import Path

import pytest

from coursekit.authoring.readme import PAGES, PARTS, TABLES, clone, fill, parts
from coursekit.errors import BuildError

REPO = Path(__file__).parents[2]
LINES = {  # how those begin that are no rows of a table
    "clone": r"(?m)^make \w+",
    "routes": r"(?m)^- \*\*",
    "invitation": r"(?m)^\d\. ",
    "notes": r"(?m)^### \d\d · ",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_the_tree_is_fresh(name):
    assert (REPO / name).read_text("utf-8") == fill(REPO / name, REPO), "coursekit build"


def test_every_table_is_used_and_has_rows():
    text = "".join(fill(REPO / name, REPO) for name in PAGES)
    for name in TABLES:
        block = text.partition(f"<!-- table: {name} -->")[2].partition("<!-- end -->")[0]
        lines = LINES.get(name, r"(?m)^\|")
        assert len(re.findall(lines, block)) >= 2 + (lines == r"(?m)^\|"), name


def test_the_clone_line_has_the_address_that_the_project_names(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text("[project]\n")
    assert "git clone ADDRESS coursekit" in clone(tmp_path) and "`ADDRESS` is" in clone(tmp_path)
    project.write_text("[project.urls]\nRepository = 'https://example.org/c'\n")
    assert "git clone https://example.org/c coursekit" in clone(tmp_path)
    assert "ADDRESS" not in clone(tmp_path)


def test_the_parts_have_every_lesson_once_with_its_link():
    rows = [row.split(" | ") for row in parts(REPO).splitlines()[2:]]
    lessons = [row for row in rows if "**" not in row[1]]
    assert [int(row[0].strip("| ")) for row in lessons] == list(range(18))
    assert all("](../notebooks/" in row[1] for row in lessons) and {len(row) for row in rows} == {3}
    assert [row[1].strip("*") for row in rows if "**" in row[1]] == list(PARTS.values())


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
