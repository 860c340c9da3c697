"""What a person is to read is kept: all of a text, and of code what an answer is built on."""

from coursekit.grading.written import CUT, LONGEST, kept
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
    found = kept(asked, {"why": "a\nb" + "c" * LONGEST, "late": 3}, SOURCE)
    texts = dict(found.written)
    assert [*texts] == ["span", "why", "late"] and texts["late"] == "3"
    assert texts["why"].startswith("a\nbc") and texts["why"].endswith(CUT)
    lines = texts["span"].split("\n")
    for line in ("def helper(x):", "SCALE = 2", "@torch.no_grad()", "    return SCALE * helper(x)"):
        assert line in lines
    assert "def other(x):" not in lines

    # Another answer is another print, and no other's: what is built on changes, too.
    again = kept(asked, {"why": "a", "late": 3}, SOURCE.replace("SCALE = 2", "SCALE = 3"))
    before, after = dict(found.prints), dict(again.prints)
    assert {name for name in before if before[name] != after[name]} == {"span", "why"}


def test_where_the_code_cannot_be_told_apart_all_of_it_is_kept(monkeypatch):
    asked = [result("span", "manual")]
    for source in ("exec('def span(x): pass')", "not Python at all"):
        assert kept(asked, {}, source).written == (("span", source),)
    monkeypatch.setattr("coursekit.grading.written.read", lambda source: 1 / 0)
    assert kept(asked, {}, SOURCE).written == (("span", SOURCE),)
