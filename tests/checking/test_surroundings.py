import functools

import numpy as np
import torch
from torch import batch_norm
from torch.nn.functional import linear

from coursekit.checking.source.surroundings import outside, reach, source, used


def inner(x):
    return np.add(x, 1)


def uses_linear(x):
    return linear(x, x), batch_norm, nameless


nameless = functools.partial(print)


def outer(x):
    return inner(x) + helper_of_both(x)


def helper_of_both(x):
    return inner(x)


class Layer:
    scale = 2

    def __call__(self, x):
        return outer(x) * self.scale


class Derived(Layer):
    rate = np.float64(2)

    def __call__(self, mean):
        return mean


def reads_a_library(x):
    return torch.as_tensor(x)


mean, RATE, scale = 1.0, 0.1, np.ones(3)


def reads_a_global(x):
    return scale * x + RATE


def names_an_attribute(x):
    return x.mean() + sum(inner(v) for v in x)


def itself(x):
    return itself(x)


def test_a_function_reaches_what_it_calls_once_each():
    assert [f.__name__ for f, _ in reach(outer)] == ["outer", "inner", "helper_of_both"]
    assert [f.__name__ for f, _ in reach(itself)] == ["itself"]


def test_a_class_uses_what_its_methods_use():
    assert used(Layer) == {"outer": outer}
    assert [f.__name__ for f, _ in reach(Layer)][:2] == ["Layer", "outer"]


def test_a_class_uses_what_it_is_made_of_and_its_own_names_hide_others():
    assert used(Derived) == {"Layer": Layer, "np": np}
    assert outside(Derived) == []


def test_a_library_is_no_data():
    assert outside(reads_a_library) == [] and used(reads_a_library) == {"torch": torch}


def test_what_is_no_python_code_uses_nothing():
    assert used(np.mean) == used(print) == used(3) == {}


def test_the_source_holds_helpers_and_imports():
    told = source(outer)
    assert told.startswith("def outer(x):") and "def inner(x):" in told
    assert "import numpy as np" in told and told.count("def inner") == 1
    assert source(print) is None
    assert "class Layer" in source(Layer) and "def inner" in source(Layer)


def test_an_attribute_is_no_global_and_a_nested_function_is_looked_into():
    assert used(names_an_attribute) == {"inner": inner}


def test_data_from_outside_is_named_and_constants_are_not():
    assert outside(reads_a_global) == ["scale"]
    assert outside(names_an_attribute) == outside(print) == []
    limit = [1]
    assert outside(lambda x: x + limit[0]) == ["limit"]


def test_a_name_that_is_not_set_yet_is_no_name():
    def early():
        return late

    assert used(early) == {}
    late = 3
    assert used(early) == {"late": late}


def test_a_function_of_torchs_is_told_as_a_notebook_imports_it():
    assert "from torch import linear as linear" in source(uses_linear)
    assert "from torch import batch_norm as batch_norm" in source(uses_linear)
    compile(source(uses_linear), "source", "exec")
