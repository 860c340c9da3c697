import pytest

from coursekit.authoring.cells import add_ids, read
from coursekit.errors import BuildError
from tests.authoring.test_build import LESSON


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "00_start_here.py"
    path.write_text(LESSON, "utf-8")
    return path


def test_missing_ids_are_added_once_and_kept(source):
    source.write_text(LESSON.replace(' id="guess"', "").replace(' id="title"', ""), "utf-8")
    assert add_ids(source) == 2
    ids = [c.id for c in read(source)]
    assert len(set(ids)) == len(ids) and "a-lesson" in ids
    text = source.read_text("utf-8")
    assert add_ids(source) == 0 and source.read_text("utf-8") == text


def test_a_cell_knows_its_kind_its_line_and_what_its_author_wrote_beside_its_id(source):
    found = {cell.id: cell for cell in read(source)}
    assert (found["title"].kind, found["title"].line) == ("markdown", 1)
    assert found["standardize"].metadata == {"tags": ["demo"]}


def test_text_before_the_first_cell_is_refused(source):
    source.write_text("import numpy\n" + LESSON, "utf-8")
    with pytest.raises(BuildError, match="text stands before the first"):
        read(source)
