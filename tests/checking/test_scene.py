"""Where an error came up, seen from its traceback; and the same line on an input that worked."""

import numpy as np
import pytest

from coursekit.checking.guest.scene import Scene, replay, scene


def here(file):
    return file == __file__


def caught(function, *args):
    try:
        function(*args)
    except BaseException as error:
        return error
    raise AssertionError("it worked")


def dx(dy, x_hat):
    n = len(dy)
    dvar = (dy * x_hat).sum(1, keepdims=True)
    if n > 3:
        return x_hat * dvar / n
    return x_hat * dvar.T


def of_a_product(x, w):
    return x.T @ w


def of_a_loop(table):
    total = 0
    for row in table:
        total += row["mean"]
    return total


def unpacks(cache):
    mean, var = cache
    return mean, var


def counts(x):
    counts.calls = getattr(counts, "calls", 0) + 1
    return x.shap


def squeezes(x, w):
    return np.squeeze(x) @ w


def squeezes_one_axis(x, w):
    return np.squeeze(x, axis=0) @ w


def test_both_shapes_are_told_by_their_names():
    found, _ = scene(caught(dx, np.ones((3, 2)), np.ones((3, 2))), here)
    assert found.code == "x_hat * dvar.T"
    assert found.met == (("x_hat", "(3, 2)"), ("dvar.T", "(1, 3)"))
    assert {"dy", "x_hat", "dvar", "n"} <= {*found.names}


def test_a_part_that_has_no_name_gets_the_shape_that_the_error_tells():
    def centred(x):
        return x - x.mean(1)

    found, _ = scene(caught(centred, np.ones((5, 4))), here)
    assert found.met == (("x", "(5, 4)"), ("x.mean(1)", "(5,)"))


@pytest.mark.parametrize(
    "function, args, met",
    [
        (of_a_product, (np.ones((3, 2)), np.ones((4, 5))), {"x.T": "(2, 3)", "w": "(4, 5)"}),
        (of_a_loop, ([{"means": 1}],), {"row": "a dict with 'means'"}),
        (unpacks, (None,), {"cache": "None"}),
        (counts, (np.ones(3, int),), {"x": "(3,) of whole numbers"}),
    ],
)
def test_what_meets_is_told_of_any_operation(function, args, met):
    found, _ = scene(caught(function, *args), here)
    assert dict(found.met) == met


def test_nothing_of_the_learners_is_called_for_it():
    class Acts:
        @property
        def size(self):
            raise AssertionError("it was read")

        def __getitem__(self, key):
            raise AssertionError("it was indexed")

        def __repr__(self):
            raise AssertionError("it was printed")

    def adds(a):
        return a + a.size * a[0]

    error = caught(lambda a: adds(a), Acts())
    assert scene(error, here)[0].met == ()  # `a` itself stands in no operation that failed


def test_a_squeeze_is_told_where_an_axis_of_one_is_there_and_none_is_named():
    both = np.ones((1, 3)), np.ones((4, 2))
    assert scene(caught(squeezes, *both), here)[0].squeezed == "np.squeeze(x)"
    assert scene(caught(squeezes_one_axis, *both), here)[0].squeezed == ""
    longer = np.ones((2, 3)), np.ones((4, 2))
    assert scene(caught(squeezes, *longer), here)[0].squeezed == ""


def test_an_error_of_somebody_elses_code_has_no_scene():
    assert scene(caught(int, "x"), lambda file: False) == (Scene(), None)


def test_code_that_cannot_be_read_has_no_scene():
    names = {}
    exec(compile("def f(x):\n    return x + None", "<nowhere>", "exec"), names)
    found, at = scene(caught(names["f"], 1), lambda file: file == "<nowhere>")
    assert found.met == () and at is not None


def test_an_input_that_worked_tells_what_met_there():
    def shifted(x, row):
        return x + row

    _, at = scene(caught(shifted, np.ones((5, 4)), np.ones(5)), here)
    reached, met = replay(lambda: shifted(np.ones((4, 4)), np.ones(4)), at)
    assert reached and met == (("x", "(4, 4)"), ("row", "(4,)"))


def test_an_input_that_went_another_way_did_not_reach_the_line():
    _, at = scene(caught(dx, np.ones((3, 2)), np.ones((3, 2))), here)
    assert replay(lambda: dx(np.ones((4, 2)), np.ones((4, 2))), at) == (False, ())


def test_a_replay_leaves_another_tracer_alone_and_what_it_raises_is_no_matter():
    import sys

    _, at = scene(caught(unpacks, None), here)
    before = sys.gettrace()
    assert replay(lambda: unpacks(3), at) == (True, (("cache", "3"),))
    assert sys.gettrace() is before
