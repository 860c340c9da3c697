"""A stub's own NotImplementedError is told from one raised for some input, on both sides."""

import numpy as np
import pytest
import torch

from coursekit.checking import Local, judge, unwritten
from coursekit.sandbox.inside.attempt import _told
from tests.checking import toy

STUBS = {
    "bare": "def f(x, factor):\n    raise NotImplementedError",
    "one line": "def f(x, factor): raise NotImplementedError",
    "words": 'def f(x, factor):\n    """Doc."""\n    raise NotImplementedError("later")',
    "begun": "def f(x, factor):\n    mean = x.mean(0)\n    raise NotImplementedError",
    "class": "class f:\n    def __init__(self, *a):\n        raise NotImplementedError",
    "decorated": "def d(g):\n    def w(*a):\n        return g(*a)\n    return w\n"
    "@d\ndef f(x, factor):\n    raise NotImplementedError",
}  # fmt: skip
WRITTEN = {
    "if": "def f(x, factor):\n    if len(x):\n        raise NotImplementedError\n    return 1",
    "one-line if": "def f(x, factor):\n    if len(x): raise NotImplementedError",
    "last": "def f(x, factor):\n    if x is None:\n        return\n    raise NotImplementedError",
    "match": "def f(x, factor):\n    match len(x):\n        case 0:\n            return 1\n"
    "        case _:\n            raise NotImplementedError",
    "handler": "def f(x, factor):\n    try:\n        return x.nothing\n    except:\n"
    "        raise NotImplementedError",
    "library": "import torch\nclass f(torch.nn.Module):\n"
    "    def __init__(self, *a):\n        super().__init__()\n        self(1)",
}  # fmt: skip


def made(source, filename="<cell 3>"):
    names = {"np": np, "torch": torch}
    exec(compile(source, filename, "exec"), names)
    return names["f"]


def raised(function):
    try:
        function(np.ones((2, 2)), 2.0)
    except NotImplementedError as error:
        return error
    raise AssertionError("it raised nothing")


@pytest.mark.parametrize("source", STUBS.values(), ids=STUBS)
def test_a_stub_is_not_written_yet(source):
    assert judge(toy.make(), Local(made(source), name="scaled_mean")).status == "unsolved"
    error = raised(made(source))
    assert unwritten.unwritten(error) and _told(error).unsolved


@pytest.mark.parametrize("source", WRITTEN.values(), ids=WRITTEN)
def test_what_raises_it_for_some_input_is_written_and_told_its_own_words(source):
    result = judge(toy.make(), Local(made(source), name="scaled_mean"))
    assert result.status == "error" and "raised NotImplementedError" in result.message
    error = raised(made(source))
    assert not unwritten.unwritten(error) and not _told(error).unsolved
