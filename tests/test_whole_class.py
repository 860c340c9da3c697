"""A class on three platforms goes from zips to tables for each of them, as instructors do it."""

import csv
import json

import pytest
from whole_class import PER_DAY, differences, make

from coursekit.cli import main

KEYS = ("ID", "Email address")  # by which Canvas and Moodle know a student


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.needs("bwrap")
def test_a_class_goes_from_zips_to_what_each_platform_takes(tmp_path, monkeypatch, capsys):
    make(tmp_path / "class", size=10, lessons=("01",), seed=3)
    monkeypatch.chdir(tmp_path / "class")
    words = "grade inbox --out reports --jobs 2 --roster roster.csv --policy policy.toml"
    times = "--times times/canvas.csv --times times/folders.csv --times 01=times/moodle-01.csv"
    assert main([*words.split(), *times.split()]) == 1, "three of its files are broken"
    said = capsys.readouterr().out
    results = json.loads((tmp_path / "class" / "reports" / "results.json").read_text("utf-8"))
    assert [*differences(tmp_path / "class", results)] == []
    assert "27 graded in" in said and "(27 judged, 0 kept from before)" in said
    assert not (tmp_path / "class" / "reports" / "whose.csv").exists(), "nobody is left open"

    wanted = json.loads((tmp_path / "class" / "expected.json").read_text("utf-8"))["students"]
    roster = rows(tmp_path / "class" / "roster.csv")
    tables = [rows(tmp_path / "class" / "reports" / f"{name}.csv") for name in ("canvas", "moodle")]
    canvas, mails = (
        {row[key]: row for row in table} for table, key in zip(tables, KEYS, strict=True)
    )
    sheet = rows(tmp_path / "class" / "reports" / "moodle" / "mean_and_variance.csv")
    for who in roster:
        if who["id"] not in wanted:
            assert who["email"] not in mails
            continue
        score = wanted[who["id"]]["mean_and_variance"]["score"]
        assert float(mails[who["email"]]["mean_and_variance"]) == score
        if who["canvas"]:
            assert float(canvas[who["canvas"]]["mean_and_variance"]) == score
    lees = [row["Grade"] for row in sheet if row["Full name"] == "Lee, Kim"]
    assert len(lees) == 2 and len(sheet) == 9, "both of the group, none who is absent"
    late = [s for s in results["submissions"] if any("late, which costs" in n for n in s["notes"])]
    assert len(late) == 3 and all(s["score"] <= s["max"] * (1 - PER_DAY) for s in late)

    assert main([*words.split(), *times.split()]) == 1
    assert "(0 judged, 27 kept from before)" in capsys.readouterr().out
