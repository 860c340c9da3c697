from pathlib import Path

import pytest

from coursekit.authoring.contents import ROUTES, numbered, routes, table
from coursekit.authoring.minutes import count
from coursekit.exercises import load

PAGES = Path(__file__).parents[2] / "solutions"


def test_the_table_has_every_lesson_with_its_minutes():
    rows = table(PAGES, "").splitlines()[2:]
    assert [row[2:4] for row in rows] == [f"{n:02}" for n in numbered(PAGES)]
    four = next(row for row in rows if row.startswith("| 04"))
    spent = count(numbered(PAGES)[4], load("batchnorm_forward"))
    assert "(04_batchnorm_forward.ipynb)" in four and f"| {spent.short} |" in four
    assert "(notebooks/04_batchnorm_forward.ipynb)" in table(PAGES, "notebooks/")


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_goes_through_lessons_in_order(name):
    numbers = ROUTES[name][0]
    assert list(numbers) == sorted(set(numbers)) and numbers[0] == 0
    line = next(line for line in routes(PAGES, "").splitlines() if name in line)
    places = [line.find(f"[{n:02}]({n:02}_") for n in numbers if n in numbered(PAGES)]
    assert places == sorted(places) and places[0] > 0 and "minutes." in line


def test_what_is_still_to_come_is_left_out(tmp_path):
    (tmp_path / "00_start_here.py").write_text('# %% [markdown] id="title"\n# # A\n', "utf-8")
    assert "→" not in routes(tmp_path, "") and "[00](00_start_here.ipynb)" in routes(tmp_path, "")
