"""The function that is judged is the one on the screen: every way that one was seen to part."""

import itertools
import re

import pytest
from kernels import Kernel

START = "import numpy as np, functools\nfrom coursekit import check, hint, use"
GOOD = "def standardize(x):\n    return (x - x.mean()) / x.std()"
WRONG = "def standardize(x):\n    return (x - x.mean()) / x.var()"
INDENT = "\n    "
CHECK = "check(standardize)"
PASSED, REFUSED = "standardize: passed", "standardize: not yet"
_cells = itertools.count()


@pytest.fixture(scope="module")
def started():
    with Kernel() as kernel:
        yield kernel


@pytest.fixture(params=["with ids", "without ids"])
def notebook(started, request):
    """Runs (cell, text) pairs in a notebook of its own; "" is a cell that nobody ran before."""
    started.run("%reset -f")
    started.run("import sys\nif 'coursekit' in sys.modules:\n"
                "    from coursekit.checking.source.cells import RAN\n    RAN.clear()")  # fmt: skip
    with_ids, this = request.param == "with ids", next(_cells)

    def run(*cells):
        shown = ""
        started.run(START, id=f"imports-{this}" if with_ids else None)
        for cell, text in cells:
            name = f"{cell or next(_cells)}-{this}"
            shown = started.run(text, id=name if with_ids else None)
        return shown.text or shown.error

    run.ids = with_ids
    return run


