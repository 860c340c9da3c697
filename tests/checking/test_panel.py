"""The words of the panel, kept in panels.txt: a change of wording is a change somebody saw.

Delete the file and run this test once to write it anew.
"""

from pathlib import Path

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import STATUSES, Local, Result, judge
from coursekit.checking.panel import MARKS, WORDS, html, text

SEEN = Path(__file__).with_name("panels.txt")
EXERCISE = exercises.load("start_here")["standardize"]


def right(x):
    return (x - x.mean()) / x.std()


def as_a_row(x):
    return right(x)[None]


def opposite(x):
    return -right(x)


def in_place(x):
    x -= x.mean()
    x /= x.std()
    return x


def nan(x):
    return right(x) * np.nan


def clash(x):
    return right(x) + np.ones(3)


def works_on_five(x):
    return right(x) + np.zeros(5)


def not_written(x):
    raise NotImplementedError


def nothing(x):
    print(right(x))


def too_many(x, ddof):
    return right(x)


ANSWERS = [
    right, as_a_row, opposite, in_place, nan, clash, works_on_five, not_written, nothing, too_many,
]  # fmt: skip
NAMED = [*((f.__name__, f) for f in ANSWERS),
         *((n, EXERCISE.mistakes[n].function) for n in ("unbiased", "no_parentheses"))]  # fmt: skip


def verdict(function, **options):
    return judge(EXERCISE, Local(function, name="standardize"), **options).but(seconds=0.0)


def panels() -> str:
    shown = [f"# {name}\n{text(verdict(f))}" for name, f in NAMED]
    shown.append(f"# opposite, hidden\n{text(verdict(opposite, seed=3))}")
    shown.append(f"# not defined\n{text(judge(EXERCISE, None).but(seconds=0.0))}")
    guess = exercises.load("start_here")["predict_outlier"]
    shown += [f"# guess {g!r}\n{text(guess.judge(g))}" for g in (2, 3.5, ..., "two")]
    return "\n\n".join(shown) + "\n"


def test_the_words_are_those_somebody_saw():
    if not SEEN.exists():
        SEEN.write_text(panels(), "utf-8")
        pytest.fail(f"wrote {SEEN}: read it, then commit it")
    assert panels() == SEEN.read_text("utf-8")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda f: f.__name__)
def test_every_panel_says_what_to_do_next_and_both_forms_agree(answer):
    result = verdict(answer)
    assert "Next" in text(result)
    assert all(words in html(result).replace("&#x27;", "'") for words in [result.exercise])


def test_every_status_has_a_mark_and_words():
    assert set(MARKS) == set(WORDS) == set(STATUSES)


def test_what_a_learner_typed_cannot_become_markup():
    result = Result("<b>", "l", "failed", 0, 1, "values", "<script>alert(1)</script>", next="<i>")
    assert "<script>" not in html(result) and "&lt;script&gt;" in html(result)


def test_the_panel_announces_itself_and_has_no_meaning_by_colour_alone():
    shown = html(verdict(opposite))
    assert 'role="status"' in shown and 'aria-label="check of standardize"' in shown
    assert "not yet" in shown and "✗" in shown


def luminance(colour: str) -> float:
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_colour_has_contrast_enough(theme):
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    import re

    from coursekit.checking.panel import STYLE

    block = STYLE.split("[data-jp-theme-light=false]")[theme == "dark"]
    colours = dict(re.findall(r"--ckp-(\w+):(#[0-9a-f]{6})", block))
    back = luminance(colours["bg"])
    for name in ("fg", "dim", "good", "bad", "calm"):
        front = luminance(colours[name])
        ratio = (max(front, back) + 0.05) / (min(front, back) + 0.05)
        assert ratio >= 4.5, f"{name}: {ratio:.2f}"
