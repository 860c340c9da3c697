"""The twelve sealed layers: whatever the seed, as hard to find as with another seed."""

import inspect
import re
from functools import cache

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import PUBLIC_SEED, Local, judge
from coursekit.checking.compare import compare
from coursekit.checking.domain import arguments, leaves
from coursekit.checking.edits import source_of
from coursekit.checking.limits.guard import quiet
from coursekit.exercises.bug_hunt.layers import LAYERS
from coursekit.exercises.bug_hunt.named import named
from coursekit.exercises.bug_hunt.slots import LARGEST, SLOTS, drawn, whole

TASKS = exercises.load("bug_hunt")
every = pytest.mark.parametrize("name", SLOTS)
DRAWS = range(1, 41)


def outputs(function, given):
    """What comes of a call: arrays, or the name of what is raised."""
    with quiet():
        try:
            return function(*given)
        except Exception as error:
            return type(error).__name__


@cache
def shown(name):
    """For each suspect of a layer, the share of inputs drawn from its statement that show it."""
    task = SLOTS[name].task
    hits = dict.fromkeys(SLOTS[name].suspects, 0)
    for draw in DRAWS:
        want = outputs(task.right, arguments(task, 5, draw))
        for suspect in hits:
            got = outputs(task.mistakes[suspect].function, arguments(task, 5, draw))
            hits[suspect] += compare(got, want, rtol=1e-6, atol=1e-9) is not None
    return {suspect: count / len(DRAWS) for suspect, count in hits.items()}


def test_there_are_twelve_with_suspects_of_their_own():
    assert list(SLOTS) == [f"layer_{n}" for n in range(1, 13)]
    assert {len(slot.suspects) for slot in SLOTS.values()} <= {5, 6}
    assert len({slot.task.name for slot in SLOTS.values()}) == 12
    for slot in SLOTS.values():
        assert set(slot.suspects) <= slot.task.mistakes.keys()
        assert all(slot.task.mistakes[name].edits for name in slot.suspects)


@every
def test_a_suspect_is_told_as_what_the_layer_does_and_not_as_what_you_did(name):
    """Nobody who probes a sealed layer has written it. The repair's own check speaks to them."""
    words = list(SLOTS[name].suspects.values())
    assert len(set(words)) == len(words)
    for said in words:
        assert re.match(r"(It|Its|In `\w+` (it|its)) .*[^.]\.$", said), said
        assert not re.search(r"\b(you|your|yours)\b", said, re.IGNORECASE), said


@every
def test_every_suspect_passes_the_ordinary_check(name):
    slot = SLOTS[name]
    given = slot.ordinary(np.random.default_rng(3))
    want = leaves(slot.task.right(*given))
    for suspect in slot.suspects:
        with quiet():
            got = leaves(slot.task.mistakes[suspect].function(*given))
        for mine, right in zip(got, want, strict=True):
            off = np.sqrt(((mine - right) ** 2).mean() / (right**2).mean())
            assert mine.shape == right.shape and off < 0.05, suspect


@every
def test_the_suspects_of_a_layer_show_about_equally_often(name):
    shares = shown(name).values()
    assert min(shares) > 0.15 and max(shares) <= 2 * min(shares)


def test_no_seed_is_easier_than_another():
    """Of twelve random inputs, one for each layer, about as many show something."""
    found = [sum(shown(n)[m] for n, m in drawn(seed).items()) for seed in range(500)]
    assert max(found) - min(found) < 3 and np.std(found) < 0.6


def test_a_seed_draws_the_same_for_ever_and_every_suspect_is_drawn_by_some_seed():
    assert drawn(17) == {n: m for n, m in zip(SLOTS, list(named.right().values())[1:], strict=True)}
    often = [drawn(seed) for seed in range(200)]
    for name, slot in SLOTS.items():
        assert {one[name] for one in often} == set(slot.suspects)
    assert drawn(LARGEST).keys() == SLOTS.keys()


