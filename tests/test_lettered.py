"""A letter means the option beside it, which is told by its text, and by one list."""

from itertools import product

import pytest

from coursekit import exercises
from coursekit.checking import Quiz
from coursekit.lettered import Page, bare, listed, pair
from coursekit.matching import OFFERED

TEXTS = {"a": "The first 3 rows", "b": "The mean of them all", "c": "`x`", "d": "0.1"}
QUESTIONS = [t for t in exercises.load().values() if isinstance(t, Quiz)]
CHECK = ("code", 'check("toy", toy)')


def page(options, question="Which?"):
    return "\n".join([f"**{question}**", "", *(f"- **{k}** {v}" for k, v in options.items())])


@pytest.mark.parametrize(
    "text",
    [
        page(TEXTS),
        "## Quiz\n\nWrite a letter.\n\n" + page(TEXTS).replace("- ", "* "),
        page(TEXTS).replace("\n- ", "\n\n- __").replace("__**", "__").replace("** ", "__ ", 5),
        page(TEXTS).replace("of them all", "of\n  them all"),
        page(TEXTS).replace("\n", "\r\n"),
    ],
)
def test_options_are_read_however_an_editor_wrote_them(text):
    [one] = listed(text)
    assert one.options == TEXTS and bare(one.question) == "which?"


def test_what_an_update_put_beside_a_cell_prints_nothing():
    assert listed(f"{OFFERED}\n\n```markdown\n{page(TEXTS)}\n```") == []
    assert listed("- **bold** words\n- **a** alone") == []


def test_two_questions_in_one_cell_are_two():
    other = {"a": "yes", "b": "no"}
    assert [one.options for one in listed(page(TEXTS) + "\n\n" + page(other, "Or?"))] == [
        TEXTS,
        other,
    ]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"a": "the first 3 rows."},
        {"b": "The mean of all of them"},
        {"c": "x, and nothing else"},  # the last that is left
    ],
)
def test_a_letter_is_told_by_its_text_in_any_order(change):
    printed = dict(zip("abcd", list(({**TEXTS, **change}).values())[::-1], strict=True))
    assert pair(printed, TEXTS) == {"a": "d", "b": "c", "c": "b", "d": "a"}


def test_a_number_that_differs_is_another_option():
    printed = {"a": "The first 4 rows", "b": "The mean of all of them", "c": "x", "d": "0.1"}
    assert pair(printed, TEXTS) is None
    assert pair(printed | {"a": "The first 3 row"}, TEXTS) == {k: k for k in TEXTS}


@pytest.mark.parametrize(
    "printed",
    [
        dict.fromkeys("abcd", TEXTS["b"]),
        {"a": TEXTS["b"], "b": TEXTS["b"] + "!", "c": TEXTS["b"] + ".", "d": TEXTS["b"]},
        {**TEXTS, "e": "The mean"},
        {"a": "one", "b": "two", "c": "x", "d": "0.1"},
        {},
    ],
)
def test_a_list_that_was_never_the_courses_stands_for_nothing(printed):
    assert pair(printed, TEXTS) is None


def test_no_list_makes_two_letters_right():
    """Whatever stands there: an option is stood for once at most."""
    words = [*TEXTS.values(), "the mean of them  all", "The mean of them al", "other"]
    for texts in product(words, repeat=4):
        found = pair(dict(zip("abcd", texts, strict=True)), TEXTS)
        assert found is None or len({*found.values()}) == 4


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda t: t.name)
def test_every_question_prints_options_that_can_be_told_apart(asked):
    [one] = listed(asked.markdown())
    assert pair(one.options, {k: text for k, (text, _) in asked.options.items()}) == {
        k: k for k in asked.options
    }


def test_of_several_lists_the_nearest_above_the_answer_comes_first():
    def lists(cells, question="Which?"):
        return [one.options for one in Page(cells).printed("toy", [question])]

    first, second = {"a": "yes", "b": "no"}, {"a": "no", "b": "yes"}
    cells = [("markdown", page(first)), ("markdown", page(second)), ("code", 'toy = "a"'), CHECK]
    assert lists(cells) == [second, first]
    assert lists([*cells, ("markdown", page(TEXTS))]) == [second, first, TEXTS]
    assert lists([CHECK, ("markdown", page(first))]) == [first]
    assert lists(cells, "Reworded") == [second]
    assert lists([("markdown", page(first))], "Reworded") == []
    assert lists([("raw", page(first)), CHECK]) == []
