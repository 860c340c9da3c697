"""Matched by output: what a known mistake must share with an answer to explain a part of it."""

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.panel import text
from coursekit.checking.told import told
from tests.checking import toy
from tests.checking.two_outputs import call_on_each, cases, make, moved, parts

MOVED = make()


def verdict(function, exercise=MOVED, seed=0):
    return judge(exercise, Local(function, name=exercise.name), seed=seed)


def no_beta_and_odd_variance(x, gamma, beta, eps):
    mean, var, x_hat = parts(x, gamma, beta, eps)
    return gamma * x_hat, mean, var * np.arange(1, len(var) + 1)


@pytest.mark.parametrize("seed", [0, 7])
def test_a_mistake_counts_for_the_output_it_explains_and_the_rest_is_said_to_be_wrong(seed):
    result = verdict(no_beta_and_odd_variance, seed=seed)
    assert result.diagnosis == "beta_forgotten in y"
    assert result.explanation == (
        "Your `y` is exactly what comes of this: You never added beta. "
        "`var` is wrong too, which this does not explain."
    )


def test_two_outputs_may_have_two_causes():
    def both(x, gamma, beta, eps):
        mean, _, x_hat = parts(x, gamma, beta, eps)
        return gamma * x_hat, mean, x.var(0, ddof=1)

    # Edits in different places are also a pair, whose whole trace is this one.
    assert verdict(both).diagnosis == "beta_forgotten+n_minus_1"


def test_what_contradicts_an_output_that_is_right_is_no_cause():
    exercise = make("shifted: You shifted x.\n- mean = x.mean(0)\n+ mean = x.mean(0) + 1\n")

    def only_y(x, gamma, beta, eps):
        mean, var, _ = parts(x, gamma, beta, eps)
        wrong = ((x - mean - 1) ** 2).mean(0)
        return gamma * (x - mean - 1) / np.sqrt(wrong + eps) + beta, mean, var

    result = verdict(only_y, exercise)
    assert "shifted" not in (result.diagnosis or "")


def test_every_observation_of_an_output_must_be_explained():
    def in_two_of_three(x, gamma, beta, eps):
        y, mean, var = no_beta_and_odd_variance(x, gamma, beta, eps)
        return (y if len(x) != 6 else y + x**2), mean, var

    assert "beta_forgotten" not in (verdict(in_two_of_three).diagnosis or "")


def one_output(*options, labels=5):
    """An exercise with one output and so many cases."""

    def many(rng):
        for n in range(labels):
            yield f"case {n}", (rng.standard_normal((5 + n, 3)) + 4, 2.0 + n)

    def script(answer, rng):
        for label, args in many(rng):
            yield label, answer(*args)

    exercise = Exercise(toy.scaled_mean, script, toy.HINTS, points=2, cases=many)
    exercise.edits("no_factor: You left out the factor.\n- factor * x.mean(0)\n+ x.mean(0)\n")
    return exercise


def odd_at(*lengths):
    """No factor, and something else where x has so many rows."""

    def function(x, factor):
        return x.mean(0) + (np.array([1.0, 4.0, 9.0]) if len(x) in lengths else 0)

    return function


def test_of_one_output_three_quarters_of_the_wrong_cases_will_do_and_the_corner_is_told():
    result = verdict(odd_at(7), one_output())
    assert result.diagnosis == "no_factor in most cases"
    assert not result.named and told(result) == "output"
    assert "It explains all but “case 2”: there it would give another wrong value." in text(result)


def test_what_is_wrong_otherwise_keeps_its_pattern_beside_the_name():
    exercise = one_output()
    result = verdict(odd_at(7), exercise)
    assert result.pattern and "Pattern" in text(result)


def test_a_corner_of_hidden_inputs_has_no_name():
    result = verdict(odd_at(7), one_output(), seed=9)
    assert result.diagnosis == "no_factor in most cases"
    assert "all but a few cases" in text(result) and "case 2" not in text(result)


def test_of_one_output_less_than_three_quarters_will_not_do():
    assert verdict(odd_at(6, 7), one_output()).diagnosis is None
    assert verdict(odd_at(6), one_output(labels=3)).diagnosis is None


def test_arguments_changed_in_place_are_no_part_of_the_match():
    def in_place(x, gamma, beta, eps):
        mean, var, x_hat = parts(x, gamma, beta, eps)
        x -= mean
        return gamma * x_hat, mean, var * np.arange(1, len(var) + 1)

    result = verdict(in_place)
    assert result.diagnosis == "beta_forgotten in y"
    assert "Besides, the call changed x in place; the caller still needs it." in text(result)


def test_a_mistake_that_changes_its_argument_is_not_said_of_an_answer_that_does_not():
    words = (
        "overwritten: You wrote zeros into x.\n- mean = x.mean(0)\n+ x *= 0\n+ mean = x.mean(0)\n"
    )
    exercise = make(words)

    def zeros(x, gamma, beta, eps):
        return 0 * x + beta, 0 * beta, np.arange(1.0, len(beta) + 1)

    assert "overwritten" not in (verdict(zeros, exercise).diagnosis or "")


def words_exercise():
    """True or False of six numbers, and a number of them."""

    def script(answer, rng):
        for n in range(6):
            yield f"number {n}", answer(n)

    def verdicts(n):
        return n > 2, float(n)

    exercise = Exercise(verdicts, script, toy.HINTS, returns=("large", "itself"))
    exercise.edits("turned: You turned it round.\n- n > 2\n+ n <= 2\n")
    return exercise


def test_truths_explain_no_output_by_themselves():
    result = verdict(lambda n: (n <= 2, float(n) + 1), words_exercise())
    assert "turned" not in (result.diagnosis or "")
    assert verdict(lambda n: (n <= 2, float(n)), words_exercise()).diagnosis == "turned"


def test_two_that_crash_are_not_alike_for_that():
    exercise = make("no_mean: There is no mean.\n- mean = x.mean(0)\n+ mean = undefined\n")

    def crashes(x, gamma, beta, eps):
        return missing  # noqa: F821

    result = verdict(crashes, exercise)
    assert result.status == "error" and result.diagnosis is None
    assert "NameError" in result.message


def test_a_right_answer_has_no_cause():
    assert verdict(moved).passed and verdict(moved).diagnosis is None


def test_the_cases_of_this_exercise_are_those_of_its_script():
    rng = np.random.default_rng(0)
    labels = [label for label, _ in cases(rng)]
    echo = Local(lambda *args: args[0])
    assert [label for label, _ in call_on_each(echo, np.random.default_rng(0))] == labels


def one_limit_per_direction(H):
    return 2 / np.linalg.eigvalsh(H)


def returns_in_the_loop(layer, batches):
    seen = 0
    for x in batches:
        seen += len(x)
        layer(x, len(x) / seen)
        return seen


@pytest.mark.parametrize(
    "name, answer",
    [("max_stable_lr", one_limit_per_direction), ("recalibrate", returns_in_the_loop)],
)
@pytest.mark.parametrize("seed", [0, 5])
def test_an_edit_without_a_name_that_leads_nowhere_is_not_told(name, answer, seed):
    result = judge(exercises.find(name), Local(answer, name=name), seed=seed)
    assert not result.passed and not (result.diagnosis or "").startswith("slip_")
