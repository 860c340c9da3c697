"""The proof: each exercise accepts every right answer and refuses each wrong one by its name.

Here on the public seed, in every run; exhaustive.py does it on others, and for mistakes in pairs.
"""

import math
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import proofs
import pytest
import torch

from coursekit import exercises
from coursekit.authoring import new
from coursekit.checking import PUBLIC_SEED, Exercise, Local, Predict, Quiz, judge, validate
from coursekit.checking.domain import arguments, scripted
from coursekit.checking.inherited import judge_with_ours
from coursekit.checking.panel import text

REPO = Path(__file__).parents[1]
TASKS = exercises.load()
EXERCISES = {n: t for n, t in TASKS.items() if isinstance(t, Exercise)}
MISTAKES = [(e, m) for e in EXERCISES.values() for m in e.mistakes.values()]
ALTERNATIVES = [(e, a) for e in EXERCISES.values() for a in e.alternatives.values()]
SQUARE = ("max_stable_lr", "gd_quadratic")  # a Hessian is
SEEDS = (0, 1, 2)  # the public one and two that a grader might draw


@cache
def verdict(exercise, function, seed=PUBLIC_SEED):
    """The result of an answer to an exercise, judged once for all that look at it."""
    return judge(exercise, Local(function, name=exercise.name), seed=seed)


def name(value):
    return getattr(value, "name", None) or getattr(value, "__name__", None)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_is_fit_to_be_set(exercise):
    assert validate(exercise) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_right_answer_passes_on_every_seed(exercise, seed):
    assert verdict(exercise, exercise.right, seed).passed


@pytest.mark.parametrize("exercise, alternative", ALTERNATIVES, ids=name)
def test_every_other_right_answer_is_accepted(exercise, alternative):
    result = verdict(exercise, alternative)
    assert result.passed, text(result)


@pytest.mark.parametrize("exercise, mistake", MISTAKES, ids=name)
def test_every_mistake_is_refused_by_its_own_name(exercise, mistake):
    result = verdict(exercise, mistake.function)
    assert not result.passed and (result.score < result.max or not exercise.points)
    assert result.diagnosis == mistake.name, text(result)
    assert mistake.explanation in text(result) and "Next" in text(result)


def test_the_page_of_proofs_says_what_was_seen():
    said = proofs.page(verdict)
    assert proofs.PAGE.read_text("utf-8") == said, "stale: run `make proofs`, commit it"


def test_the_rows_of_one_exercise_are_written_and_those_of_the_others_kept():
    name, before = "keras_momentum", proofs.PAGE.read_text("utf-8").splitlines()
    right = proofs.page(lambda task, function: verdict(task, task.right), [name])
    other = set(right.splitlines()) ^ set(before)
    assert len(right.splitlines()) == len(before)
    assert {proofs.of(line) for line in other if line[0] == "|"} == {name}


def stub(*args, **options):
    raise NotImplementedError


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_a_stub_is_unsolved(exercise):
    assert judge(exercise, Local(stub, name=exercise.name)).status == "unsolved"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_at_least_three_mistakes_and_three_alternatives(exercise):
    assert len(exercise.mistakes) >= 3 and len(exercise.alternatives) >= 3


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_what_is_typed_in_a_minute_or_two_carries_no_points(exercise):
    """Whatever is easy and short is a warm-up, unless it comes with a mistake to be found."""
    trivial = exercise.difficulty == 1 and exercise.minutes <= 3 and not exercise.planted
    assert (exercise.points == 0) == trivial


@pytest.mark.parametrize("lesson", exercises.names())
def test_a_lesson_declares_its_exercises_in_the_order_of_its_page(lesson):
    [page] = (REPO / "solutions").glob(f"[0-9][0-9]_{lesson}.py")
    mine = [t.name for t in TASKS.values() if t.lesson == lesson and isinstance(t, Exercise)]
    assert new.CELL.findall(page.read_text("utf-8")) == mine


