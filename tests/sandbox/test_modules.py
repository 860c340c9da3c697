"""Modules built anew in the box are the ones the judge gave, and exercises with them are judged."""

import io
from collections import OrderedDict
from pathlib import Path

import hypothesis.strategies as st
import pytest
import torch
from checking.test_modules import CHANGES, LAYERS, layer, network
from grading.classes import forget_packs
from hypothesis import given, settings
from torch import nn

from coursekit import exercises
from coursekit.checking import AnswerCrashed, Local, judge
from coursekit.checking import modules as here
from coursekit.checking.diagnose import diagnose
from coursekit.checking.guest.marks import mark
from coursekit.checking.trace import equal, observe
from coursekit.errors import ExerciseError
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.inside import modules as there
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session
from coursekit.sandbox.wire import frame, values
from coursekit.sandbox.wire import messages as m
from sandbox.test_both_ways import COLLECT

PACK = Path(__file__).parents[1] / "packs" / "folding.py"


def cross(value):
    """A value as the box gets it."""
    packer = values.Packer(plan=here.plan)
    data = frame.frame(m.Reply(1, packer.pack(value)), packer.buffers)
    message, body = frame.read_frame(io.BytesIO(data).read, m.host_decoder)
    unpacker = values.Unpacker(body, tensor=values.make_tensor, build=there.build)
    got = unpacker.unpack(message.value)
    unpacker.done()
    return got


def both_say_same(a, b):
    return mark(a) == mark(b)


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_arrives_as_it_was_and_draws_no_random_numbers(kind):
    sent, before = layer(kind), torch.get_rng_state()
    got = cross(sent)
    assert both_say_same(sent, got) and type(got) is type(sent) and got is not sent
    assert torch.equal(before, torch.get_rng_state())
    assert not any(t.is_meta for t in got.state_dict().values())


def test_a_nested_one_keeps_its_flags_dtypes_and_names():
    sent = network()
    [got, again], _ = cross(([sent, sent], {"a": 1}))
    assert both_say_same(sent, got) and both_say_same(got, again) and got is not again
    assert not got[0][1].training and got[0].training and got[2].weight.dtype == torch.bfloat16
    assert not got[0][0].weight.requires_grad and got[0][0].weight.is_leaf
    named = cross(nn.Sequential(OrderedDict(norm=nn.BatchNorm1d(3))))
    assert isinstance(named.norm, nn.BatchNorm1d)


def networks():
    """Random stacks of layers, nested up to three deep, trained or not, learning or not."""
    one = st.builds(
        lambda kind, training, learns: layer(kind).train(training).requires_grad_(learns),
        st.sampled_from(LAYERS), st.booleans(), st.booleans(),
    )  # fmt: skip
    stack = st.sampled_from((lambda ms: nn.Sequential(*ms), nn.ModuleList))
    return st.recursive(
        one,
        lambda inner: st.builds(lambda f, ms: f(ms), stack, st.lists(inner, max_size=3)),
        max_leaves=6,
    )


@settings(max_examples=60, deadline=None)
@given(networks())
def test_any_network_of_these_arrives_as_it_was(sent):
    assert both_say_same(sent, cross(sent))


@pytest.mark.parametrize("what", CHANGES)
def test_the_box_notices_the_changes_that_the_notebook_notices(what):
    sent = network()
    a, b = cross(sent), cross(sent)
    assert mark((a, [1])) == mark((b, [1])) and both_say_same(a, b)
    CHANGES[what](b)
    assert mark((a, [1])) != mark((b, [1])) and not both_say_same(a, b)


def test_tensors_of_any_kind_are_compared_alike():
    nan, half = torch.tensor([1.0, torch.nan]), torch.ones(2, dtype=torch.bfloat16)
    for a, b, same in ((nan, nan.clone(), True), (half, half.clone(), True), (half, nan, False),
                       (half, half + 1, False), (nan, nan[:1], False)):  # fmt: skip
        assert (mark(a) == mark(b)) is same


@pytest.fixture
def pack():
    """The exercises of packs/folding.py, whose functions are given modules."""
    yield exercises.add_pack(PACK)
    forget_packs()


def answers(exercise):
    """Every right and wrong answer by name; "" is the worked one."""
    wrong = {name: mistake.function for name, mistake in exercise.mistakes.items()}
    return {"": exercise.right, **exercise.alternatives, **wrong}


