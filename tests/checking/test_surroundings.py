import numpy as np

from coursekit.checking.surroundings import reach, source, used


def inner(x):
    return np.add(x, 1)


def outer(x):
    return inner(x) + helper_of_both(x)


def helper_of_both(x):
    return inner(x)


class Layer:
    scale = 2

    def __call__(self, x):
        return outer(x) * self.scale


def itself(x):
    return itself(x)


def test_a_function_reaches_what_it_calls_once_each():
    assert [f.__name__ for f, _ in reach(outer)] == ["outer", "inner", "helper_of_both"]
    assert [f.__name__ for f, _ in reach(itself)] == ["itself"]


def test_a_class_uses_what_its_methods_use():
    assert used(Layer) == {"outer": outer}
    assert [f.__name__ for f, _ in reach(Layer)][:2] == ["Layer", "outer"]


def test_what_is_no_python_code_uses_nothing():
    assert used(np.mean) == used(print) == used(3) == {}


def test_the_source_holds_helpers_and_imports():
    told = source(outer)
    assert told.startswith("def outer(x):") and "def inner(x):" in told
    assert "import numpy as np" in told and told.count("def inner") == 1
    assert source(print) is None
    assert "class Layer" in source(Layer) and "def inner" in source(Layer)