@pytest.mark.parametrize("lesson", exercises.names())
def test_every_lesson_module_describes_its_lesson(lesson):
    about = exercises.lessons()[lesson]
    assert 3 <= len(about.objectives) <= 5 and 1 <= about.difficulty <= 5
    assert about.cpu_seconds <= 60
    mine = [t for t in TASKS.values() if t.lesson == lesson]
    if lesson not in ("start_here", "bug_hunt") and not about.draft:
        mend = [t for t in mine if isinstance(t, Exercise) and t.mend]
        count = sum(isinstance(t, Exercise) for t in mine) - len(mend)
        assert new.FEWEST <= count <= new.MOST and len(mend) <= new.MENDS
        assert new.to_write(REPO, lesson) == count  # what `coursekit new exercise` counts, too
        assert sum(isinstance(t, Quiz) for t in mine) == new.QUESTIONS
        assert any(isinstance(t, Predict) for t in mine)


@pytest.mark.parametrize("task", [t for t in TASKS.values() if isinstance(t, Quiz)], ids=name)
def test_a_quiz_accepts_its_answer_and_refuses_the_rest(task):
    assert len(task.options) >= 3
    for letter in task.options:
        assert task.judge(letter).passed is (letter == task.answer)


def choices(lesson=None):
    """The questions with one right letter; those of a lesson that is only begun are not counted."""
    asked = [t for t in TASKS.values() if isinstance(t, Quiz) and lesson in (None, t.lesson)]
    return [t for t in asked if len(t.answer) == 1 and "FILL IN" not in t.question]


def lengths(task):
    """That of the right option, and those of the others."""
    others = [len(text) for letter, (text, _) in task.options.items() if letter != task.answer]
    return len(task.options[task.answer][0]), others


def longest(tasks):
    """How many times no option is longer than the right one."""
    return sum(right >= max(others) for right, others in map(lengths, tasks))


@pytest.mark.parametrize("lesson", [x for x in exercises.names() if choices(x)])
def test_a_letter_is_as_often_right_as_another_in_every_lesson(lesson):
    """15 to 35 %, in whole questions: of five, each letter has one or two."""
    tasks = choices(lesson)
    for letter in "abcd":
        right = sum(task.answer == letter for task in tasks)
        assert math.floor(0.15 * len(tasks)) < right <= math.ceil(0.35 * len(tasks)), letter
    assert longest(tasks) <= 0.35 * len(tasks)


def test_nothing_but_its_sense_tells_the_right_option():
    """Neither its letter nor its length gives more than chance does."""
    tasks = choices()
    for letter in "abcd":
        assert 0.15 <= sum(t.answer == letter for t in tasks) / len(tasks) <= 0.35, letter
    assert longest(tasks) <= 0.35 * len(tasks)
    shortest = sum(right < min(others) for right, others in map(lengths, tasks))
    assert shortest <= 0.35 * len(tasks)


@pytest.mark.parametrize("task", [t for t in TASKS.values() if isinstance(t, Predict)], ids=name)
def test_a_prediction_knows_its_truth(task):
    assert "you were right" in task.judge(task.value).message
    assert task.judge(task.value + 10 * max(task.scale, task.serves)).status == "guessed"


def test_a_staged_answer_is_told_its_first_wrong_value_and_what_was_not_judged():
    exercise = EXERCISES["batch_norm_backward_staged"]

    def spoilt(dy, x, gamma, eps):
        right = exercise.right(dy, x, gamma, eps)
        return {**right, "dvar": 1.5 * right["dvar"], "dx": right["dx"] + 1}

    result = judge(exercise, Local(spoilt, name=exercise.name))
    assert result.message.startswith("'dvar'[0] is")
    assert (
        "dvar is the first wrong value on the path; dx_hat, dgamma, dbeta, dmu: right; dx: "
        "after it, so not judged." in text(result)
    )


