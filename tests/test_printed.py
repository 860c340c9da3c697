"""Numbers in what real lessons printed: found by row and column, written as sentences have them."""

import pytest

from coursekit.errors import ArgumentError
from coursekit.printed import Number, fill, find, in_words, number, printed_lines, shown

TABLE = """\
                      rate    test digits read   steps to 90 % (median)  lost
PyTorch's default     0.01        10.2 ± 0.0 %                    never     0
1/√n                  0.03        92.2 ± 3.3 %                      145     0
He                    0.01        95.0 ± 0.9 %                       90     0
""".splitlines()
RATES = """\
3 hidden layers
    learning rate 0.01   test digits read:  93.0%  90.0%  92.4%
    learning rate 0.1    test digits read:  97.0%  93.6%  96.8%
10 hidden layers
    learning rate 0.01   test digits read:  10.2%  10.2%  10.0%
    learning rate 0.1    test digits read:  10.2%  10.2%  10.1%
""".splitlines()
MANY = """\
gain 1: layer 10 to layer 1: -0.4 ± 0.0 powers of ten lost
wine               1.5e+08 ×÷ 1.06    1.1e+06 ×÷ 1.19         11 ×÷ 1.16
    both constant      loss × 3.71 [2.94, 4.69]   b × 2.82 ± 0.33
1/√n       mean square after layer 1, 5, 10: 0.39 0.1 0.05
Pa    κ = 206,486   predicted   237,727  taken   237,727
|cosine| about 10^-8
mean 5.   all said
""".splitlines()


@pytest.mark.parametrize(
    "lines, row, column, said",
    [
        (TABLE, "He", "1", "0.01"),
        (TABLE, "He", "test digits read", "95.0 ± 0.9 %"),  # the head of its column
        (TABLE, "1/√n", "steps to 90 % (median)", "145"),
        (TABLE, "PyTorch's default", "lost", "0"),
        (RATES, "3 hidden layers > learning rate 0.1", "test digits read:", "97.0 %"),
        (RATES, "10 hidden layers > learning rate 0.1", "3", "10.1 %"),
        (MANY, "gain 1: layer 10 to layer 1:", "", "−0.4 ± 0.0"),
        (MANY, "wine", "2", "1.1e+06 ×÷ 1.19"),
        (MANY, "both constant", "loss ×", "3.71 [2.94, 4.69]"),
        (MANY, "both constant", "b ×", "2.82 ± 0.33"),
        (MANY, "1/√n mean square after layer 1, 5, 10:", "2", "0.1"),
        (MANY, "Pa", "taken", "237,727"),
        (MANY, "mean", "", "5"),
    ],
)
def test_a_number_is_found_by_its_row_and_its_column(lines, row, column, said):
    assert shown(find(lines, row, column)) == said


