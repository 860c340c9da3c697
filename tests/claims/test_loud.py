"""Loud: what acts when it is loaded, and what only binds names."""

import ast

import pytest

from coursekit.claims.loud import is_loud, loaded_by, within

OURS = "from coursekit.rows import added, Row\n"
QUIET = [
    '"""Words."""\nimport torch\nEPS = 1e-5\nRATES: list = [0.1]\nA, B = 1, 2',
    "from functools import cache\n@cache\ndef f(x=1):\n    print(x)",
    "class A(Base):\n    x: int = 1\n    def f(self):\n        self.x = 2",
    "if TYPE_CHECKING:\n    import torch\nelse:\n    pass",
    OURS + "NORMS = {'a': Row}\ndef f(row: Row = Row) -> Row:\n    return added(row)",
    "import numpy as np\nSTEPS = np.arange(3)",
]
LOUD = [
    "import torch\ntorch.set_num_threads(1)",
    "import numpy as np\nnp.float_eps = 2",
    "for x in []:\n    pass",
    "TABLE = {}\nTABLE['a'] = 1",
    "TABLE = []\nTABLE += [1]",
    "if True:\n    print(1)",
    "class A:\n    print(1)",
    OURS + "@added\ndef f(): ...",
    OURS + "@added('name')\nclass A: ...",
    OURS + "ROW = [added(1)]",
    OURS + "class A:\n    row = added(1)",
    OURS + "def f(row=added(1)): ...",
    OURS + "class A(added(Row)): ...",
]


@pytest.mark.parametrize("text", QUIET)
def test_what_binds_names_is_quiet(text):
    assert not is_loud(ast.parse(text))


@pytest.mark.parametrize("text", LOUD)
def test_what_acts_is_loud(text):
    assert is_loud(ast.parse(text))


def test_statements_in_functions_are_not_loaded():
    text = (
        "import a\ndef f():\n    import b\nif TYPE_CHECKING:\n    import c\nelse:\n    import d\n"
    )
    tree = ast.parse(text + "try:\n    import e\nexcept Exception:\n    import f\n")
    found = {n.names[0].name for n in loaded_by(tree) if isinstance(n, ast.Import)}
    assert found == {"a", "d", "e", "f"}


def test_a_name_of_the_course_is_told_from_others():
    found = [within(name) for name in ("coursekit", "coursekit.norms.rms", "coursekits", "torch")]
    assert found == ["", "norms.rms", None, None]