@every
def test_a_repaired_layer_is_the_earlier_lesson_s_right_answer_under_its_own_name(name):
    old, new = SLOTS[name].task, LAYERS[name]
    assert source_of(new.right) == source_of(old.right).replace(old.name, name, 1)
    assert new.lesson == "bug_hunt" and inspect.getsource(new.right).startswith(f"def {name}(")
    assert list(new.mistakes) == list(SLOTS[name].suspects)


@pytest.mark.parametrize("seed", [0, 1, 17, 99, 2**40, LARGEST, np.int64(5), np.uint8(7)])
def test_any_seed_s_names_are_right(seed):
    def answer():
        return {"seed": seed, **dict(enumerate(drawn(int(seed)).values(), 1))}

    assert judge(named, Local(answer, name="named")).score == 12


@pytest.mark.parametrize("seed", [0, 17, LARGEST, np.int64(5), np.uint8(7), np.array(3)])
def test_a_seed_is_a_plain_number_wherever_it_comes_from(seed):
    assert whole(seed) == int(seed) and type(whole(seed)) is int


class Tensor:
    """As PyTorch says that there are many elements."""

    def item(self):
        raise RuntimeError("a Tensor with 2 elements cannot be converted to Scalar")


@pytest.mark.parametrize(
    "seed",
    [-1, LARGEST + 1, 17.0, np.float64(17), "17", True, np.bool_(True), None, Tensor(), dict],
)
def test_what_is_no_whole_number_is_none(seed):
    assert whole(seed) is None


def test_the_lesson_builds_on_every_lesson_that_a_layer_comes_from():
    before, new = set(), {"bug_hunt"}
    while new:
        before |= new
        new = {need for name in new for need in exercises.about(name).prerequisites} - before
    assert {slot.task.lesson for slot in SLOTS.values()} <= before - {"bug_hunt"}


def with_names(seed, **others):
    return {"seed": seed, **dict(enumerate(drawn(17).values(), 1)), **others}


@pytest.mark.parametrize(
    "seed", [-1, LARGEST + 1, 17.0, "17", True, None, [17], np.arange(2), {}, float("nan")]
)
def test_what_is_no_seed_earns_nothing(seed):
    result = judge(named, Local(lambda: with_names(seed), name="named"))
    assert result.score == 0 and result.status == "failed"


def test_a_seed_for_each_call_earns_nothing():
    seeds = iter(range(10_000))

    def answer():
        seed = next(seeds)
        return {"seed": seed, **dict(enumerate(drawn(seed).values(), 1))}

    assert judge(named, Local(answer, name="named")).score == 0


@pytest.mark.parametrize("hidden", [PUBLIC_SEED, 5])
def test_names_are_scored_one_by_one(hidden):
    def answer():
        given = with_names(17)
        given[3], given[8] = "only_centred", ...
        return given

    result = judge(named, Local(answer, name="named"), seed=hidden)
    assert result.score == 10 and [p.name for p in result.parts if not p.score] == [
        "layer_3", "layer_8",
    ]  # fmt: skip


def test_all_suspects_at_once_are_no_name():
    for wrap in (list, " ".join, ",".join, set, dict.fromkeys):
        given = {"seed": 17} | {n: wrap(slot.suspects) for n, slot in enumerate(SLOTS.values(), 1)}
        assert judge(named, Local(lambda given=given: given, name="named")).score == 0


def test_the_quiz_has_twelve_cases():
    assert sum(name.startswith("which_norm_") for name in TASKS) == 12


def test_a_verdict_is_not_kept_once_a_layer_s_own_lesson_has_changed(monkeypatch):
    before, files = exercises.version("bug_hunt"), exercises._files
    assert exercises.version("bug_hunt") == before
    monkeypatch.setattr(
        exercises, "_files", lambda name: files(name)[: 1 if name == "scaling_inputs" else None]
    )
    assert exercises.version("bug_hunt") != before
