"""What of an answer is compared: what its author chose to compute, and nothing that was given."""

import numpy as np
import pytest

from coursekit.grading import course
from coursekit.grading.reports.forms import LONG, compare, given, parts, tokens
from grading.test_similarity import OWN

BASE = given("full_layer")
BODY = "    n = x.shape[0]\n    return (x - x.mean(0)) / n"


def test_names_comments_docstrings_and_layout_do_not_count_and_operations_do():
    plain = OWN.replace("apart", "d").replace("  # all of them", "").replace("total", "N")
    plain = plain.replace('    """Their moments together."""\n', "\n")
    assert tokens(plain) == tokens(OWN)
    for old, new in (("square", "cube"), (" + ", " - "), ("== 0", "== 1")):
        assert tokens(OWN.replace(old, new, 1)) != tokens(OWN)
    assert tokens("def f(x:") == () == tokens("")


def test_the_line_that_defines_is_given_and_what_stands_behind_its_colon_is_not():
    assert tokens(f"def f(x, *, eps: float = 1e-5) -> dict[str, int]:\n{BODY}") == tokens(
        f"def f(t):\n{BODY.replace('x', 't')}"
    )
    assert tokens("def f(x, y={1: 2}): return x[1:]") == tokens("class A:\n    return x[1:]") != ()


def test_lines_of_the_lessons_own_notebook_do_not_count():
    lines = [
        line.strip() for cell in course.cells("full_layer") if cell.exercise == "BatchNorm"
        for line in cell.source.splitlines() if "def " in line or "self." in line
    ]  # fmt: skip
    assert lines and all(tokens(line, BASE) == () for line in lines if not line.endswith(":"))
    assert tokens(f"def f(x):\n{BODY}", BASE) == tokens(f"def f(x):\n{BODY}")
    assert given("no_lesson") == frozenset()


def test_a_long_line_that_was_given_is_known_by_other_names_a_short_one_is_not():
    base = frozenset([tokens("y = (x - mean) / np.sqrt(var + eps)"), ("n", "=", "x", "+", "1")])
    assert max(map(len, base)) >= LONG
    assert tokens("out = (h - m) / np.sqrt(v + e)", base) == ()
    assert tokens("n = x + 1", base) == () != tokens("k = x + 1", base)


def test_others_are_compared_with_each_and_not_among_themselves():
    forms = [tuple("abcdefghij" * 4), tuple("klmnopqrst" * 4)]
    others = [tuple("abcdefghij" * 4)[1:], tuple("abcdefghij" * 4)[2:], tuple("uvw" * 20)]
    near = compare(forms, others)
    assert near.shape == (2, 5) and (near > 0).tolist() == [
        [True, False, True, True, False], [False, True, False, False, False],
    ]  # fmt: skip
    assert parts(near) == [[0, 2, 3], [1], [4]]


@pytest.mark.timeout(60)
def test_a_thousand_answers_are_compared_in_seconds():
    """Every one different: the worst case. The bound is wide; a quiet machine needs about one."""
    rng = np.random.default_rng(0)
    words = np.array(list("abcdefghijklmnopqrstuvwxyz+-*/()[]=:,"))
    lines = {tuple(rng.choice(words, 120)) for _ in range(1000)}
    table = compare(list(lines))
    assert table.shape == (1000, 1000) and table.dtype == np.uint8
    assert (table > 0).sum() == 1000  # each is like itself only