BY_NODES = """
import numpy as np

def variance_backward(dx_hat, x, eps):
    return (dx_hat * (x - x.mean(0))).sum(0) * 0.5 * (x.var(0) + eps) ** -1.5

def batch_norm_backward_staged(dy, x, gamma, eps):
    x_mu, inv_std = x - x.mean(0), 1 / np.sqrt(x.var(0) + eps)
    dx_hat, dgamma, dbeta = dy * gamma, (dy * x_mu * inv_std).sum(0), dy.sum(0)
    dvar, dmu = variance_backward(dx_hat, x, eps), -inv_std * dx_hat.sum(0)
    dx = dx_hat * inv_std + dvar * 2 * x_mu / len(x) + dmu / len(x)
    return dict(dx_hat=dx_hat, dgamma=dgamma, dbeta=dbeta, dvar=dvar, dmu=dmu, dx=dx)
"""


def test_the_last_line_is_not_blamed_for_a_wrong_node_that_it_is_made_of():
    exec(BY_NODES, learner := {})
    exercise = EXERCISES["batch_norm_backward_staged"]
    answer = learner["batch_norm_backward_staged"]
    result = judge_with_ours(exercise, answer, judge(exercise, Local(answer, name=exercise.name)))
    assert result.passed and "your `variance_backward`, which it calls, is" in result.message
    node = EXERCISES["variance_backward"]
    wrong = judge(node, Local(learner["variance_backward"], name=node.name))
    assert wrong.diagnosis == "dvar_sign"


def forward_in_place(f, x, dy, h):
    dx, y = np.zeros_like(x), np.copy(f(x))
    for i in np.ndindex(x.shape):
        x[i] += h
        dx[i] = np.sum((f(x) - y) * dy) / h
        x[i] -= h
    return dx


def swapped_in_a_loop(momentum):
    n, left = 0, 1.0
    while left > 0.01:  # and so for ever where momentum is 1
        left *= momentum
        n += 1
    return n


def own_mean_for_each_sentence(x, mask, eps=1e-5):
    m = mask[..., None]
    mean = (x * m).sum(1) / m.sum(1)
    var = (m * (x - mean[:, None]) ** 2).sum(1) / m.sum(1)
    return m * (x - mean[:, None]) / np.sqrt(var + eps)[:, None]


def moved_without_no_grad():
    class BatchNorm(EXERCISES["BatchNorm"].right):
        def track(self, mean, var):
            self.num_batches_tracked += 1
            m = self.momentum
            m = 1 / self.num_batches_tracked.item() if m is None else m
            self.running_mean.lerp_(mean, m)
            self.running_var.mul_(1 - m).add_(m * var)

    return BatchNorm


def one_plain_attribute():
    class BatchNorm(EXERCISES["BatchNorm"].right):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            var = self.running_var
            del self.running_var
            self.running_var = var

    return BatchNorm


@pytest.mark.parametrize(
    "exercise, answer, diagnosis",
    [
        ("numgrad", forward_in_place, "forward_difference"),
        ("effective_window", swapped_in_a_loop, "momentum_swapped"),
        ("masked_batch_norm", own_mean_for_each_sentence, "per_sentence_by_counts"),
        ("BatchNorm", moved_without_no_grad(), "graph_kept_in_place"),
        ("BatchNorm", one_plain_attribute(), "running_var_not_a_buffer"),
    ],
)
def test_a_mistake_is_known_however_it_is_written(exercise, answer, diagnosis):
    exercise = EXERCISES[exercise]
    result = judge(exercise, Local(answer, name=exercise.name, timeout=2))
    assert result.diagnosis == diagnosis, text(result)


def test_what_may_not_end_is_asked_of_right_answers_only():
    exercise, tried = EXERCISES["effective_window"], []

    def noting(momentum):
        tried.append(momentum)
        return momentum

    assert not judge(exercise, Local(noting, name=exercise.name)).passed and 1.0 not in tried
    assert exercise.endless in judge(exercise, Local(exercise.right)).verified


