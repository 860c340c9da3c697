import ast

import pytest

from coursekit.authoring.slips import edits_between, written
from coursekit.checking import Exercise
from coursekit.checking.edits import edited, read, source_of
from coursekit.exercises import load

RIGHT = """\
def f(x, eps=1e-5):
    \"\"\"Normalize.\"\"\"
    mean = x.mean(axis=0)  # (D,)
    var = ((x - mean) ** 2).mean(axis=0)
    if eps > 1:
        return x, mean
    return (x - mean) / np.sqrt(var + eps)
"""

BRANCH = "    if eps > 1:\n        return x, mean\n"
MEAN = "mean = x.mean(axis=0)"


def between(*changes):
    wrong = RIGHT
    for old, new in changes:
        wrong = wrong.replace(old, new)
    return written(edits_between(RIGHT, wrong))


@pytest.mark.parametrize(
    "change, lines",
    [
        (("var + eps", "var"), "- var + eps\n+ var"),
        (("np.sqrt(var", "(var"), "- np.sqrt(var + eps)\n+ (var + eps)"),
        (("eps=1e-5", "eps=1e-3"), "- eps=1e-5\n+ eps=1e-3"),
        (("return x, mean", "return mean, x"), "- x, mean\n+ mean, x"),
        ((BRANCH, ""), "- if eps > 1:\n-     return x, mean\n+"),
        ((MEAN, f"x = x + 1\n    {MEAN}"), f"- {MEAN}\n+ x = x + 1\n+ {MEAN}"),
    ],
)
def test_the_smallest_text_that_stands_once_is_exchanged(change, lines):
    assert between(change) == lines


def test_what_stood_between_a_calls_parentheses_keeps_them():
    right = "def f(x, c):\n    return x.mean(tuple(a for a in range(x.ndim) if a != c))"
    wrong = "def f(x, c):\n    return x.mean(tuple(range(1, x.ndim)))"
    told = "- (a for a in range(x.ndim) if a != c)\n+ (range(1, x.ndim))"
    assert written(edits_between(right, wrong)) == told


def test_names_comments_layout_and_docstrings_are_no_slips():
    other = RIGHT.replace('"""Normalize."""', "# mine").replace("def f", "def g")
    assert edits_between(RIGHT, other.replace("x.mean(axis=0)", "x.mean( axis = 0 )")) == ()


def test_another_algorithm_is_no_edit():
    other = "def f(x, eps=1e-5):\n    total = 0\n    for row in x:\n        total += row.sum()\n"
    assert edits_between(RIGHT, other + "    return [row / total / eps for row in x]") == ()


@pytest.mark.parametrize("lesson", ["mean_and_variance", "batchnorm_forward", "scaling_inputs"])
def test_the_courses_own_mistakes_are_found_again(lesson):
    """Every edit that is known, from the wrong function that it makes."""
    found = []
    for task in load(lesson).values():
        for mistake in getattr(task, "mistakes", {}).values() if isinstance(task, Exercise) else ():
            if mistake.edits:
                right = source_of(task.right)
                wrong = edited(right, mistake.edits)
                edits = edits_between(right, wrong)
                found.append(bool(edits))
                if edits:
                    [slip] = read(f"name: A sentence.\n{written(edits)}\n")
                    assert ast.dump(ast.parse(edited(right, slip.edits))) == ast.dump(
                        ast.parse(wrong)
                    )
    assert len(found) > 50 and sum(found) >= 0.98 * len(found)
