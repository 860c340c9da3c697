"""Where an error came up, seen from its traceback; and the same line on an input that worked."""

import numpy as np
import pytest
import torch

from coursekit.checking.guest.scene import STEPS, Scene, replay, scene


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


def by_a_long_norm(w):
    return w / np.linalg.norm(w, axis=1, keepdims=False).astype(float)


def of_two_long_ones(w):
    return own(w, "a long argument", "and another").T + own(w, "a long argument", "a third")[:, :1]


def own(w, *_):
    return w


def with_a_loss(y, x):
    return y - x.mean(2)


def with_a_loss_of_ones_own(y):
    return y - own(y).mean(2)


def through_a_third(x):
    x = x.copy()
    x += own(x)[:, :2]
    return x


def into_a_row(y, x):
    y[0] = x.mean(1)
    y[:, 0] = own(x)


def joined(x):
    return np.concatenate([x.mean(0), x.mean(1, keepdims=True)])


def to_a_wider_one(row, x):
    row += own(x)


@pytest.mark.parametrize(
    "function, args, met",
    [
        (
            by_a_long_norm,
            (np.ones((5, 3)),),
            {"w": "(5, 3)", "np.linalg.norm(…).astype(…)": "(5,)"},
        ),
        (of_two_long_ones, (np.ones((5, 3)),), {"own(…).T": "(3, 5)", "own(…)[:, :1]": "(5, 1)"}),
        (through_a_third, (np.ones((5, 4)),), {"x": "(5, 4)", "own(x)[:, :2]": "(5, 2)"}),
        (into_a_row, (np.ones((3, 4)), np.ones((5, 4))),
         {"y": "(3, 4)", "y[0]": "(4,)", "x.mean(1)": "(5,)"}),
        (joined, (np.ones((5, 4)),), {"x.mean(0)": "(4,)", "x.mean(1, keepdims=True)": "(5, 1)"}),
        # Whose words tell of no operand: a broadcast's shape, and one number of a tensor's.
        (to_a_wider_one, (np.ones(4), np.ones((5, 1))), {"row": "(4,)", "x": "(5, 1)"}),
        (with_a_loss, (torch.ones(3, 5, 4), torch.ones(3, 5, 4)),
         {"y": "(3, 5, 4)", "x.mean(2)": "(3, 5)"}),
        (with_a_loss_of_ones_own, (torch.ones(3, 5, 4),), {"y": "(3, 5, 4)"}),
    ],
)  # fmt: skip
def test_each_side_is_told_by_its_own_shape_or_not_at_all(function, args, met):
    found, _ = scene(caught(function, *args), here)
    assert dict(found.met) == met


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


CALLED = []  # names of what was called of an Acts


class Acts:
    """An object whose every method is the learner's, and notes that it was called."""

    def __getattribute__(self, name):
        if name not in ("__class__", "__dict__"):  # where Python itself looks
            CALLED.append(name)
        return object.__getattribute__(self, name)

    @property
    def size(self):
        CALLED.append("size")

    def __getitem__(self, key):
        CALLED.append("[]")

    def declines(self, *_):
        CALLED.append("a method")
        return NotImplemented  # so that Python raises where the operation stands

    __add__ = __radd__ = __mul__ = __rmul__ = __eq__ = declines

    def ends(self, *_):
        CALLED.append("a method")
        raise AssertionError("it was looked into")

    __len__ = __iter__ = __bool__ = __repr__ = __str__ = __format__ = __float__ = __int__ = ends
    __array__ = __hash__ = ends


def adds(a):
    return a + 1


def meets(a):
    return a.size + a[0]


def indexes(held, at):
    return held[at]


def multiplies(a):
    return a.held * a


def looked_at(function, *args):
    """What met, and what of the learner's was called to tell it."""
    error = caught(function, *args)
    CALLED.clear()
    return scene(error, here)[0].met, list(CALLED)


def test_nothing_of_the_learners_is_called_for_it():
    a = ("a", "of type Acts")
    assert looked_at(adds, Acts()) == ((a,), [])
    assert looked_at(meets, Acts()) == ((a,), [])
    assert looked_at(indexes, [1], Acts()) == ((("held", "[1]"), ("at", "of type Acts")), [])


def test_what_an_object_stores_is_looked_up_and_not_asked_for():
    acts = Acts()
    vars(acts)["held"] = 2.5
    assert looked_at(multiplies, acts) == ((("a.held", "2.5"), ("a", "of type Acts")), [])


def test_names_that_are_no_text_are_no_names_there():
    def sets(x):
        globals()[1] = 2
        return x + None

    try:
        found, _ = scene(caught(sets, 1), here)
    finally:
        del globals()[1]
    assert "x" in found.names and 1 not in found.names


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


def late(x):
    if x < 0:
        return x + None
    for _ in range(x):
        pass
    return x


def test_what_is_not_followed_to_its_end_is_not_said_to_have_gone_another_way():
    _, at = scene(caught(late, -1), here)
    assert replay(lambda: late(3), at) == (False, ())
    assert replay(lambda: late(STEPS), at) == (None, ())


def test_nor_is_what_raises_before_that_line():
    def raises():
        raise ValueError

    _, at = scene(caught(late, -1), here)
    assert replay(raises, at) == (None, ())


def test_nor_is_what_traces_on_its_own():
    import sys

    def traces():
        sys.settrace(None)
        late(3)

    _, at = scene(caught(late, -1), here)
    assert replay(traces, at) == (None, ())


def test_a_replay_leaves_another_tracer_alone_and_what_it_raises_is_no_matter():
    import sys

    _, at = scene(caught(unpacks, None), here)
    before = sys.gettrace()
    assert replay(lambda: unpacks(3), at) == (True, (("cache", "3"),))
    assert sys.gettrace() is before
