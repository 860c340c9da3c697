import html
import json
import re
import types

from coursekit.checking.trying import COMMAND, INSERT, in_hand, marked, pre
from coursekit.checking.words import MARK

CASE = types.SimpleNamespace(
    code='x = np.array(["<b>"])\nf(x)', label="a <row>", outputs=f"yours {MARK}1 & more", small=True
)


def test_the_row_holds_the_outputs_the_cell_and_a_button_that_writes_it():
    row = in_hand(CASE)
    assert f"<mark>{MARK}1</mark> &amp; more" in row and "a &lt;row&gt;" in row
    assert html.escape(CASE.code) in row and "<b>" not in row
    told = re.search(r'commandlinker-command="(.*?)" data-commandlinker-args="(.*?)"', row, re.S)
    assert told[1] == COMMAND
    arguments = json.loads(html.unescape(told[2]))
    assert arguments == {"commands": INSERT, "args": {"text": CASE.code}}


def test_of_a_large_case_all_of_it_is_shown_before_the_cell():
    class Large(types.SimpleNamespace):
        def __str__(self):
            return "the whole case"

    assert "the whole case" in in_hand(Large(**{**vars(CASE), "small": False}))


def test_lines_that_scroll_have_a_name_and_take_the_focus():
    assert pre("a", "the cell") == (
        '<pre class="ckp-pre " tabindex="0" role="group" aria-label="the cell">a</pre>'
    )


def test_only_what_differs_is_marked():
    assert marked(f"1 {MARK}2 3") == f"1 <mark>{MARK}2</mark> 3"