def one_pass(mean, square):
    """Batch norm with the variance mean(x²) − mean(x)², its two means taken in this way."""

    def batch_norm(x, gamma, beta, eps=1e-5):
        m = mean(x)
        return gamma * (x - m) / np.sqrt(np.maximum(square(x) - m * m, 0) + eps) + beta

    return batch_norm


def one_pass_in_a_loop(x, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        total = squares = x.dtype.type(0)
        for v in x[:, j]:
            total, squares = total + v, squares + v * v
        mean = total / len(x)
        var = squares / len(x) - mean * mean
        y[:, j] = gamma[j] * (x[:, j] - mean) / np.sqrt(var + eps) + beta[j]
    return y


def one_pass_in_torch(x, gamma, beta, eps=1e-5):
    x, gamma, beta = map(torch.from_numpy, (x, gamma, beta))
    var = (x**2).mean(0) - x.mean(0) ** 2
    return gamma * (x - x.mean(0)) / torch.sqrt(var + eps) + beta


def one_pass_from_sums(x, gamma, beta, eps=1e-5):
    N, total = len(x), x.sum(0)
    var = (N * (x * x).sum(0) - total * total) / N**2
    return gamma * (x - total / N) / np.sqrt(var + eps) + beta


def one_pass_as_scale_and_shift(x, gamma, beta, eps=1e-5):
    mean = np.average(x, axis=0)
    scale = gamma / np.sqrt(np.einsum("nd,nd->d", x, x) / len(x) - mean**2 + eps)
    return x * scale + (beta - mean * scale)


@pytest.mark.parametrize("seed", (*SEEDS, (1 << 32) + 1))
@pytest.mark.parametrize(
    "answer",
    [
        one_pass(lambda x: x.mean(0), lambda x: (x**2).mean(0)),
        one_pass(lambda x: x.sum(0) / len(x), lambda x: (x * x).sum(0) / len(x)),
        one_pass(lambda x: np.mean(x, 0), lambda x: np.mean(np.square(x), 0)),
        one_pass(lambda x: x.mean(0), lambda x: np.einsum("nd,nd->d", x, x) / len(x)),
        one_pass(lambda x: x.mean(0), lambda x: np.diag(x.T @ x) / len(x)),
        one_pass_in_a_loop,
        one_pass_in_torch,
        one_pass_from_sums,
        one_pass_as_scale_and_shift,
    ],
)
def test_the_variance_in_one_pass_is_known_in_every_spelling(answer, seed):
    result = judge(EXERCISES["batch_norm"], Local(answer, name="batch_norm"), seed=seed)
    assert result.diagnosis == "one_pass_variance", text(result)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_no_two_axes_are_of_one_length_in_every_case(exercise):
    """Where they are, an answer that takes the one for the other is never found out."""
    if exercise.cases is None:
        pytest.skip("its script draws the arguments")
    pairs = {}
    for _, args in exercise.cases(exercise.rng(0)):
        for place, value in enumerate(args):
            shape = value.shape if isinstance(value, np.ndarray) else ()
            for i, j in combinations(range(len(shape)), 2):
                axes = (place, len(shape), i, j)
                pairs[axes] = pairs.get(axes, False) or shape[i] != shape[j]
    alike = [axes for axes, differ in pairs.items() if not differ]
    assert exercise.name in SQUARE or not alike, alike


def arrays(value):
    """The arrays of numbers among some arguments."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [array for inner in value for array in arrays(inner)]
    return [value] if isinstance(value, np.ndarray) else []


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES.values() if e.domain and not scripted(e)], ids=name
)
def test_what_a_check_hands_over_is_what_lesson_00_says(exercise):
    """Floats, with no empty axis and none that runs backwards; a mask is one, of True and False."""
    given = [args for seed in SEEDS for _, args in (exercise.cases or _none)(exercise.rng(seed))]
    given += [arguments(exercise, seed, draw) for seed in SEEDS for draw in range(1, 6)]
    for array in arrays(given):
        assert array.dtype.kind in "fb" and array.size and min(array.strides, default=0) >= 0


def _none(rng):
    return ()
