"""Marks go out as a table and come back: what is new of it, all or nothing."""

import csv
import io

import pytest

from coursekit.cli import main
from coursekit.errors import GradeError
from coursekit.grading import instructor, marks
from grading.books import a_class, journal, scores
from grading.classes import WHY, hand_in

pytestmark = pytest.mark.usefixtures("packs_of_its_own")
PROSE = {
    "Åsa Ångström": "The greatest;\ncomes first, \u202e so", "王小明": "", "=cmd": "=1+1",
    "007": "No idea.",
}  # fmt: skip
CODE = {"007": "def span(x):\n    return np.ptp(x)"}


def table(path, separator=","):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file, delimiter=separator)]


def put(path, rows, separator=",", coding="utf-8"):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(coding))


def test_a_table_is_filled_in_a_spreadsheet_and_read_once(tmp_path, capsys):
    out = a_class(tmp_path, PROSE, CODE)
    path, book = out / "marks.csv", out / "gradebook.db"
    assert main(["marks", str(out), "--bom"]) == 0
    assert "4 answers, 4 without a mark, 0 with one" in capsys.readouterr().out
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = table(path)
    assert [(r["exercise"], r["student"], r["of"]) for r in rows] == [
        ("span", "007", "2"), ("why", "007", "1"), ("why", "'=cmd", "1"),
        ("why", "Åsa Ångström", "1"),
    ]  # fmt: skip
    assert rows[0]["answer"] == CODE["007"] and "torch ran layer_norm" in rows[0]["note"]
    assert rows[2]["answer"] == "'=1+1" and "\\u202e" in rows[3]["answer"]

    # As it is, it changes nothing.
    before = book.read_bytes()
    assert main(["marks", str(out), "--read", str(path)]) == 0
    assert book.read_bytes() == before and journal(out) == []

    # As a German Excel saves it, lines in another order, columns that it does not need left out.
    rows[0] |= {"points": "1,5", "reason": "a library's; but so short"}
    rows[2] |= {"points": "0", "reason": "=, not words"}
    rows[3]["points"] = "1"
    short = [{n: r[n] for n in ("exercise", "points", "reason", "lesson", "student")} for r in rows]
    put(path, short[::-1], ";", "utf-8-sig")
    assert main(["marks", str(out), "--read", str(path), "--as", "Ada  B."]) == 0
    assert "3 marks are new or changed; 1 without a mark" in capsys.readouterr().out
    assert scores(out) == {"007": 2.5, "=cmd": 3, "Åsa Ångström": 4, "王小明": 3}
    lines = journal(out)
    assert {line.who for line in lines} == {"Ada B."} and {len(line.made) for line in lines} == {29}
    page = next((out / "feedback").glob("007/*.html")).read_text("utf-8")
    assert "gave 1.5 of 2 points: a library" in page
    assert "Ada B." not in page

    # Read again, or written and read, it changes nothing.
    before = book.read_bytes()
    assert main(["marks", str(out), "--read", str(path)]) == 0
    assert main(["marks", str(out)]) == 0
    assert [r["by"] for r in table(path)] == ["Ada B.", "", "Ada B.", "Ada B."]
    assert main(["marks", str(out), "--read", str(path)]) == 0
    assert book.read_bytes() == before and len(journal(out)) == 3


def test_a_file_with_faults_is_told_line_by_line_and_nothing_of_it_is_taken(tmp_path):
    out = a_class(tmp_path, PROSE, CODE)
    path = tmp_path / "mine.csv"
    path.write_text(
        "student,lesson,exercise,points,reason\n"
        "007,tiny,why,1,good\n"
        "Asa Angstrom,tiny,why,1,\n"
        "007,tiny,wyh,1,\n"
        "007,tiny,half,1,\n"
        "007,tiny,span,2.5,\n"
        "007,tiny,span,-1,\n"
        "007,tiny,span,nan,\n"
        "007,tiny,span,all,\n"
        "=cmd,tiny,why,,why not\n"
        "007,,why,1,good\n"
        "007,tiny,why,0,bad\n"
    )
    with pytest.raises(GradeError) as told:
        marks.take(str(out), path, "Ada")
    said = str(told.value).splitlines()[1:]
    words = (
        "line 3: 'Asa Angstrom' handed nothing in. Did you mean",
        "line 4: 'wyh' of 007 in tiny is not marked by hand. Did you mean",
        "line 5: 'half' of 007 in tiny is not marked by hand.",
        "line 6: span of 007: points must be a number from 0 to 2; got '2.5'",
        *(f"line {n}: span of 007: points must be" for n in (7, 8, 9)),
        "line 10: why of =cmd has a reason and no points",
        "line 11: there is nothing below 'lesson'",
        "line 12: why of 007 stands on two lines",
    )
    assert len(said) == len(words)
    for line, start in zip(said, words, strict=True):
        assert line.strip().startswith(start), line
    assert journal(out) == [] and not (out / "results.json").exists()
    path.write_text("student,lesson,exercise\n007,tiny,why\n")
    with pytest.raises(GradeError, match="no column 'points'"):
        marks.take(str(out), path, "Ada")