STALE = {
    "a syntax error": (
        [("a", GOOD), ("a", "def standardize(x:\n    return x"), ("", CHECK)],
        r"no Python on line 1 \(SyntaxError: .*older version, which was not judged",
    ),
    "a slip in the word def": (
        [("a", GOOD), ("a", "dfe standardize(x):\n    return x"), ("", CHECK)],
        "no Python on line 1",
    ),
    "an indentation error": (
        [("a", GOOD), ("a", "def standardize(x):\nreturn x"), ("", CHECK)],
        "no Python on line 2",
    ),
    "a syntax error in a new cell": (
        [("a", WRONG), ("b", "class Helper:\n  def\n\ndef standardize(x):\n    return x"),
         ("", CHECK)],
        "no Python on line 2",
    ),
    "a syntax error in a lambda": (
        [("a", WRONG), ("a", "standardize = lambda x: (x"), ("", CHECK)], "no Python on line 1"
    ),
    "an error above the def": (
        [("a", GOOD), ("a", f"nump.seterr()\n\n{WRONG}"), ("", CHECK)],
        "stopped on line 1 .*NameError: name 'nump' is not defined",
    ),
    "an error in a decorator": (
        [("a", GOOD), ("a", f"@functools.nothing\n{WRONG}"), ("", CHECK)],
        "stopped on line 1 .*AttributeError",
    ),
    "an error above the if around it": (
        [("a", GOOD), ("a", "1 / 0\nif True:\n    def standardize(x):\n        return x"),
         ("", CHECK)],
        "stopped on line 1 .*ZeroDivisionError",
    ),
    "an error above, below a magic": (
        [("a", GOOD), ("a", f"%matplotlib inline\n1 / 0\n{WRONG}"), ("", CHECK)],
        "stopped on line 2",
    ),
    "another name": (
        [("a", GOOD), ("a", WRONG.replace("standardize", "standarize")), ("", CHECK)],
        "defines `standarize`: did you mean `standardize`",
    ),
    "another name in a new cell": (
        [("a", GOOD), ("b", WRONG.replace("standardize", "standardise")), ("", CHECK)],
        "(defines `standardise`: did you mean|a newer cell defines `standardise`)",
    ),
    "another name, then a cell about something else": (
        [("a", GOOD), ("a", WRONG.replace("standardize", "standadrize")), ("b", "x = 3"),
         ("", CHECK)],
        "did you mean `standardize`",
    ),
    "nothing was defined but another name": (
        [("a", GOOD.replace("standardize", "standarize")), ("", CHECK)],
        "defines `standarize`: did you mean `standardize`",
    ),
    "nothing was defined for a syntax error": (
        [("a", GOOD.replace(":", "")), ("", CHECK)], "no Python on line 1"
    ),
    "nothing was defined for an error above": (
        [("a", f"1 / 0\n{GOOD}"), ("", CHECK)], "stopped on line 1"
    ),
}  # fmt: skip
ONLY_WITH_IDS = {
    "it was taken out of its cell": (
        [("a", GOOD), ("a", "x = 3"), ("", CHECK)], "was changed and run again since"
    ),
    "its cell has another function now": (
        [("a", GOOD), ("a", "def helper(x):\n    return x"), ("", CHECK)],
        "was changed and run again since",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STALE | ONLY_WITH_IDS)
def test_a_verdict_on_an_older_function_is_not_given(notebook, case):
    if case in ONLY_WITH_IDS and not notebook.ids:
        pytest.skip("without ids a cell that was changed is another cell")
    cells, words = (STALE | ONLY_WITH_IDS)[case]
    shown = notebook(*cells)
    assert re.search(words, shown, re.DOTALL), shown
    if "not judged" in shown:
        assert "attempt" not in shown and "Next" in shown
        assert "not found" in shown or "raised an error" in shown


JUDGED = {
    "an error below the def": (
        [("a", f"{GOOD}\n\nprint(nothing)"), ("", CHECK)], PASSED
    ),
    "an error below it, over an older one": (
        [("a", WRONG), ("a", f"{GOOD}\n\nprint(nothing)"), ("", CHECK)], PASSED
    ),
    "the check in the cell itself": ([("a", WRONG), ("a", f"{GOOD}\n{CHECK}")], PASSED),
    "a check above the def of its cell": (
        [("a", GOOD), ("b", f"{CHECK}\n{WRONG}")], "PASSED_OR_NOTHING"
    ),
    "a cell that only calls it": (
        [("a", GOOD), ("b", "standardize(np.ones(3) * np.arange(3))"), ("", CHECK)], PASSED
    ),
    "a comment and a text that name it": (
        [("a", GOOD), ("b", '# def standardize(x:\ns = """\ndef standardize(x): pass\n"""'),
         ("", CHECK)],
        PASSED,
    ),
    "a cell of another slip that calls it": (
        [("a", GOOD), ("b", "print(standardize(np.arange(3.)"), ("", CHECK)], PASSED
    ),
    "a failing cell that only uses it": (
        [("a", GOOD), ("b", "1 / 0\nstandardize = use(standardize)"), ("", CHECK)], PASSED
    ),
    "an older one on purpose, run again": (
        [("a", GOOD), ("b", WRONG), ("a", GOOD), ("", CHECK)], PASSED
    ),
    "the newest of two": ([("a", GOOD), ("b", WRONG), ("", CHECK)], REFUSED),
    "the slip is mended": (
        [("a", WRONG), ("a", "def standardize(x:\n  pass"), ("a", GOOD), ("", CHECK)], PASSED
    ),
    "the name is mended": (
        [("a", WRONG), ("a", GOOD.replace("ize(", "ise(")), ("a", GOOD), ("", CHECK)], PASSED
    ),
    "in an if": ([("a", WRONG), ("b", f"if True:\n    {GOOD.replace(chr(10), INDENT)}"),
                  ("", CHECK)], PASSED),
    "in a try": (
        [("a", WRONG),
         ("b", f"try:\n    {GOOD.replace(chr(10), INDENT)}\nfinally:\n    pass"),
         ("", CHECK)],
        PASSED,
    ),
    "in a with": (
        [("a", WRONG),
         ("b", f"with np.errstate():\n    {GOOD.replace(chr(10), INDENT)}"),
         ("", CHECK)],
        PASSED,
    ),
    "below %%time": ([("a", WRONG), ("b", f"%%time\n{GOOD}"), ("", CHECK)], PASSED),
    "below %%capture": ([("a", WRONG), ("b", f"%%capture\n{GOOD}"), ("", CHECK)], PASSED),
    "below a line magic": ([("a", WRONG), ("b", f"%matplotlib inline\n{GOOD}"), ("", CHECK)],
                           PASSED),
    "by exec": ([("a", WRONG), ("b", f"exec({GOOD!r})"), ("", CHECK)], PASSED),
    "by exec, over a stale one": (
        [("a", WRONG), ("a", f"exec({GOOD!r})"), ("", CHECK)], PASSED
    ),
    "by %run": (
        [("a", WRONG), ("b", f"import pathlib, tempfile\nmine = tempfile.mkdtemp() + '/mine.py'\n"
                             f"pathlib.Path(mine).write_text({GOOD!r})"),
         ("c", "%run -i {mine}"), ("", CHECK)],
        PASSED,
    ),
    "imported": (
        [("a", WRONG), ("b", "import sys, types\nm = sys.modules['mine'] = types.ModuleType('mine')"
                             f"\nexec({GOOD!r}, vars(m))\nm.np = np"),
         ("c", "from mine import standardize"), ("", CHECK)],
        PASSED,
    ),
    "a lambda": (
        [("a", "standardize = lambda x: (x - x.mean()) / x.std()"), ("", CHECK)], PASSED
    ),
    "a lambda over a def": (
        [("a", WRONG), ("a", "standardize = lambda x: (x - x.mean()) / x.std()"), ("", CHECK)],
        PASSED,
    ),
    "a walrus": (
        [("a", WRONG), ("a", "print(standardize := lambda x: (x - x.mean()) / x.std())"),
         ("", CHECK)],
        PASSED,
    ),
    "a loop": (
        [("a", WRONG),
         ("a", "for standardize in [lambda x: (x - x.mean()) / x.std()]:\n    pass"),
         ("", CHECK)],
        PASSED,
    ),
    "a partial": (
        [("a", "def scaled(x, by):\n    return (x - x.mean()) / x.std() ** by"),
         ("b", "standardize = functools.partial(scaled, by=1)"), ("", CHECK)],
        PASSED,
    ),
    "an object": (
        [("a", "class Z:\n    def __call__(self, x):\n        return (x - x.mean()) / x.std()"),
         ("b", "standardize = Z()"), ("", CHECK)],
        PASSED,
    ),
    "decorated without wraps": (
        [("a", "def loud(f):\n    def inner(*a):\n        return f(*a)\n    return inner"),
         ("b", f"@loud\n{GOOD}"), ("", CHECK)],
        PASSED,
    ),
    "decorated, and the decorator changed since": (
        [("a", "def loud(f):\n    def inner(*a):\n        return f(*a)\n    return inner"),
         ("b", f"@loud\n{GOOD}"), ("a", "def loud(f):\n    return f"), ("", CHECK)],
        PASSED,
    ),
    "made by a function": (
        [("a", f"def make():\n    {GOOD.replace(chr(10), INDENT)}\n    return standardize"),
         ("b", "standardize = make()"), ("", CHECK)],
        PASSED,
    ),
    "by another name": (
        [("a", GOOD.replace("standardize", "z")), ("b", "standardize = z"), ("", CHECK)], PASSED
    ),
    "a nested function of the same name": (
        [("a", GOOD), ("b", "def other():\n    def standardize(x:\n        pass"), ("", CHECK)],
        PASSED,
    ),
    "a nested one in a cell that stops": (
        [("a", GOOD),
         ("b", "1 / 0\ndef other():\n    def standardize(x):\n        return x"), ("", CHECK)],
        PASSED,
    ),
    "another version beside it": (
        [("a", GOOD), ("b", WRONG.replace("standardize", "standardize2")), ("", CHECK)], PASSED
    ),
    "an old version kept": (
        [("a", GOOD), ("b", WRONG.replace("standardize", "standardize_old")), ("", CHECK)], PASSED
    ),
    "a version with another task": (
        [("a", GOOD), ("b", "def standardized(x, axis):\n    return x"), ("", CHECK)], PASSED
    ),
    "one of a like name that is called": (
        [("a", GOOD), ("b", WRONG.replace("standardize", "standardise")),
         ("c", "standardise(np.arange(3.))"), ("", CHECK)],
        PASSED,
    ),
    "one of a like name that calls it": (
        [("a", GOOD), ("b", "def standardise(x):\n    return standardize(x)"), ("", CHECK)],
        PASSED,
    ),
    "deleted and written again": (
        [("a", WRONG), ("b", "del standardize"), ("a", GOOD), ("", CHECK)], PASSED
    ),
    "what use gave": (
        [("a", GOOD), ("b", "standardize = use(standardize)"), ("", CHECK)], PASSED
    ),
    "its cell runs twice, the second time it stops above": (
        [("a", f"print(y)\n{GOOD}"), ("b", "y = 1"), ("a", f"print(y)\n{GOOD}"), ("b", "del y"),
         ("a", f"print(y)\n{GOOD}"), ("", CHECK)],
        PASSED,
    ),
    "two on one line": ([("a", "x = 1; standardize = lambda x: (x - x.mean()) / x.std()"),
                         ("", "print('first'); check(standardize)")], PASSED),
    "umlauts before the call": ([("a", GOOD), ("", "ä = 'äöü'; r = 'é', check(standardize); r")],
                                PASSED),
}  # fmt: skip


@pytest.mark.parametrize("case", JUDGED)
def test_what_is_on_the_screen_is_judged(notebook, case):
    cells, words = JUDGED[case]
    shown = notebook(*cells)
    if words == "PASSED_OR_NOTHING":  # the panel is not the cell's last value
        assert not shown
    else:
        assert re.search(words, shown), shown


def test_a_deleted_cell_is_on_no_screen(started):
    started.run("from coursekit.checking.source.cells import RAN\nRAN.clear()")
    started.run(START, "imports")
    started.run(GOOD, "keep")
    started.run("def standardize(x:\n    pass", "gone")
    assert "no Python" in started.run(CHECK, "check").text
    assert PASSED in started.run(CHECK, "check", deleted=["gone"]).text


def test_what_a_function_once_was_is_not_held_against_it(notebook):
    borrowed = "import torch\ndef standardize(x):\n    return torch.nn.functional.layer_norm(x, x)"
    assert "not allowed" in notebook(("a", borrowed), ("", CHECK))
    assert PASSED in notebook(("a", borrowed), ("a", GOOD), ("", CHECK))
    assert "also looks" not in notebook(("a", borrowed), ("a", GOOD), ("", CHECK))
