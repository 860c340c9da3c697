import inspect
import pickle
from pathlib import Path

import numpy as np
import pytest

from coursekit.authoring.cells import read
from coursekit.checking.compare import compare
from coursekit.errors import ArgumentError
from coursekit.exercises.bug_hunt.slots import SLOTS, drawn
from coursekit.learning import sealed as module
from coursekit.learning.sealed import PROBES, distances, exposed, off, sealed

X, GAMMA, BETA = np.array([[1.0], [3.0], [8.0]]), np.array([2.0]), np.array([-1.0])


@pytest.fixture(autouse=True)
def unspent(monkeypatch):
    monkeypatch.setattr(module, "_asked", {})


def test_a_sealed_layer_does_what_its_mistake_does_and_leaves_its_arguments():
    for (name, slot), layer in zip(SLOTS.items(), sealed(17).values(), strict=True):
        given, same = (slot.ordinary(np.random.default_rng(1)) for _ in range(2))
        wrong = slot.task.mistakes[drawn(17)[name]].function
        assert compare(layer(*given), wrong(*same)) is None
        for used, fresh in zip(given, same, strict=True):
            assert callable(used) or np.array_equal(used, fresh)


def test_its_probes_are_counted_and_a_new_object_has_no_more():
    layer = sealed(17)[1]
    for used in range(PROBES):
        assert layer.left == PROBES - used
        layer(X + used, GAMMA, BETA)
    for again in (layer, sealed(17)[1]):
        with pytest.raises(ArgumentError, match=r"layer_1 has answered its 6 probes: name it"):
            again(X + PROBES, GAMMA, BETA)
        with pytest.raises(ArgumentError, match=r"layer_1 has answered its 6 probes: name it"):
            again.open("eps_outside")
    assert sealed(17)[2].left == sealed(18)[1].left == PROBES


def test_a_question_that_is_asked_again_costs_nothing_even_when_nothing_is_left(capsys):
    layer = sealed(17)[1]
    first = layer(X.copy(), GAMMA.copy(), BETA)
    for _ in range(PROBES):
        layer.open("eps_outside")
        again = sealed(17)[1](X.copy(), gamma=GAMMA.copy(), beta=BETA)
        assert np.array_equal(first, again) and layer.left == PROBES - 2
        again[:] = 0  # which is the asker's own
    for other in range(layer.left):
        layer(X - 1 - other, GAMMA, BETA)
    assert not layer.left and np.array_equal(layer(X, GAMMA, BETA), first)
    capsys.readouterr()
    layer.open("eps_outside")
    assert "The seal stays" in capsys.readouterr().out
    layer.open("eps_missing")
    assert capsys.readouterr().out.startswith("def layer_1(")


def test_the_lesson_s_own_cells_run_any_number_of_times(capsys):
    """As often as somebody runs all cells in one kernel."""
    ids = ("imports", "seed", "probe-1", "open-1")
    page = Path(__file__).parents[2] / "solutions" / "17_bug_hunt.py"
    cells = {cell.id: cell.source for cell in read(page) if cell.id in ids}
    space: dict = {}
    for _ in range(PROBES + 1):
        for name in ids:
            exec(cells[name], space)
    assert space["layers"][1].left == PROBES - 2 and "def layer_1(" in capsys.readouterr().out


def test_a_function_that_listens_and_raises_costs_a_probe():
    layer, heard = sealed(17)[11], []

    def listen(z):
        heard.append(z)
        raise ValueError("enough")

    for used in range(1, PROBES + 1):
        with pytest.raises(ArgumentError, match="layer_11 cannot be called so: ValueError: enough"):
            layer(X, listen, np.tanh, "pre")
        assert layer.left == PROBES - used
    with pytest.raises(ArgumentError, match="layer_11 has answered its 6 probes"):
        layer(X, listen, np.tanh, "pre")
    assert len(heard) == PROBES


def branch(source, **names):
    """What a cell of a notebook defines as `f`."""
    space = {"__name__": "__main__", "np": np, **names}
    exec(source, space)
    return space["f"]


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda z: k * z",
        "def g(k):\n    return lambda z: k * z\nf = g(k)",
        "def f(z, k=k):\n    return k * np.tanh(z)",
        "class F:\n    def __call__(self, z):\n        return k * z\nf = F()",
    ],
)
def test_a_function_is_known_by_what_it_does_and_not_by_its_name(source):
    layer = sealed(17)[11]
    for _ in range(PROBES):
        layer(X, branch(source, k=2), np.tanh, "pre")
    assert layer.left == PROBES - 1
    layer(X, branch(source, k=3), np.tanh, "pre")
    assert layer.left == PROBES - 2