def test_marks_that_came_meanwhile_are_not_written_over(tmp_path):
    out = a_class(tmp_path, PROSE)
    path = out / "marks.csv"
    marks.write(str(out))
    instructor.override(str(out), "007", "tiny", "why", 1, "kind")
    rows = table(path)
    for row in rows:
        row["points"] = "0" if row["student"] == "007" else ""
    put(path, rows)
    with pytest.raises(GradeError, match=r"why of 007 was given 1 \(kind\) by .* after this file"):
        marks.take(str(out), path, "Ada")
    # And what was typed into the file is not lost to a new one.
    with pytest.raises(GradeError, match="holds lines that the gradebook has not"):
        marks.write(str(out))
    marks.write(str(out), tmp_path / "new.csv")
    [row] = [r for r in table(tmp_path / "new.csv") if r["points"]]
    assert (row["student"], row["reason"]) == ("007", "kind")
    put(path, [{**r, "points": ""} for r in rows])
    marks.write(str(out))  # nothing was in it


def test_a_mark_outlives_a_regrade_and_is_told_once_the_answer_is_another(tmp_path):
    out = a_class(tmp_path, PROSE, CODE)
    for exercise, given in (("why", 1), ("span", 0)):
        instructor.override(str(out), "007", "tiny", exercise, given, "so")
    a_class(tmp_path, {**PROSE, "007": "No idea."}, {"007": CODE["007"] + "  # mine"})
    [seen] = instructor.show(str(out), student="007").entries
    assert [(one.exercise, one.older) for one in seen.overrides] == [("span", True), ("why", False)]
    assert seen.report.score == 2 and seen.report.older == ("span",)
    assert "points by hand for span: 0 (so), given for an older answer" in seen.report.notes

    # Neither is a mark lost on an answer that the judge knows of by now.
    a_class(tmp_path, {**PROSE, "007": "Now I know."})
    assert marks.write(str(out)).endswith("2 without a mark, 2 with one for an older answer")
    mine = {r["exercise"]: r for r in table(out / "marks.csv") if r["student"] == "007"}
    assert [mine[name]["points"] for name in ("span", "why")] == ["", ""]
    assert "marked with 0 (so), given for an older answer" in mine["span"]["note"]
    put(out / "marks.csv", [{**mine["why"], "points": "1"}])
    marks.take(str(out), out / "marks.csv", "Ada")
    [seen] = instructor.show(str(out), student="007").entries
    assert seen.report.older == ("span",) and seen.report.score == 2
    assert "Marks of older answers" in (out / "report.html").read_text("utf-8")

    # What came before, once more: the mark that is there was given for another one.
    a_class(tmp_path, PROSE, CODE)
    [seen] = instructor.show(str(out), student="007").entries
    assert seen.report.older == ("why",)


@pytest.mark.needs("bwrap")
def test_what_was_written_is_kept_by_the_judge(tmp_path):
    hand_in(tmp_path / "in", "ada", "x / 2", "x / 2", WHY)
    order = ["--exercises", "tests/packs/tiny.py", "--out", str(tmp_path / "out")]
    assert main(["grade", str(tmp_path / "in"), *order]) == 0
    assert main(["marks", str(tmp_path / "out")]) == 0
    [row] = table(tmp_path / "out" / "marks.csv")
    assert (row["exercise"], row["answer"]) == ("why", "The greatest comes first.")
