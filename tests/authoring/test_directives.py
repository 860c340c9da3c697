from pathlib import Path

import pytest

from coursekit.authoring.directives import about, expand
from coursekit.authoring.minutes import count
from coursekit.checking.lesson import stars
from coursekit.errors import BuildError
from coursekit.exercises import load

SOURCE = Path(__file__).parents[2] / "solutions" / "04_batchnorm_forward.py"


def filled(text):
    return expand(text, "batchnorm_forward", load("batchnorm_forward"), SOURCE, 7)


def test_a_card_links_what_the_lesson_needs():
    assert "[01 Mean and variance](01_mean_and_variance.ipynb)" in filled("{{card}}")


def test_a_card_has_the_minutes_that_the_build_counts():
    assert f"| **Time** | {count(SOURCE, load('batchnorm_forward'))} |" in filled("{{card}}")


def test_what_is_optional_says_so_and_contents_lead_to_lessons():
    assert filled("## Another table\n\n{{optional}}") == "## Another table\n\n*Optional*"
    assert "](01_mean_and_variance.ipynb) |" in filled("{{contents}}")
    assert "[01](01_mean_and_variance.ipynb) →" in filled("{{routes}}")


def test_an_exercise_says_what_it_is_worth():
    assert filled("{{exercise batch_norm}}") == "*3 points · about 8 min · ★★☆☆☆*"
    assert stars(5) == "★★★★★"
    warm_up = load("running_statistics")["keras_momentum"]
    assert about(warm_up) == "*a warm-up, without points · about 1 min · ★☆☆☆☆*"


def test_a_reference_is_one_entry_and_may_say_what_to_read():
    plain, noted = filled("{{reference wu2018}}"), filled("{{reference wu2018: figure 2}}")
    assert plain.startswith("- Y. Wu, K. He (2018), [*Group Normalization*](https://arxiv.org/")
    assert noted == plain.removesuffix(".") + ": figure 2."


def test_a_directive_stands_alone_on_its_line():
    assert filled("see {{card}} above") == "see {{card}} above"


@pytest.mark.parametrize(
    "text, words",
    [
        ("{{reference nobody1900}}", "Add the work to coursekit/bibliography.toml"),
        ("{{quiz batch_norm}}", "names nothing that exists"),
        ("{{exercise batch_norm: note}}", "names nothing that exists"),
        ("{{cards}}", ":7: {{cards}} names nothing that exists"),
    ],
)
def test_what_names_nothing_is_refused_with_its_place(text, words):
    with pytest.raises(BuildError) as raised:
        filled(text)
    assert words in str(raised.value)