def test_what_cannot_be_read_is_a_new_question_each_time():
    layer, drawn_anew = sealed(17)[11], np.random.default_rng(0).permutation
    for used in range(1, 4):
        layer(X, drawn_anew, np.tanh, "pre")
        assert layer.left == PROBES - used


def test_the_same_failure_is_told_again_at_no_cost():
    layer = sealed(17)[1]
    for _ in range(PROBES + 1):
        with pytest.raises(ArgumentError, match="layer_1 cannot be called so: ValueError"):
            layer(X, np.ones(2), np.ones(3))
    assert layer.left == PROBES - 1


def test_whoever_interrupts_a_probe_may_ask_it_again(monkeypatch):
    layer, right = sealed(17)[1], module._wrong

    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_wrong", interrupted)
    with pytest.raises(KeyboardInterrupt):
        layer(X, GAMMA, BETA)
    monkeypatch.setattr(module, "_wrong", right)
    assert layer(X, GAMMA, BETA).shape == X.shape and layer.left == PROBES - 1


def test_a_call_without_an_argument_costs_nothing_and_shows_no_line_of_the_source():
    layer = sealed(17)[1]
    with pytest.raises(ArgumentError, match="layer_1 cannot be called so: ") as raised:
        layer(X, GAMMA)
    assert layer.left == PROBES and raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_no_warning_gives_it_away(recwarn):
    assert drawn(17)["layer_1"] == "eps_missing"
    assert np.isnan(sealed(17)[1](np.ones((2, 1)), GAMMA, BETA)).all() and not recwarn.list


def test_nothing_on_it_shows_its_code():
    layer = sealed(17)[1]
    for look in (inspect.getsource, inspect.getfile):
        with pytest.raises(TypeError):
            look(layer)
    assert not hasattr(layer, "__code__") and not hasattr(layer, "__dict__")
    said = f"{layer!r} {layer.__call__!r} {pickle.dumps(sealed)!r}"
    assert "eps_missing" not in said and "eps_missing" not in inspect.getsource(type(layer))


def test_the_right_name_opens_it_and_a_wrong_one_costs_a_probe(capsys):
    layer = sealed(17)[1]
    layer.open("eps_outside")
    assert layer.left == PROBES - 1 and "5 probes are left" in capsys.readouterr().out
    layer.open("padding_in_the_mean")
    assert layer.left == PROBES - 1 and "no suspect called" in capsys.readouterr().out
    layer.open("eps_missing")
    code = capsys.readouterr().out
    assert code.startswith("def layer_1(x, gamma, beta, eps=1e-5):") and "np.sqrt(var)\n" in code
    assert layer.left == PROBES - 1


def test_suspects_are_told_in_text_and_in_html():
    found = sealed(17)[11].suspects()
    assert found.words == SLOTS["layer_11"].suspects
    assert "out_as_pre\n    In `out` its norm stands before the branch." in repr(found)
    shown = found._repr_html_()
    assert "<code>out_as_pre</code>" in shown and "In <code>out</code> its norm" in shown
    assert "`" not in shown


def test_it_says_how_it_is_called():
    assert (
        repr(sealed(5)[10])
        == "layer_10 of seed 5: rms_norm(x, gamma, eps=1e-5), 6 of 6 probes left"
    )


@pytest.mark.parametrize("seed", [-1, 2**60, 1.0, "17", True, None])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ArgumentError, match="a seed is a whole number from 0"):
        sealed(seed)


def test_an_ordinary_batch_exposes_few_and_a_probe_that_tells_most():
    ordinary = exposed()
    x = np.random.default_rng(1).standard_normal((3, 4)) * [0.3, 1, 2, 5] + [1, -2, 3, 0.5]
    careful = exposed((x, np.array([2, -0.5, 3, 0.7]), np.array([1, -2, 0.5, 3]), 0.5))
    assert sum(ordinary.values()) < len(ordinary) / 5
    assert sum(careful.values()) > 0.75 * len(careful)


def test_how_far_an_output_is_off():
    assert off(np.sin, np.sin, (X,)) == 0
    assert off(np.sin, lambda x: 2 * np.sin(x), (X,)) == pytest.approx(1)
    for other in (lambda x: x[0], lambda x: x / 0, lambda: 0):
        assert off(np.sin, other, (X,)) == np.inf
    assert list(distances((X, GAMMA, BETA, 0.5))) == list(SLOTS["layer_1"].suspects)
