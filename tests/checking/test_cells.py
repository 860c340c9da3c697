import ast

import pytest

from coursekit.checking.source import cells
from coursekit.checking.source.cells import Ran


@pytest.fixture
def ran(monkeypatch):
    """Notes cells as run, in a notebook of its own."""
    log: list[Ran] = []
    monkeypatch.setattr(cells, "RAN", log)

    def note(text, ended="done", line=0, id=None):
        log.append(Ran(text, text, text, id, ended, line))
        return log[-1]

    return note


BINDS = {
    "def f(x): pass": True,
    "class f: pass": True,
    "f = lambda x: x": True,
    "f = functools.partial(g)": True,
    "f = use(f)": False,
    "print(f := 3)": False,
    "for f in x: pass": False,
    "with open() as f: pass": False,
    "from m import g as f": False,
    "import f.g": False,
    "def g():\n    global f\n    f = 1": False,
    "if x:\n    def f(): pass": True,
    "try: pass\nexcept E as f: pass": False,
    "del f": False,
}
BINDS_NOT = [
    "f(3)", "# def f", "'def f(x): pass'", "def g():\n    def f(): pass", "g.f = 1", "x = [f, 2]",
    "class A:\n    def f(self): pass", "lambda f: f", "import g.f",
]  # fmt: skip


@pytest.mark.parametrize("text", BINDS)
def test_what_gives_a_name_a_value(text):
    [binding] = Ran(text, text, text).bindings("f")[:1]
    assert binding.written is BINDS[text]


@pytest.mark.parametrize("text", BINDS_NOT)
def test_what_only_mentions_it(text):
    assert Ran(text, text, text).bindings("f") == []


@pytest.mark.parametrize(
    "text, line, reached",
    [
        ("1 / 0\ndef f(): pass", 1, False),
        ("def f(): pass\n1 / 0", 2, True),
        ("@x\ndef f(): pass", 1, False),
        ("if 1 / 0:\n    def f(): pass", 1, None),
        ("if x:\n    1 / 0\n    def f(): pass", 2, None),
        ("f = lambda: 1; 1 / 0", 1, None),
        ("def f(): pass", 0, None),
    ],
)
def test_how_far_a_cell_that_raised_has_come(text, line, reached):
    ran = Ran(text, text, text, None, "raised", line)
    assert ran.reached(ran.bindings("f")[0]) is reached


def test_what_made_a_name_what_it_is_now(ran):
    for text in ("f = 1", "f = {}", "f['a'] = 2", "f.update(b=3)", "g = f", "x = f['a']"):
        ran(text)
    ran("f = 5", "unread")
    ran("1 / 0\nf = 6", "raised", 1)
    assert [ast.unparse(s) for _, s in cells.live("f")] == [
        "f = {}", "f['a'] = 2", "f.update(b=3)"
    ]  # fmt: skip
    ran("f = wrap(f)")
    assert len(cells.live("f")) == 4
    ran("del f")
    assert [ast.unparse(s) for _, s in cells.live("f")] == ["del f"]


def test_the_newest_version_of_a_cell_is_the_one_on_the_screen(ran):
    old, new, other = ran("f = 1", id="a"), ran("f = 2", id="a"), ran("f = 3")
    assert [r.current for r in (old, new, other)] == [False, True, True]
    new.deleted = True
    assert not new.current


def test_a_cell_that_is_no_python_binds_nothing(ran):
    assert ran("def f(:", "unread").bindings("f") == [] and cells.written("f") is None
    first = ran("def f(): return 1")
    assert cells.written("f")[0] is first
    assert cells.segment(first.text, cells.written("f")[1]) == "def f(): return 1"
