import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from coursekit.authoring.cells import lesson_name
from coursekit.authoring.contents import ROUTES, numbered, routes, table, ways
from coursekit.authoring.minutes import count
from coursekit.exercises import about, load

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
    places = [line.find(f"[{n:02}]({n:02}_") for n in ways(numbered(PAGES))[name]]
    assert places == sorted(places) and places[0] > 0 and "minutes." in line


def test_every_lesson_is_on_a_route():
    assert set().union(*ways(numbered(PAGES)).values()) == numbered(PAGES).keys()


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_has_what_its_lessons_build_on_or_says_what_it_leaves_out(name):
    here = numbered(PAGES)
    line = next(line for line in routes(PAGES, "").splitlines() if f"**{name}**" in line)
    way, _, after = line.partition(" minutes.")
    numbers = [int(found) for found in re.findall(r"\[(\d\d)\]", way)]
    assert numbers == ways(here)[name]
    on_it = set[str]()
    for number in numbers:
        source = here[number]
        for before in about(lesson_name(source)).prerequisites:
            told = re.search(
                rf"{number:02} also builds on ((?! which ).)*\d\d_{before}\.ipynb", after
            )
            assert (before in on_it) != bool(told), f"{source.stem} needs {before}"
        on_it.add(lesson_name(source))


def test_the_route_of_practice_says_what_a_lesson_of_it_takes_from_another():
    said = "13 also builds on [05](05_batchnorm_backward.ipynb), which the route leaves out."
    assert said in routes(PAGES, "")


def test_several_that_are_left_out_are_one_list():
    said = (
        "17 also builds on [02](02_scaling_inputs.ipynb), [06](06_backward_geometry.ipynb), "
        "[10](10_training_with_batchnorm.ipynb) and [12](12_noise_and_small_batches.ipynb), which"
    )
    assert said in routes(PAGES, "")


@pytest.mark.parametrize(
    "builds_on, on",
    [
        (("batchnorm_backward",), ["Theory"]),
        (("full_layer", "one_function_many_norms"), ["Practice"]),
        (("batchnorm_forward",), ["Practice", "Theory"]),
        (("why_it_works", "full_layer"), ["Practice", "Theory"]),
        ((), ["Practice", "Theory"]),
    ],
)
def test_a_lesson_that_no_route_names_is_where_least_is_missing(builds_on, on, monkeypatch):
    known = about

    def of(lesson):
        return SimpleNamespace(prerequisites=builds_on) if lesson == "a_new_one" else known(lesson)

    monkeypatch.setattr("coursekit.exercises.about", of)
    here = numbered(PAGES) | {99: PAGES / "99_a_new_one.py"}
    assert [name for name, way in ways(here).items() if way[-1] == 99] == on


def test_a_lesson_that_is_not_there_is_left_out(tmp_path):
    (tmp_path / "00_start_here.py").write_text('# %% [markdown] id="title"\n# # A\n', "utf-8")
    assert "→" not in routes(tmp_path, "") and "[00](00_start_here.ipynb)" in routes(tmp_path, "")
