"""What a person is to read is kept: all of a text, and of code what an answer is built on."""

from coursekit.grading.written import CUT, LONGEST, written
from grading.class_of import result

SOURCE = """import torch
import unseen

def helper(x):
    return torch.layer_norm(x, (3,))

SCALE = 2

@torch.no_grad()
def span(x):
    return SCALE * helper(x)

def other(x):
    return x
"""


def test_code_comes_with_what_it_is_built_on_and_prose_as_it_is():
    asked = [
        result("span", "manual"),
        result("other", "passed"),
        result("why", "manual", question=True),
        result("late", "manual", question=True),
    ]
    kept = dict(written(asked, {"why": "a\nb" + "c" * LONGEST, "late": 3}, SOURCE))
    assert [*kept] == ["span", "why", "late"] and kept["late"] == ""
    assert kept["why"].startswith("a\nbc") and kept["why"].endswith(CUT)
    for line in ("def helper(x):", "SCALE = 2", "@torch.no_grad()", "    return SCALE * helper(x)"):
        assert line in kept["span"].split("\n")
    assert "other" not in kept["span"]


def test_where_the_code_cannot_be_told_apart_all_of_it_is_kept():
    asked = [result("span", "manual")]
    for source in ("exec('def span(x): pass')", "not Python at all"):
        assert written(asked, {}, source) == (("span", source),)