@pytest.mark.parametrize(
    "lines, row, column, words",
    [
        (TABLE, "Xavier", "1", "no line begins with 'Xavier'; printed is\n    rate "),
        (TABLE, "H", "1", "no line begins with 'H'"),  # a word, not a part of one
        (RATES, "learning rate 0.1", "1", "2 lines begin with 'learning rate 0.1'"),
        (RATES, "learning rate 0.1", "1", "'LINE > learning rate 0.1'"),
        (RATES, "20 hidden layers > learning rate 0.1", "1", "no line begins with '20 hidden"),
        (TABLE, "He", "", "4 numbers follow 'He'"),
        (TABLE, "He", "5", "no number 5: 4 follow"),
        (TABLE, "1/√n", "loss", "'loss' stands neither in"),
        (TABLE, "PyTorch's default", "steps to 90 % (median)", "0 numbers stand under"),
        (RATES, "3 hidden layers", "1", "no number follows"),
        (MANY, "gain 1", "layer", "'layer' stands 2 times"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(lines, row, column, words):
    with pytest.raises(ArgumentError) as raised:
        find(lines, row, column)
    assert words in str(raised.value)


MEASURED = Number(-72.25, "-72.25", "±", (20.1,), ("20.1",), percent=True)


@pytest.mark.parametrize(
    "form, said",
    [
        ("", "−72.25 ± 20.1 %"),
        ("mean", "−72.25 %"),
        ("mean abs", "72.25 %"),
        ("mean bare", "−72.25"),
        ("mean .1f", "−72.3 %"),  # a half goes up, as in a table
        (".0f", "−72 ± 20 %"),
        ("mean .2g abs", "72 %"),
        ("words", "seventy-two"),
    ],
)
def test_a_sentence_may_have_it_in_another_form(form, said):
    assert shown(MEASURED, form) == said
    assert shown(Number(0.253, "0.253"), "percent") == "25.3 %"
    assert shown(Number(0.253, "0.253"), "percent .0f") == "25 %"


@pytest.mark.parametrize(
    "value, said", [(0.5, "one"), (2.5, "three"), (3.5, "four"), (-4.5, "five")]
)
def test_a_half_goes_up_in_words_as_in_digits(value, said):
    assert shown(Number(value, f"{value}"), "words") == said
    assert shown(Number(value, f"{value}"), "abs .0f") == str(int(abs(value) + 0.5))


def test_a_form_nobody_knows_is_refused():
    with pytest.raises(ArgumentError, match=r"'median' is no format; there are mean, bare"):
        shown(MEASURED, "median")


def test_whole_numbers_have_words_up_to_a_hundred():
    assert [in_words(n) for n in (0, 5, 13, 20, 21, 99, 100, 1234)] == [
        "zero", "five", "thirteen", "twenty", "twenty-one", "ninety-nine", "100", "1,234"
    ]  # fmt: skip


def test_a_text_is_filled_wherever_it_asks():
    cells = {"arms": [{"output_type": "stream", "text": [f"{line}\n" for line in TABLE]}]}
    text = (
        "It read {{result arms | He |\n test digits read : mean .0f}}, after {{result arms|He|3}}."
    )
    assert fill(text, cells) == "It read 95 %, after 90."
    for asked, words in {
        "arm | He | 1": "no cell is called 'arm'; those that print are arms",
        "arms": "write {{result CELL | ROW | COLUMN}}",
        "arms | Xavier | 1": "cell 'arms': no line begins with 'Xavier'",
    }.items():
        with pytest.raises(ArgumentError) as raised:
            fill(f"{{{{result {asked}}}}}", cells)
        assert words in str(raised.value)


def test_a_text_may_be_one_number():
    cells = {"arms": [{"output_type": "stream", "text": ["He  -95.5%\n"]}]}
    assert number("{{result arms | He : bare}}", cells) == -95.5
    with pytest.raises(ArgumentError, match=r"is '−95.5 %', and no one number"):
        number("{{result arms | He}}", cells)


def test_a_row_may_be_a_name_with_which_others_begin():
    lines = ["batch norm                97.3", "batch norm, other rate    90.0"]
    assert find(lines, "batch norm").value == 97.3
    assert find(lines, "batch norm, other rate").value == 90


def test_only_what_is_printed_counts_and_no_picture():
    outputs = [
        {"output_type": "stream", "text": ["one\n", "\n", "tw"]},
        {"output_type": "stream", "name": "stderr", "text": "a warning\n"},
        {"output_type": "stream", "name": "stdout", "text": "o\n"},
        {"output_type": "display_data", "data": {"text/html": "<img>", "text/plain": "9"}},
        {"output_type": "execute_result", "data": {"text/plain": ["3"]}},
    ]
    assert [*printed_lines(outputs)] == ["one", "two", "3"]
    with pytest.raises(ArgumentError, match="nothing that the cell 'drawn' prints is kept"):
        fill("{{result drawn | a}}", {"drawn": outputs[3:4]})