def test_the_packs_answers_get_what_they_should_in_a_notebook(pack):
    for exercise in pack.values():
        for name, function in answers(exercise).items():
            result = judge(exercise, Local(function, name=exercise.name), seed=3)
            assert result.passed is (name not in exercise.mistakes), result.message
            assert result.diagnosis == (None if result.passed else name)
    changed = judge(exercise, Local(exercise.mistakes["in_place"].function), seed=3)
    assert "changed model in place" in changed.message and changed.status == "partial"


def open_session(*sources, total=60):
    cells = [Cell(n, source) for n, source in enumerate(sources, 1)]
    return Session(open_box("bubblewrap"), cells, limits=Limits(total=total), imports=("torch",))


@pytest.mark.needs("bwrap")
def test_the_packs_scripts_give_the_same_trace_on_both_sides(pack):
    with open_session("SOURCES = {}", COLLECT, PACK.read_text("utf-8")) as session:
        assert session.load().stopped == {}
        for exercise in pack.values():
            for name, function in answers(exercise).items():
                asked_for = f"{exercise.name}__{name}"
                local = observe(exercise, Local(function, name=exercise.name), seed=7)
                there = find_answer(session, asked_for, tensors=True)
                remote = observe(exercise, there, seed=7)
                assert equal(exercise, remote, local) and equal(exercise, local, remote), asked_for
                assert remote.stopped is None and len(remote.steps) > 5
                if name in exercise.mistakes:
                    assert diagnose(exercise, there, remote, 7).name == name
        assert session.events == []


GIVEN = """
import torch
from torch import nn

def kinds(models, x): return [type(m).__module__ + "." + type(m).__name__ for m in models["all"]]
def modes(model): return [m.training for m in model.modules()]
def same_one(model): return model
def asks(f): return type(f()).__name__, f()(torch.ones(1, 3)).shape[1]
def learns(model):
    loss = model(torch.ones(4, 3)).square().sum()
    loss.backward()
    return model.weight.grad is not None
"""


@pytest.mark.needs("bwrap")
def test_modules_in_containers_in_the_box_and_back():
    with open_session(GIVEN) as session:
        session.load()

        def call(name, *arguments):
            return find_answer(session, name, tensors=True)(*arguments)

        models = {"all": (nn.Linear(2, 3), nn.GELU()), "x": None}
        assert call("kinds", models, 1) == [
            "torch.nn.modules.linear.Linear", "torch.nn.modules.activation.GELU"
        ]  # fmt: skip
        model = network()
        assert call("modes", model) == [m.training for m in model.modules()]
        back = call("same_one", model)
        assert torch.equal(back.get("2").get("bias"), model[2].bias)
        assert call("modes", back) == call("modes", model)
        assert call("asks", lambda: nn.Linear(3, 5)) == ("Linear", 5)
        assert call("learns", nn.Linear(3, 1)) is True
        with pytest.raises(ExerciseError, match="class LSTM cannot be an argument"):
            call("same_one", nn.LSTM(2, 2))
        assert session.events == []


FORGER = """
import sys
values, parts = sys.modules["sandbox.wire.values"], sys.modules["sandbox.wire.parts"]
empty = parts.Table([], [])
vast = parts.Table(["in_features", "out_features"], [2**20, 2**20])
lie = parts.Module("Linear", vast, empty, empty, True)
def wraps(n):
    forged = [lie, parts.Items([1, lie]), parts.Table(["k"], [lie])][n]
    values.Packer.pack = lambda *_: forged
def asks(f):
    values.Packer.pack = lambda *_: parts.Items([lie])
    return f(1)
"""


@pytest.mark.needs("bwrap")
def test_a_box_that_sends_a_module_is_ended_and_told_so():
    with open_session(FORGER) as session:
        assert session.load().stopped == {}
        for name, argument in (("wraps", 0), ("wraps", 1), ("wraps", 2), ("asks", lambda x: x)):
            words = "cannot be read: a module came; only the judge may send one"
            with pytest.raises(AnswerCrashed, match=words):
                find_answer(session, name, tensors=True)(argument)
        assert {kind for kind, _ in session.events} == {"crashed"}
