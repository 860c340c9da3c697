"""A CSV is read whatever program saved it, and what cannot be meant is refused with its line."""

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake import sheet

COLUMNS = {"id": ("student id",), "name": ()}
ROWS = [(2, {"id": "1", "name": "Zoë, O'Ömer"}), (4, {"id": "2", "name": "李"})]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_as_any_spreadsheet_saves_it(tmp_path, coding, comma, end):
    lines = ["Student_ID,NAME", '1,"Zoë, O\'Ömer"', ",", "2,李 "]
    text = end.join(line.replace(",", comma, 1) for line in lines)
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(coding))
    assert sheet.read(path, COLUMNS) == ROWS


@pytest.mark.parametrize(
    "data, words",
    [
        (b"id,nam\n1,a", "the column 'nam' means nothing here. Did you mean 'name'?"),
        (b"id,student id\n1,1", "two columns for 'id'; keep one"),
        (b"id,name\n1,Li, Bo", "line 2: 3 cells, and there are 2 columns"),
        (b'id,name\n1,"a" b', "line 2, is not CSV"),
        ("id,name\n1,Zoë".encode("latin-1"), 'is not UTF-8 text; save it as "CSV UTF-8"'),
        (b"name\nada", "has no column 'id', which is needed; it has name"),
        (b"id,name\n", "holds no line below its column titles"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, data, words):
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(GradeError) as refused:
        sheet.needed(path, sheet.read(path, COLUMNS), "id")
    assert words in str(refused.value)


def test_an_export_may_have_columns_that_nobody_asks_for_and_no_file_is_said(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,mood,name\n1,good,a")
    assert sheet.read(path, COLUMNS, others=True) == [(2, {"id": "1", "name": "a"})]
    with pytest.raises(GradeError, match=r"nowhere.csv cannot be read \(No such file"):
        sheet.read(tmp_path / "nowhere.csv", COLUMNS)


@pytest.mark.parametrize("text", ["=1+1", "@x", "-", "ada", "'quoted", "'"])
def test_a_cell_that_no_spreadsheet_computes_is_read_as_it_was(text):
    assert not sheet.text_cell(text).startswith(sheet.FORMULA)
    assert sheet.plain_cell(sheet.text_cell(text)) == text
