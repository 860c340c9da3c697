"""Names that are left open are asked in a file, and what is written there is never lost."""

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake import whose
from coursekit.grading.intake.identity import NOBODY, Asked
from coursekit.grading.intake.roster import Person, Roster

LEE, OTHER = Person("k1", "Kim Lee", section="A"), Person("k2", "Kim Lee")
ROSTER = Roster([LEE, OTHER])
KIM = Asked("Kim Lee", "7", "tiny", "hw.zip/Kim Lee_7_assignsubmission_file_/x.ipynb", (LEE, OTHER))


def answer(folder, **ids):
    path = folder / whose.FILE
    for line in path.read_text("utf-8").splitlines():
        for name, text in ids.items():
            if name in line:
                path.write_text(path.read_text("utf-8").replace(line, line + text), "utf-8")


def test_a_question_is_asked_until_it_is_answered(tmp_path):
    whose.write(tmp_path, [])
    assert not (tmp_path / whose.FILE).exists() and whose.left(tmp_path) == []
    formula = Asked("=1+1", "", "")
    whose.write(tmp_path, [KIM, formula, Asked("Ida", "", "")])
    [line] = whose.left(tmp_path)
    assert "leaves 3 names open: write the id" in line and "whose.csv" in line
    assert "k1 (Kim Lee, A); k2 (Kim Lee)" in (tmp_path / whose.FILE).read_text("utf-8")
    assert whose.read(tmp_path, ROSTER) == {}
    answer(tmp_path, Kim="k2", Ida="-")
    said = {KIM.key: (OTHER,), ("ida", "", ""): NOBODY}
    assert whose.read(tmp_path, ROSTER) == said
    whose.write(tmp_path, [formula])
    assert whose.read(tmp_path, ROSTER) == said and "1 name open" in whose.left(tmp_path)[0]
    whose.write(tmp_path, [])
    assert whose.read(tmp_path, ROSTER) == said and whose.left(tmp_path) == []


def test_several_ids_are_a_group_and_one_that_nobody_has_is_refused(tmp_path):
    whose.write(tmp_path, [KIM])
    answer(tmp_path, Kim="k1; k2")
    assert whose.read(tmp_path, ROSTER) == {KIM.key: (LEE, OTHER)}
    answer(tmp_path, Kim="2")
    with pytest.raises(GradeError, match=r"whose.csv, line 2: 'k22' is nobody on the roster"):
        whose.read(tmp_path, ROSTER)
