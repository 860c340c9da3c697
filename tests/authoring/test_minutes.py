from pathlib import Path

import pytest

from coursekit.authoring.cells import lesson_name
from coursekit.authoring.minutes import Minutes, count, minutes, parts, reached
from coursekit.errors import BuildError
from coursekit.exercises import load

SOURCES = sorted((Path(__file__).parents[2] / "solutions").glob("[0-9][0-9]_*.py"))
TASKS = load("start_here")  # standardize, 3 minutes; predict_outlier
PAGE = """\
# %% [markdown] id="title"
# # A lesson
# core
#
# ## Another table
#
# {{optional}}
#
# more

# %% id="code"
x = 1

# %% [markdown] id="below"
# and more
#
# ### Its details
# still more
#
# ## Back
# core
#
# ### A detour
# {{optional}}
# a detour
# ## References
# nobody counts these
# <details><summary>Notes</summary>
#
# ## Nor
# these
# </details>
"""


@pytest.fixture
def page(tmp_path):
    def write(text):
        path = tmp_path / "00_start_here.py"
        path.write_text(text, "utf-8")
        return path

    return write


def split(path):
    from coursekit.authoring.cells import read

    said = {False: [], True: []}
    for text, optional in parts(path, read(path)):
        said[optional] += [line for line in text.splitlines() if line and line[0] != "#"]
    return said


def test_an_optional_section_ends_at_the_next_heading_of_its_level_or_above(page):
    assert split(page(PAGE)) == {
        False: ["core", "core"],
        True: ["more", "and more", "still more", "a detour"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "# text\n#\n# {{optional}}",
        "# ## Title\n# text\n#\n# {{optional}}",
        "# ## Title {{optional}}",
    ],
)
def test_a_mark_anywhere_else_is_refused(page, text):
    with pytest.raises(BuildError, match="alone right under a heading"):
        split(page(f'# %% [markdown] id="title"\n{text}\n'))


def test_a_minute_has_180_words_and_tasks_take_their_own():
    assert minutes("word " * 180, TASKS) == 1
    assert minutes("{{exercise standardize}}", TASKS) == 3
    assert minutes("{{predict predict_outlier}}\n{{quiz quiz_1}}", TASKS) == 1.5
    shown = "`np.var(x, axis=0)` $\\frac{1}{N}$ <b>[two](https://example.org/a/b) words</b>"
    assert minutes(shown, TASKS) == 4 / 180


def test_the_sum_has_a_margin_and_is_rounded_to_five(page):
    text = '# %% [markdown] id="title"\n# # A\n# {body}\n#\n# ## B\n# {{{{optional}}}}\n# {more}\n'
    words = {"body": "word " * (180 * 20 - 1), "more": "word " * 179}
    assert count(page(text.format(**words)), TASKS) == Minutes(25, 5)  # 26 and 1.3
    assert str(Minutes(70, 25)) == "about 70 minutes, optional parts 25 more"
    assert str(Minutes(70)) == "about 70 minutes" and Minutes(70).short == "70"
    assert Minutes(70, 25).short == "70 + 25"


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_every_lesson_takes_as_long_as_its_exercises_at_least(source):
    tasks = load(lesson_name(source))
    assert count(source, tasks).core >= sum(getattr(t, "minutes", 0) for t in tasks.values())


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_each_exercise_of_a_core_is_reached_in_turn_before_the_end(source):
    tasks = load(lesson_name(source))
    at = reached(source, tasks)
    assert list(at.values()) == sorted(at.values()) and list(at)[-1] == ""
    assert set(at) - {""} <= set(tasks)
    assert abs(at[""] - count(source, tasks).core) <= 2.5
