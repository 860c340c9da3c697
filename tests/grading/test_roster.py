"""A roster says who is in a class; what two students cannot both have is refused."""

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake import roster
from coursekit.grading.intake.roster import Person

CLASS = """\
id,name,email,section,group,canvas,login,nbgrader,also,extra time,excused
a1,"Lovelace, Ada",ada@x.org,A,,4711,alovelace,ada,Countess; Ada L.,2 days,07; full_layer
k1,Kim Lee,kim1@x.org,A,g1,,,,,,
k2,Kim Lee,kim2@x.org,B,g1,,,,,,all
"""


def read(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, "utf-8")
    return roster.read(path)


def test_a_student_is_read_with_all_that_platforms_call_them(tmp_path):
    found = read(tmp_path, CLASS)
    ada, kim, other = found.people
    assert ada == Person(
        "a1", "Lovelace, Ada", "ada@x.org", "A", "", "4711", "alovelace",
        ("ada", "Countess", "Ada L."), 172800.0, ("running_statistics", "full_layer"),
    )  # fmt: skip
    for name in ("A1", "ada lovelace", "Lovelace,  ADA", "ada@X.org", "countess", "ALovelace"):
        assert found.one(name) is ada
    assert found.called("KIM LEE") == (kim, other) and found.sections == ["A", "B"]
    assert ada.is_excused("full_layer") and not ada.is_excused("mean_and_variance")
    assert other.is_excused("mean_and_variance") and str(other) == "k2 (Kim Lee, B)"
    kept = roster.from_text(found.as_text())
    assert kept is not None and kept.people == found.people and roster.from_text(None) is None


def test_moodles_list_of_participants_is_one(tmp_path):
    text = "\ufeffFirst name,Last name,ID number,Email address\nAda,Lovelace,7,a@x.org"
    assert read(tmp_path, text).people == (Person("7", "Ada Lovelace", "a@x.org"),)


def test_who_is_meant_is_asked_where_a_name_does_not_say(tmp_path):
    found = read(tmp_path, CLASS)
    with pytest.raises(GradeError, match=r"can be k1 \(Kim Lee, A\) or k2 \(Kim Lee, B\); write"):
        found.one("Kim Lee")
    with pytest.raises(GradeError, match=r"'Ada Lovelac' is nobody on the roster\. Did you mean"):
        found.one("Ada Lovelac")


@pytest.mark.parametrize(
    "text, words",
    [
        ("id,name\na,A\nA,B", "line 3: the id 'a' is the id of line 2; every student needs"),
        ("id,name,email\na,A,x@x\nb,B,X@x", "line 3: the email 'x@x' is the email of line 2"),
        ("id,name,login\na,A,b\nb,B,", "line 3: the id 'b' is the login of line 2"),
        ("id,name,canvas\na,A,1\nb,B,1", "two students have the Canvas number 1"),
        ("id,name\na,", "line 2: every student needs an id and a name; got 'a' and ''"),
        ("id,name\n1.2E+08,A", "the id 1.2E+08 was rounded by a spreadsheet; format it as text"),
        ("id,name,extra time\na,A,2", "line 2: '2' is no length of time; write it as 2 days"),
        ("id,name,excused\na,A,full_layr", "no lesson is called 'full_layr'. Did you mean"),
        ("id,name,mood\na,A,good", "the column 'mood' means nothing here"),
        ("name\nA", "has no column 'id', which is needed"),
    ],
)
def test_a_roster_without_meaning_is_refused(tmp_path, text, words):
    with pytest.raises(GradeError) as refused:
        read(tmp_path, text)
    assert words in str(refused.value)
