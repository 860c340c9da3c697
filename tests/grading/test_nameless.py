"""What is kept of wrong answers without a name: their last definition, and nothing else."""

from coursekit.checking.source.reach import Cells
from coursekit.grading.nameless import LONGEST, nameless
from grading.class_of import passed, result

SOURCE = Cells([
    "import numpy as np\ndef f(x):\n    return 1\n",
    "@cache\ndef f(x):\n    return 2\n\ndef g(x): return 3",
    "class H:\n    def f(self): return 4",
])  # fmt: skip


def of(*names, **more):
    return [result(name, behaviour="1f3a9c", **more) for name in names]


def test_the_last_definition_is_kept_with_what_decorates_it():
    assert nameless(of("f", "H"), SOURCE) == (
        ("f", "@cache\ndef f(x):\n    return 2"),
        ("H", "class H:\n    def f(self): return 4"),
    )


def test_nothing_is_kept_of_right_answers_nor_of_those_that_have_a_name():
    assert nameless([passed("f"), *of("g", diagnosis="three")], SOURCE) == ()


def test_nothing_is_kept_of_what_is_too_long_or_no_python():
    assert nameless(of("f"), f"def f(x):\n    return '{'x' * LONGEST}'") == ()
    assert nameless(of("f"), "def f(x:") == ()
