"""One list of norms holds for every exercise, and takes nothing from any answer of the course's."""

import re
import sys

import pytest

from coursekit import exercises
from coursekit.checking import REGISTRY, Exercise, Local
from coursekit.checking.libraries import NORMS, kinds, names, operations
from coursekit.checking.source.forbidden import _Banned, forbidden_use
from coursekit.checking.source.surroundings import source
from coursekit.checking.trace import observe
from coursekit.errors import ExerciseError
from coursekit.sandbox.inside.notice import noticing

NORM = re.compile(r"(batch|layer|instance|group|rms|weight|spectral|response|unit)_?norm", re.I)
EXERCISES = [t for t in exercises.load().values() if isinstance(t, Exercise)]
ORACLE = "OnTopOfTorchs"  # torch's own layer: to compare with, not an answer to give


def test_every_norm_of_the_installed_libraries_is_listed(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # read once, when Keras is imported
    keras = pytest.importorskip("keras")
    import torch
    from torch.nn import functional
    from torch.nn.utils import parametrizations

    homes = {
        "torch": torch, "torch.nn": torch.nn, "torch.nn.functional": functional,
        "torch.nn.utils": torch.nn.utils, "torch.nn.utils.parametrizations": parametrizations,
        "torch.nn.modules": torch.nn.modules,
        "keras.layers": keras.layers, "keras.ops": keras.ops, "keras.ops.nn": keras.ops.nn,
    }  # fmt: skip
    banned = _Banned(names(kinds()))
    open_ = [
        f"{home}.{name}"
        for home, module in homes.items()
        for name in dir(module)
        if NORM.search(name) and f"{home}.{name}" not in banned
    ]
    assert [name for name in open_ if "remove_" not in name] == []


@pytest.mark.parametrize(
    "name",
    ["torch.nn.functional.normalize", "torch.var_mean", "torch.std", "torch.linalg.norm",
     "torch.nn.MultiheadAttention", "torch.nn.utils.clip_grad_norm_", "torch.normal", "torch.norm",
     "torch.nn.init.normal_", "keras.ops.normalize", "torch.nn.Linear", "torch.nn.Module"],
)  # fmt: skip
def test_what_is_no_such_norm_is_free(name):
    assert name not in _Banned(names(kinds()))


def test_containers_and_inner_names_are_banned_too():
    banned = _Banned(names(kinds()))
    for name in (
        "torch.nn.TransformerEncoderLayer", "torch.ops.aten.mean", "torch._C._nn.x",
        "torch.native_layer_norm", "torch._native_batch_norm_legit", "torch._fused_rms_norm",
        "torch.nn.modules.normalization.LayerNorm", "torch.cudnn_batch_norm", "jax.nn.standardize",
        "keras.src.layers.normalization.batch_normalization.BatchNormalization",
    ):  # fmt: skip
        assert name in banned, name


def test_an_exercise_names_what_it_allows():
    assert "batch_norm" not in kinds(but=("batch_norm",)) and kinds() == tuple(NORMS)
    assert not any("torch" in name for name in names(()))
    with pytest.raises(ExerciseError, match="no kind of norm is called 'batchnorm'; there are"):
        kinds(but=("batchnorm",))
    allowed = {e.name for e in EXERCISES if e.allows}
    named = {"keras_to_torch", "recalibrate", "redundant_biases", "diagnose_gap"}
    assert allowed == named | {"mend_update_bn", "freeze_bn"}
    assert all(e.norms for e in EXERCISES)


def test_operations_are_named_by_kind_and_by_what_another_course_forbids():
    told = operations(("layer_norm",), ("torch.batch_norm", "torch.nn.ReLU", "torch._C", "jax.a_b"))
    fused = "transformer_encoder_layer_fwd"
    assert told == {n: n for n in ("batch_norm", "layer_norm")} | {fused: "layer_norm"}


def behaviours(exercise):
    wrong = [mistake.function for mistake in exercise.mistakes.values()]
    return [exercise.right, *exercise.alternatives.values(), *wrong]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_the_search_refuses_no_answer_and_no_mistake(exercise):
    for function in behaviours(exercise):
        text = source(function)
        use = text and forbidden_use(text, function.__name__, exercise.banned)
        ours = use and use.name.startswith("coursekit.")  # how the course is written itself
        assert not use or ours or function.__name__ == ORACLE, use.words


class Watched(Local):
    """A local answer, and what torch ran for it."""

    def __init__(self, *arguments, words, **options):
        super().__init__(*arguments, **options)
        self.words, self.seen = words, set()

    def run(self, *arguments, **options):
        with noticing(self.words, self.seen):
            return super().run(*arguments, **options)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_the_watch_withholds_nothing_from_any_answer_or_mistake(exercise):
    import torch  # noqa: F401

    words = list(operations(exercise.norms))
    for function in behaviours(exercise):
        answer = Watched(function, name=exercise.name, timeout=5, words=words)
        observe(exercise, answer, 0)
        assert bool(answer.seen) is (function.__name__ == ORACLE), (function, answer.seen)


def test_nothing_is_banned_by_default_in_another_courses_exercise():
    right = next(e for e in EXERCISES if e.name == "batch_norm")
    assert "torch.nn.LayerNorm" in right.banned and "coursekit.norms" in right.banned

    def fold(x):
        return x

    other = Exercise(fold, right.script, right.hints, forbidden=("torch.batch_norm",))
    assert other.norms == () and "torch.nn.LayerNorm" not in other.banned
    assert other.banned[-1] == "torch.batch_norm" and "coursekit.norms" in other.banned
    assert "fold" not in REGISTRY and "torch" in sys.modules
